import { isObject, parseJson } from "../src/event/json.ts";
import { Misuse } from "../src/misuse.ts";
import { examineEndpoint } from "./acts/doctor.ts";
import { recoverGroup } from "./acts/recover.ts";
import { retryGroup } from "./acts/retry.ts";
import { saveMapping } from "./acts/save.ts";
import type { SaveMapping } from "./api/mappings.ts";
import type { DoctorRequest, GroupRequest, Step } from "./api/steps.ts";
import type { Desk } from "./desk.ts";
import { NotFound } from "./trouble.ts";
import { aboutOf } from "./views/about.ts";
import { endpointsOf } from "./views/endpoints.ts";
import { eventOf } from "./views/event.ts";
import { eventsOf } from "./views/events.ts";
import { failuresOf } from "./views/failures.ts";
import { type AsOf, flowOf } from "./views/flow.ts";
import { mappingOf } from "./views/mapping.ts";
import { mappingsOf } from "./views/mappings.ts";
import { privacyOf } from "./views/privacy.ts";
import { quarantinedOf, quarantineOf } from "./views/quarantine.ts";

/** What is asked of the workbench's API. */
export interface Question {
  readonly method: string;
  readonly pathname: string;
  readonly query: URLSearchParams;
  /** The body, as it came. */
  body(): Promise<string>;
}

/** JSON at once, or steps as they are taken. */
export type Answer = { readonly json: unknown } | { readonly steps: AsyncIterable<Step> };

/** Answers by the desk, which is as of then. Throws what `troubleOf` knows to say in words. */
export const answerTo = async (
  desk: Desk,
  question: Question,
  asOf: AsOf = { at: Date.now() },
): Promise<Answer> => {
  const { method, pathname } = question;
  for (const [of, path, answer] of ROUTES) {
    const found = path.exec(pathname);
    if (found === null || of !== method) continue;
    return answer(desk, decodeURIComponent(found[1] ?? ""), question, asOf);
  }
  throw new NotFound("There is nothing at this address.");
};

type Route = readonly [
  method: "GET" | "POST" | "PUT",
  path: RegExp,
  answer: (desk: Desk, name: string, question: Question, asOf: AsOf) => Promise<Answer>,
];

const json = (value: unknown): Answer => ({ json: value });

const ROUTES: readonly Route[] = [
  ["GET", /^\/api\/about$/, async (desk) => json(aboutOf(desk))],
  ["GET", /^\/api\/flow$/, async (desk, _, __, asOf) => json(flowOf(desk, Date.now(), asOf))],
  [
    "GET",
    /^\/api\/events$/,
    async (desk, _, { query }) => json(await eventsOf(desk, Object.fromEntries(query))),
  ],
  ["GET", /^\/api\/events\/([^/]+)$/, async (desk, id) => json(await eventOf(desk, id))],
  ["GET", /^\/api\/mappings$/, async (desk) => json(mappingsOf(desk))],
  ["GET", /^\/api\/mappings\/(.+)$/, async (desk, name) => json(await mappingOf(desk, name))],
  ["GET", /^\/api\/endpoints$/, async (desk) => json(endpointsOf(desk, Date.now()))],
  ["GET", /^\/api\/failures$/, async (desk) => json(failuresOf(desk))],
  ["GET", /^\/api\/quarantine$/, async (desk) => json(quarantineOf(desk))],
  ["GET", /^\/api\/quarantine\/([^/]+)$/, async (desk, id) => json(await quarantinedOf(desk, id))],
  ["GET", /^\/api\/privacy$/, async (desk) => json(privacyOf(desk))],
  [
    "PUT",
    /^\/api\/mappings\/(.+)$/,
    async (desk, name, question) => {
      const edited = await bodyWith<SaveMapping>(question, { text: "string", hash: "string" });
      return json(await saveMapping(desk, name, edited));
    },
  ],
  [
    "POST",
    /^\/api\/endpoints\/([^/]+)\/doctor$/,
    async (desk, name, question) => {
      const asked = await bodyWith<DoctorRequest>(question, { send: "boolean" });
      return { steps: examineEndpoint(desk, name, asked) };
    },
  ],
  [
    "POST",
    /^\/api\/failures\/retry$/,
    async (desk, _, question) => ({ steps: retryGroup(desk, await keyIn(question)) }),
  ],
  [
    "POST",
    /^\/api\/quarantine\/recover$/,
    async (desk, _, question) => ({ steps: recoverGroup(desk, await keyIn(question)) }),
  ],
];

const keyIn = async (question: Question): Promise<string> => {
  const { key } = await bodyWith<GroupRequest>(question, { key: "string" });
  return key;
};

/** A body with these members, each of its kind. Throws Misuse where it is none. */
const bodyWith = async <T>({ body }: Question, kinds: KindsOf<T>): Promise<T> => {
  const read = parseJson(await body());
  const value = "value" in read ? read.value : undefined;
  if (isOf<T>(value, kinds)) return value;
  throw new Misuse(
    `The request needs ${Object.keys(kinds)
      .map((name) => JSON.stringify(name))
      .join(" and ")}.`,
  );
};

/** What the members of a body are, by the words of `typeof`. */
type KindsOf<T> = { readonly [name in keyof T]: T[name] extends string ? "string" : "boolean" };

const isOf = <T>(value: unknown, kinds: KindsOf<T>): value is T =>
  isObject(value) && Object.entries(kinds).every(([name, kind]) => typeof value[name] === kind);
