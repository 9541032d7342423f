import { isObject, type JsonObject } from "../../../src/event/json.ts";

/** An xAPI store that others wrote, in a process of its own. */
export interface Store extends AsyncDisposable {
  /** What an endpoint's file would name; `/statements` is below it. */
  readonly url: string;
  /** A user and a password that it takes, with a colon between them, as an endpoint's secret says it. */
  readonly secret: string;
  /** The statement with this id, as the store tells it; undefined where it has none. */
  readonly read: (id: string) => Promise<JsonObject | undefined>;
  /** The store's answer to a batch as it is: a JSON array of statements. */
  readonly post: (batch: string) => Promise<Response>;
  /** All statements that it holds, and their ids. */
  readonly all: () => Promise<readonly JsonObject[]>;
  readonly ids: () => Promise<readonly string[]>;
}

/** How a user and a password stand in a request's `Authorization`. */
export const basic = (secret: string): string => `Basic ${Buffer.from(secret).toString("base64")}`;

/** The user and the password in an `Authorization` of a request, with a colon between them. */
export const secretIn = (authorization: string): string => {
  const [, text] = /^Basic (\S+)$/.exec(authorization) ?? [];
  if (text === undefined) throw new Error("A store of the tests takes a user and a password, as Basic …");
  return Buffer.from(text, "base64").toString("utf8");
};

/** Requests without the project's own delivery, to know what the store itself says. */
export const requests = (url: string, secret: string): Omit<Store, keyof AsyncDisposable> => {
  const headers = {
    authorization: basic(secret),
    "x-experience-api-version": "1.0.3",
    "content-type": "application/json",
  };
  const ask = async (query: string): Promise<{ readonly status: number; readonly found: unknown }> => {
    const response = await fetch(`${url}/statements${query}`, { headers });
    return { status: response.status, found: await response.json() };
  };
  const read = async (id: string): Promise<JsonObject | undefined> => {
    const { status, found } = await ask(`?${new URLSearchParams({ statementId: id })}`);
    if (status === 404) return undefined;
    // The standard's answer is the statement itself; Ralph's is a list with it, or with none.
    const statement = isPage(found) ? found.statements[0] : found;
    if (status === 200 && (statement === undefined || isObject(statement))) return statement;
    throw new Error(`The store answered ${status} and no statement.`);
  };
  const all = async (): Promise<readonly JsonObject[]> => {
    const statements: JsonObject[] = [];
    // In as few pages as it will: see `turnOfPages` of the in-memory Learning Locker.
    let more = "?limit=100000";
    while (more !== "") {
      const { status, found } = await ask(more);
      if (!isPage(found)) throw new Error(`The store answered ${status} and no page of statements.`);
      statements.push(...found.statements);
      more = found.more === undefined ? "" : new URL(found.more, url).search;
    }
    return statements;
  };
  const ids = async (): Promise<readonly string[]> => (await all()).map(({ id }) => String(id));
  const post = (batch: string): Promise<Response> =>
    fetch(`${url}/statements`, { method: "POST", headers, body: batch });
  return { url, secret, read, post, all, ids };
};

/** A StatementResult (xAPI 1.0.3 Part Two, 2.5); `more` may be left out where there is nothing more. */
const isPage = (
  value: unknown,
): value is { readonly statements: readonly JsonObject[]; readonly more?: string } =>
  isObject(value) &&
  Array.isArray(value.statements) &&
  value.statements.every(isObject) &&
  (value.more === undefined || typeof value.more === "string");
