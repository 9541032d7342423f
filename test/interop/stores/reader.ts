import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isObject, type JsonObject } from "../../../src/event/json.ts";
import { installed } from "../support/parts.ts";
import { start } from "../support/running.ts";
import { basic, type Store } from "./store.ts";

/** What a store is asked for (xAPI 1.0.3 Part Three, 2.1.3). */
export interface Query {
  readonly verb?: string;
  readonly agent?: unknown;
  readonly activity?: string;
  readonly related_activities?: boolean;
  readonly registration?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
}

const READ = fileURLToPath(new URL("read.mjs", import.meta.url));

/**
 * What a reader that others wrote finds in a store, in a process of its own: for each query the ids of the statements,
 * in pages. Throws where the reader cannot be had, or the store refuses a query.
 */
export const readWith = async (
  store: Store,
  queries: readonly Query[],
): Promise<readonly (readonly (readonly string[])[])[]> => {
  const part = await installed("xapi-reader");
  if ("missing" in part) throw new Error(part.missing);
  await using running = start(process.execPath, [READ], { cwd: part.folder, env: {} });
  const { child, said } = running;
  let told = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    told += text;
  });
  const reader = join(part.folder, "package.json");
  child.stdin?.end(JSON.stringify({ reader, endpoint: store.url, auth: basic(store.secret), queries }));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`The reader ended with ${code} and said:\n${said()}`);
  return JSON.parse(told);
};

/** Whether a query is to find a statement, as far as the statement itself tells; when it was stored, it does not. */
export const isFoundBy = (query: Query, statement: JsonObject): boolean => {
  const { verb, agent, activity, registration } = query;
  const related = query.related_activities === true ? contextActivities(statement) : [];
  return (
    (verb === undefined || verb === at(statement, "verb", "id")) &&
    (agent === undefined || accountOf(agent) === accountOf(statement.actor)) &&
    (activity === undefined || [at(statement, "object", "id"), ...related].includes(activity)) &&
    (registration === undefined || registration === at(statement, "context", "registration"))
  );
};

/** The ids of the activities that a statement names beside its object. */
export const contextActivities = (statement: JsonObject): readonly unknown[] => {
  const lists = at(statement, "context", "contextActivities");
  return isObject(lists)
    ? Object.values(lists).flatMap((list) => (Array.isArray(list) ? list.map((each) => at(each, "id")) : []))
    : [];
};

/** Who somebody is, for comparison. */
const accountOf = (agent: unknown): string =>
  JSON.stringify([at(agent, "account", "homePage"), at(agent, "account", "name")]);

/** What stands at a path, if anything does. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce((inside, name) => (isObject(inside) ? inside[name] : undefined), value);
