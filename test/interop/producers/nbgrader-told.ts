import { toldTo } from "../../service/support.ts";
import { endpointFile, type Whole } from "../support/whole.ts";
import { DUE_TOLD, LEARNER, SERVICE } from "./nbgrader-course.ts";

/** The learning systems of these tests; both are told everything of assignments. */
const [STORE, SENSOR] = ["nbgrader-xapi", "nbgrader-caliper"];

export const endpoints = {
  [`endpoints/${STORE}.yml`]: endpointFile("xapi", ["assignment/*"]),
  [`endpoints/${SENSOR}.yml`]: endpointFile("caliper", ["assignment/*"]),
};

/** What learning systems have been told, in the order in which it was done. */
export interface Told {
  readonly statements: readonly unknown[];
  readonly events: readonly unknown[];
  /** How many events came, those that came again among them. */
  readonly came: number;
}

/** Waits until all is told that was taken in. */
export const toldBy = async (service: Whole): Promise<Told> => {
  await Promise.all([toldTo(service, STORE), toldTo(service, SENSOR)]);
  const items = service.sandbox.caliper(SENSOR);
  const once = new Map(items.map((item) => [item.id, item]));
  return {
    statements: inOrder(service.sandbox.statements(STORE), "timestamp").map(statementIn),
    events: inOrder([...once.values()], "eventTime").map(eventIn),
    came: items.length,
  };
};

const inOrder = <T extends object>(all: readonly T[], time: string): readonly T[] =>
  all.toSorted((one, other) => timeIn(one, time).localeCompare(timeIn(other, time)));

const timeIn = (told: object, time: string): string => String(Reflect.get(told, time));

const statementIn = (told: unknown): unknown => {
  const { actor, verb, object, context, result } = Object(told);
  return {
    actor: actor.account.name,
    verb: verb.id.split("/").at(-1),
    object: object.id,
    course: context.contextActivities.grouping[0].id,
    score: result?.score,
  };
};

const eventIn = (told: unknown): unknown => {
  const { type, action, actor, object, generated, group } = Object(told);
  const attempt = type === "GradeEvent" ? object : generated;
  return {
    act: `${type} ${action}`,
    actor: actor.id ?? actor,
    object: attempt === object ? object.assignable : object.id,
    due: object.dateToSubmit,
    attempt: attempt?.id,
    count: attempt?.count,
    score: type === "GradeEvent" ? [generated.scoreGiven, generated.maxScore] : undefined,
    course: group.id,
  };
};

/** In nbgrader the course has a name of its own; the token says which course of the LMS it is. */
const OBJECT = "https://hub.example.edu/courses/stat/assignments/hw1";
const course = "https://www.example.edu/courses/616";

const personOf = (name: string): string => `https://hub.example.edu/user/${name}`;

const statement = (actor: string, verb: string, score?: unknown): unknown => ({
  actor,
  verb,
  object: OBJECT,
  course,
  score,
});

const event = (act: string, actor: string, count?: number, due?: string, score?: unknown): unknown => ({
  act,
  actor,
  object: OBJECT,
  due,
  attempt:
    count === undefined ? undefined : `${personOf(LEARNER)}/courses/stat/assignments/hw1/attempts/${count}`,
  count,
  score,
  course,
});

/** Released, fetched and submitted, fetched again for a file that was lost, submitted twice more; then graded. */
export const STATEMENTS = [
  statement(SERVICE, "assign"),
  ...["receive", "submit", "receive", "submit", "submit"].map((verb) => statement(LEARNER, verb)),
  statement(LEARNER, "scored", { raw: 2, max: 3 }),
];

export const EVENTS = [
  event("AssignableEvent Activated", personOf(SERVICE), undefined, DUE_TOLD),
  event("AssignableEvent Started", personOf(LEARNER), 1),
  event("AssignableEvent Submitted", personOf(LEARNER), 1),
  event("AssignableEvent Started", personOf(LEARNER), 2),
  event("AssignableEvent Submitted", personOf(LEARNER), 2),
  event("AssignableEvent Submitted", personOf(LEARNER), 3),
  event("GradeEvent Graded", "https://hub.example.edu", 3, undefined, [2, 3]),
];
