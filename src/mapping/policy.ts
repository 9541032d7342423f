import type { Path } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { markOn, personalAt, personalInAny } from "../event/personal.ts";
import type { SchemaFile } from "../event/schema.ts";
import { isSending, leavesOf, letsBetween, type Use, usesOf } from "./disclosure.ts";
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
 * has none as it is no text. Each problem shows the flow: the field, the expression, the place in what is sent.
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
      const marked = markOn(source.schemas, names);
      if (receiver.policy === "pseudonymise" && marked?.isNoText !== true) continue;
      const at: Path = ["translations", position, ...use.at];
      const { file, line } = marked?.mark ?? {};
      const mark = file === undefined ? "" : ` (personal-data in ${file}:${line})`;
      const flow = [`${use.from.join(".")}${mark}`, ...chain(source, position, use), use.to.join(".")];
      const message = `${flow.join(" → ")}: ${reasonOf(receiver, translation.name)}`;
      const problem = source.written.document.problem(at, message);
      problems.set(`${problem.line}:${problem.column} ${use.from.join(".")}`, problem);
    }
  }
  return [...problems.values()];
};

const reasonOf = ({ file, policy }: Receiver, translation: string): string =>
  policy === "refuse"
    ? `${file} refuses personal data. Leave ${translation} out of its select, change the mapping, or say personalData: pseudonymise there.`
    : `this is no text, so it has no pseudonym, and ${file} would not get it. Say personalData: allow there, or personal-data: false beside the field.`;

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
