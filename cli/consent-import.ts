import { isDeepStrictEqual } from "node:util";
import { after, type Change, isInOrOut, NO_CHOICE } from "../src/consent/choice.ts";
import type { ChoiceStore } from "../src/consent/store.ts";
import { didYouMean } from "../src/document/problem.ts";
import { isObject, parseJson } from "../src/event/json.ts";
import { linesOf } from "./input.ts";

/** A choice to be imported. */
export interface ImportedChange extends Change {
  readonly username: string;
}

export interface Imported {
  readonly changes: readonly ImportedChange[];
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** Reads a file of choices: CSV, or NDJSON where it begins with a brace. `endpoints` are those that may be chosen for. */
export const readImport = (text: string, endpoints: readonly string[]): Imported => {
  const changes: ImportedChange[] = [];
  const problems: { line: number; message: string }[] = [];
  const lines = linesOf(text.replace(/^\uFEFF/, ""));
  const isJson = lines[0]?.body.trimStart().startsWith("{") === true;
  for (const [at, { line, body }] of lines.entries()) {
    const fields = isJson ? fieldsOfJson(body) : fieldsOfCsv(body.replace(/\r$/, ""));
    if (!isJson && at === 0 && fields?.[0]?.trim().toLowerCase() === "username") continue;
    const read = fields === undefined ? (isJson ? NO_OBJECT : NO_CSV) : changeOf(fields, endpoints);
    if (typeof read === "string") problems.push({ line, message: read });
    else changes.push(read);
  }
  return { changes, problems };
};

/** How many learners' choices are read and written at once. */
const AT_ONCE = 16;

/** Makes those changes that change something; counts lines. `onLine` is told of each that is done. */
export const importChoices = async (
  store: Pick<ChoiceStore, "read" | "change">,
  changes: readonly ImportedChange[],
  dryRun: boolean,
  onLine: () => void,
): Promise<{ readonly changed: number; readonly unchanged: number }> => {
  const learners = [...Map.groupBy(changes, ({ username }) => username)];
  const counts = { changed: 0, unchanged: 0 };
  const worker = async (): Promise<void> => {
    for (let next = learners.pop(); next !== undefined; next = learners.pop()) {
      const [username, lines] = next;
      let choice = (await store.read(username))?.choice ?? NO_CHOICE;
      // Lines of one learner may contradict each other: where they lead to what is there, there is nothing to do.
      const isThere = isDeepStrictEqual(lines.reduce(after, choice), choice);
      for (const { to, endpoint } of lines) {
        const change = { to, ...(endpoint !== undefined && { endpoint }) };
        const next = after(choice, change);
        const isSo = isThere || isDeepStrictEqual(next, choice);
        counts[isSo ? "unchanged" : "changed"]++;
        if (!isSo) choice = dryRun ? next : (await store.change(username, change, "administrator")).choice;
        onLine();
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return counts;
};

const NO_OBJECT = "This is no JSON object with username and choice.";
const NO_CSV = "This is no line of username,choice[,endpoint]: look at its quotes.";

const changeOf = (
  [username = "", to = "", endpoint = "", ...others]: readonly string[],
  endpoints: readonly string[],
): ImportedChange | string => {
  if (others.length > 0) return "A line has username, choice and endpoint, and no more.";
  if (username === "") return "There is no user name.";
  if (!isInOrOut(to)) return "The choice must be in or out.";
  if (endpoint === "") return { username, to };
  if (endpoints.length === 0)
    return "translator.yml does not let learners choose for each endpoint (consent.perEndpoint).";
  if (!endpoints.includes(endpoint))
    return `There is no such endpoint${didYouMean(endpoint, endpoints)} There are ${endpoints.join(", ")}.`;
  return { username, to, endpoint };
};

const fieldsOfJson = (text: string): readonly string[] | undefined => {
  const read = parseJson(text);
  if (!("value" in read) || !isObject(read.value)) return undefined;
  const { username, choice, endpoint = "" } = read.value;
  return typeof username === "string" && typeof choice === "string" && typeof endpoint === "string"
    ? [username, choice, endpoint]
    : undefined;
};

/** The fields of a line of CSV (RFC 4180), but for line breaks in them, which no user name has. */
const fieldsOfCsv = (line: string): readonly string[] | undefined => {
  const fields: string[] = [];
  const field = /("(?:[^"]|"")*"|[^",]*)(,|$)/y;
  for (;;) {
    const found = field.exec(line);
    if (found === null) return undefined;
    const [, text = "", end] = found;
    fields.push(text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.trim());
    if (end === "") return field.lastIndex === line.length ? fields : undefined;
  }
};
