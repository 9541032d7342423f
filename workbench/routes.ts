import { isObject, parseJson } from "../src/event/json.ts";
import { Misuse } from "../src/misuse.ts";
import { examineEndpoint } from "./acts/doctor.ts";
import { recoverGroup } from "./acts/recover.ts";
import { retryGroup } from "./acts/retry.ts";
import { saveMapping } from "./acts/save.ts";
import type { Step } from "./api/steps.ts";
import type { Desk } from "./desk.ts";
import { NotAllowed, NotFound } from "./trouble.ts";
import { aboutOf } from "./views/about.ts";
import { endpointsOf } from "./views/endpoints.ts";
import { eventOf } from "./views/event.ts";
import { eventsOf } from "./views/events.ts";
import { failuresOf } from "./views/failures.ts";
import { flowOf } from "./views/flow.ts";
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
export type Answer =
  | { readonly json: unknown; readonly status?: number }
  | { readonly steps: AsyncIterable<Step> };

/** Answers by the desk. Throws what `troubleOf` knows to say in words. */
export const answerTo = async (desk: Desk, question: Question): Promise<Answer> => {
  const { method, pathname } = question;
  for (const [of, path, answer] of ROUTES) {
    const found = path.exec(pathname);
    if (found === null || of !== method) continue;
    return answer(desk, decodeURIComponent(found[1] ?? ""), question);
  }
  throw new NotFound("There is nothing at this address.");
};

type Route = readonly [
  method: "GET" | "POST" | "PUT",
  path: RegExp,
  answer: (desk: Desk, name: string, question: Question) => Promise<Answer>,
];

const json = (value: unknown): Answer => ({ json: value });

const ROUTES: readonly Route[] = [
  ["GET", /^\/api\/about$/, async (desk) => json(aboutOf(desk))],
  ["GET", /^\/api\/flow$/, async (desk) => json(flowOf(desk, Date.now()))],
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
      const { text, hash } = await bodyWith(question, { text: "string", hash: "string" });
      return json(await saveMapping(desk, name, { text: String(text), hash: String(hash) }));
    },
  ],
  [
    "POST",
    /^\/api\/endpoints\/([^/]+)\/doctor$/,
    async (desk, name, question) => {
      const { send } = await bodyWith(question, { send: "boolean" });
      return { steps: examineEndpoint(desk, name, { send: send === true }) };
    },
  ],
  [
    "POST",
    /^\/api\/failures\/retry$/,
    async (desk, _, question) => ({ steps: retryGroup(desk, await keyIn(desk, question)) }),
  ],
  [
    "POST",
    /^\/api\/quarantine\/recover$/,
    async (desk, _, question) => ({ steps: recoverGroup(desk, await keyIn(desk, question)) }),
  ],
];

const keyIn = async ({ mayWrite }: Desk, question: Question): Promise<string> => {
  if (!mayWrite)
    throw new NotAllowed("This workbench only looks. To change something, start it with --write.");
  const { key } = await bodyWith(question, { key: "string" });
  return String(key);
};

/** A body with these members, each of its kind. Throws Misuse where it is none.. */
const bodyWith = async (
  { body }: Question,
  kinds: Readonly<Record<string, "string" | "boolean">>,
): Promise<Readonly<Record<string, unknown>>> => {
  const read = parseJson(await body());
  const value = "value" in read && isObject(read.value) ? read.value : {};
  for (const [name, kind] of Object.entries(kinds))
    if (typeof value[name] !== kind) throw new Misuse(`The request needs "${name}".`);
  return value;
};
