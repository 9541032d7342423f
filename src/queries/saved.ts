import type { QueryTable } from "./tables.ts";

/** What a site's archive can be asked by. */
export interface Queries {
  readonly tables: readonly QueryTable[];
  readonly saved: readonly SavedQuery[];
}

/** A question that is kept in a file below `queries/`. */
export interface SavedQuery {
  /** The file's name, without its ending. */
  readonly name: string;
  /** Its first line. */
  readonly title: string;
  /** The comment below it. */
  readonly about: string;
  /** The whole file. */
  readonly sql: string;
}

/** What Athena allows: https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateNamedQuery.html */
const LONGEST = { name: 128, about: 1024, sql: 262_144 };

/** Reads a saved query; gives what is wrong with it, in words, where it is none. */
export const readSaved = (name: string, text: string): SavedQuery | string => {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("--"));
  const [title = "", ...about] = lines
    .slice(0, end < 0 ? lines.length : end)
    .map((line) => line.slice(2).trim());
  if (title === "") return "The first line is its title, such as: -- Failures by reason";
  const saved = { name, title, about: about.join("\n").trim(), sql: text.trimEnd() };
  if (end < 0 || lines.slice(end).join("").trim() === "") return "There is no query below the comment.";
  if (saved.sql.includes("${"))
    return "The Serverless Framework takes ${ for a variable of its own; write it otherwise.";
  if (saved.sql.endsWith(";")) return "It ends without a semicolon: Athena takes one query at a time.";
  const tooLong =
    [...name].length > LONGEST.name
      ? "name"
      : [...`${title}\n${saved.about}`].length > LONGEST.about
        ? "about"
        : new TextEncoder().encode(saved.sql).length > LONGEST.sql
          ? "sql"
          : undefined;
  return tooLong === undefined ? saved : TOO_LONG[tooLong];
};

const TOO_LONG: Readonly<Record<keyof typeof LONGEST, string>> = {
  name: `The file's name is longer than the ${LONGEST.name} letters that Athena allows.`,
  about: `The comment at its beginning is longer than the ${LONGEST.about} letters that Athena shows.`,
  sql: `It is longer than the ${LONGEST.sql} bytes that Athena allows.`,
};
