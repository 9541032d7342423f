import { isObject, type JsonObject, parseJson } from "../event/json.ts";
import type { ConsentPolicy } from "./policy.ts";

/** What a learner has chosen. */
export interface Choice {
  /** Whether to be collected at all; absent where they have not said. */
  readonly all?: InOrOut;
  /** By the endpoint's name, where the site lets them choose. */
  readonly endpoints: Readonly<Record<string, InOrOut>>;
}

export type InOrOut = "in" | "out";

/** A change of a choice: `endpoint` where it is for one only. */
export interface Change {
  readonly to: InOrOut;
  readonly endpoint?: string;
}

/** Who made a change: the learner, or an administrator for them. */
export type ChangedBy = "learner" | "administrator";

/** What is kept of a learner's choices: how they stand, and how they came to it. */
export interface ChoiceRecord {
  /** Absent once the learner was erased: the choice is kept under a keyed hash only. */
  readonly username?: string;
  readonly choice: Choice;
  /** The last ones, the latest first. */
  readonly changes: readonly Changed[];
}

/** A change that was made. */
export interface Changed extends Change {
  /** ISO 8601. */
  readonly at: string;
  readonly by: ChangedBy;
}

export const NO_CHOICE: Choice = { endpoints: {} };

/** What nobody can read any more: as long as it is so, nobody is told of its learner. */
export const UNREADABLE: Choice = { all: "out", endpoints: {} };

/** So many changes are remembered, for who asks since when. */
const CHANGES = 50;

/** The record after a change at a time (ISO 8601). Whoever says how it is for all, says it for every endpoint. */
export const changed = (
  before: ChoiceRecord | undefined,
  username: string,
  change: Change,
  by: ChangedBy,
  at: string,
): ChoiceRecord => {
  const { choice = NO_CHOICE, changes = [] } = before ?? {};
  return {
    username,
    choice: after(choice, change),
    changes: [{ ...change, at, by }, ...changes].slice(0, CHANGES),
  };
};

/** A choice after a change. */
export const after = (choice: Choice, { to, endpoint }: Change): Choice =>
  endpoint === undefined
    ? { all: to, endpoints: {} }
    : { ...choice, endpoints: { ...choice.endpoints, [endpoint]: to } };

/** Whether anything of a learner is collected. */
export const isCollected = ({ policy }: ConsentPolicy, { all }: Choice = NO_CHOICE): boolean =>
  policy === "required-by-site" || (policy === "opt-in" ? all === "in" : all !== "out");

/** Whether an endpoint is told of a learner who is collected. */
export const isTold = (
  { policy, perEndpoint }: ConsentPolicy,
  { endpoints }: Choice = NO_CHOICE,
  endpoint: string,
): boolean =>
  policy === "required-by-site" ||
  !perEndpoint ||
  !Object.hasOwn(endpoints, endpoint) ||
  endpoints[endpoint] !== "out";

/** Whether an endpoint may be told of a learner now, whatever was collected of them before. */
export const mayTell = (policy: ConsentPolicy, choice: Choice | undefined, endpoint: string): boolean =>
  isCollected(policy, choice) && isTold(policy, choice, endpoint);

/** Reads a record; undefined where it is none. */
export const readChoiceRecord = (text: string): ChoiceRecord | undefined => {
  const read = parseJson(text);
  if (!("value" in read) || !isObject(read.value)) return undefined;
  const { username, choice, changes } = read.value;
  if (!isObject(choice) || !isObject(choice.endpoints) || !Array.isArray(changes)) return undefined;
  const { all, endpoints } = choice;
  if ((all !== undefined && !isInOrOut(all)) || !areChoices(endpoints)) return undefined;
  if (!changes.every(isChanged)) return undefined;
  return {
    ...(typeof username === "string" && { username }),
    choice: { ...(all !== undefined && { all }), endpoints },
    changes,
  };
};

export const isInOrOut = (value: unknown): value is InOrOut => value === "in" || value === "out";

const areChoices = (value: JsonObject): value is Readonly<Record<string, InOrOut>> =>
  Object.values(value).every(isInOrOut);

const isChanged = (value: unknown): value is Changed =>
  isObject(value) &&
  isInOrOut(value.to) &&
  typeof value.at === "string" &&
  (value.by === "learner" || value.by === "administrator") &&
  (value.endpoint === undefined || typeof value.endpoint === "string");
