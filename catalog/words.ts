import type { CatalogField } from "./catalog.ts";
import type { Way } from "./sent.ts";
import { code, codes, joinText, type Text } from "./text.ts";

/** How a field goes to an endpoint, in a few words. */
export const sentWords = ({ ways, inside }: CatalogField["sent"][number]): Text => {
  const sending = ways.filter(({ form }) => form !== "decides");
  if (sending.length > 0) return joinText(sending.map(wayWords), "; ");
  const also: Text = inside ? ["in part: see below"] : [];
  if (ways.length === 0) return inside ? also : ["not sent"];
  return joinText([["decides only whether something is sent"], ...(inside ? [also] : [])], "; ");
};

export const wayWords = ({ form, by, to, part, as }: Way): Text => {
  const start: Text = part === undefined ? [] : ["of it, ", code(part), ": "];
  const instead = as === undefined ? undefined : INSTEAD[as];
  const at: Text = to.length === 0 ? [] : [" at ", ...codes(to)];
  switch (form) {
    case "learner":
      return [`${by.length > 0 ? "as a pseudonym" : "as the user name"}, wherever the learner is named`];
    case "whole":
      return [...start, instead ?? "as it is", ...at];
    case "part":
      return [...start, ...(instead === undefined ? [] : [`${instead} `]), "within ", ...codes(to)];
    case "changed":
      return [...start, joinWords(by), ...(instead === undefined ? [] : [` ${instead}`]), ...at];
    case "asked":
      return [...start, "the answer to a question about it", ...at];
    default:
      return [...start, "decides only whether something is sent"];
  }
};

/** What stands in the place of what is personal. */
const INSTEAD: Readonly<Record<NonNullable<Way["as"]>, string>> = {
  pseudonym: "as a pseudonym",
  path: "as a path of pseudonyms",
  parts: "with pseudonyms in it",
};

const joinWords = (functions: readonly string[]): string =>
  [...new Set(functions)].map(functionWords).join(", ");

const functionWords = (name: string): string =>
  Object.hasOwn(FUNCTIONS, name) ? (FUNCTIONS[name] ?? "") : `changed by ${name}()`;

/** What functions make of a value, in plain words. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  basename: "its last part, such as a file's name,",
  dirname: "the folder it is in",
  extension: "the ending of its name",
  lower: "in lower case",
  duration: "as a length of time",
  seconds: "as a length of time",
  utc: "as a time in UTC",
  pseudonym: "as a pseudonym",
  string: "written as a text",
  size: "only how long it is",
  lookup: "what a table has for it",
  "+": "reckoned with",
  "-": "reckoned with",
};

/** Whether and how long a field is stored. */
export const storedWords = ({ stored, neverIn, learner }: CatalogField, days: number): Text => {
  if (stored === "no") return [learner ? "never; but the name is kept beside the event" : "never"];
  if (neverIn !== undefined) return [`${days} days, but never of version ${neverIn.join(", ")}`];
  return [stored === "yes" ? `${days} days` : `${days} days, but for what is never stored below`];
};

/** What a field means, and what else is to be said of it. */
export const meaningWords = (
  { meaning, again, versions }: CatalogField,
  clean: (text: string) => string,
): Text => [
  meaning === undefined || clean(meaning) === "" ? "not described" : clean(meaning),
  ...(again ? [" (The same fields may come again inside of it.)"] : []),
  ...(versions === undefined ? [] : [` (Only in version ${versions.join(", ")}.)`]),
];
