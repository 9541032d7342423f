import type { Path } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { markOn } from "../event/mark-on.ts";
import { mayBeNoText } from "../event/no-text.ts";
import { type Personal, partsOfAny, personalAt, personalInAny } from "../event/personal.ts";
import type { SchemaFile } from "../event/schema.ts";
import { isSending, letsBetween, type Use, usesOf } from "./disclosure.ts";
import { isShown, leavesOf } from "./flows.ts";
import type { Mapping } from "./read.ts";
import type { Side, UnderstoodMapping } from "./understand.ts";

/** A mapping, as its file has it and as it is understood, with its schemas. */
interface Source {
  readonly written: Mapping;
  readonly mapping: UnderstoodMapping;
  readonly schemas: readonly SchemaFile[];
}

/** An endpoint that does not get what is personal as it is. */
interface Receiver {
  /** Its file, to be named where it says so. */
  readonly file: string;
  readonly policy: "pseudonymise" | "refuse";
  readonly side: Side;
  readonly takes: (translation: UnderstoodMapping["translations"][number]) => boolean;
}

/**
 * Finds what a mapping would send of personal data although an endpoint refuses it; and, where it gets pseudonyms, what
 * has none as it may be no text, or whose pseudonym is not what its place needs. Each problem shows the flow: the field,
 * the expression, the place in what is sent.
 */
export const policyProblems = (source: Source, receiver: Receiver): readonly Problem[] => {
  const personal = personalInAny(source.schemas);
  if (personal === "free") return [];
  const problems = new Map<string, Problem>();
  for (const [position, translation] of source.mapping.translations.entries()) {
    if (!receiver.takes(translation)) continue;
    for (const use of usesOf(source.mapping, translation, receiver.side)) {
      const [root, ...names] = use.from;
      if (root !== "event" || !isSending(use) || personalAt(personal, names) === "free") continue;
      const reason =
        receiver.policy === "refuse"
          ? `${receiver.file} refuses personal data. Leave ${translation.name} out of its select, change the mapping, or say personalData: pseudonymise there.`
          : troubleWith(use, names, personal, source, receiver);
      if (reason === undefined) continue;
      const at: Path = ["translations", position, ...use.at];
      const { file, line } = markOn(source.schemas, names) ?? {};
      const mark = file === undefined ? "" : ` (personal-data in ${file}:${line})`;
      const flow = [`${use.from.join(".")}${mark}`, ...chain(source, position, use), use.to.join(".")];
      const problem = source.written.document.problem(at, `${flow.join(" → ")}: ${reason}`);
      problems.set(`${problem.line}:${problem.column} ${use.from.join(".")}`, problem);
    }
  }
  return [...problems.values()];
};

/** Why an endpoint would get no pseudonym, or none that its place takes. */
const troubleWith = (
  use: Use,
  names: readonly string[],
  personal: Personal,
  { schemas }: Source,
  { file, side }: Receiver,
): string | undefined => {
  if (!isShown(use)) return undefined;
  const at = personalAt(personal, names);
  if (use.keyed === true && partsOfAny(at).others !== "free")
    return `the names in it have pseudonyms as well, so that what the event says would find none for ${file}. Write the name itself, or say personalData: allow there, or personal-data: false beside the field.`;
  if (mayBeNoText(schemas, names, personal))
    return `this may be, or hold, what is no text, so it has no pseudonym, and ${file} would not get it. Say personalData: allow there, or personal-data: false beside the field; or type: string, where it is always a text.`;
  const form = use.by.some((name) => TIMES.has(name))
    ? "time"
    : side === "xapi" && FORMS.get(use.to.join("."));
  if (!form) return undefined;
  // A mark of its own is on a time as well.
  const format = form === "time" && at === "texts" ? "format: date-time or " : "";
  return `its pseudonym is no ${form}, so ${file} would not get it. Say ${format}personal-data: false beside the field, or personalData: allow there.`;
};

/** Functions that read a time. */
const TIMES: ReadonlySet<string> = new Set(["utc", "seconds", "duration"]);

/** Places in a statement that take a text of one form only. */
const FORMS: ReadonlyMap<string, string> = new Map([
  ["context.registration", "UUID"],
  ["context.statement.id", "UUID"],
  ["context.language", "tag of a language"],
]);

/** The expressions through which a value comes to its place, from the first `let` to what stands there. */
const chain = ({ written, mapping }: Source, position: number, { from, at }: Use): readonly string[] => {
  const translation = mapping.translations[position];
  const [part, ...rest] = at;
  if (translation === undefined || part === undefined) return [];
  const { each, time, sides } = translation;
  if (part === "time") return time === undefined ? [] : [`time: ${time.source}`];
  const tree = sides[part as Side];
  const leaf = tree && leavesOf(tree).find((one) => one.at.join("\0") === rest.join("\0"))?.leaf;
  if (leaf === undefined) return [];
  const lets = letsBetween(from, leaf, mapping, each).map(
    ({ name }) => `${name}: ${saidOf(written.let[name])}`,
  );
  const own = leaf.kind === "value" ? leaf.expression.source : saidOf(valueAt(written, position, at));
  return [...lets.reverse(), own];
};

const saidOf = (value: unknown): string => {
  if (typeof value !== "string") return JSON.stringify(value) ?? "";
  // A text that is one expression is shown without its braces.
  const [, expression] = /^\$\{\s*([^{}]*?)\s*\}$/.exec(value) ?? [];
  return expression ?? value;
};

const valueAt = ({ document }: Mapping, position: number, at: Path): unknown =>
  ["translations", position, ...at].reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null
        ? Object.entries(value).find(([key]) => key === String(step))?.[1]
        : undefined,
    document.value,
  );
