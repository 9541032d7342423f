import type { JsonObject } from "../../../src/event/json.ts";
import { namesBefore, type Token, tokensOf } from "./cel.ts";
import { type Choice, choice, word } from "./choice.ts";
import { expressionsIn, type Written } from "./expressions.ts";
import { fieldsOf, follow, type Known, kindOf, namesAt, wordsOf } from "./fields.ts";
import { fittingAt } from "./fitting.ts";
import { keysAt, outlineOf, type Slot } from "./outline.ts";
import { scalarOf } from "./scalar.ts";
import { CONSTANTS, FUNCTIONS, METHODS } from "./vocabulary.ts";

/** What may be written at a place of a mapping's text. */
export interface Choices {
  /** Where the word begins that is being written. */
  readonly from: number;
  readonly choices: readonly Choice[];
  /** Whether keys are chosen where there is no colon yet. */
  readonly isNewKey: boolean;
}

/** What is chosen from at a place of a text; undefined where nothing is known to fit. */
export const choicesAt = (text: string, at: number, event: readonly JsonObject[]): Choices | undefined => {
  // With a mark at the place, what is written there is found also where that is nothing yet.
  const marked = text.slice(0, at) + MARK + text.slice(at);
  const slots = outlineOf(marked);
  const slot = slots.findLast(({ from, to, style }) => style !== "flow" && from <= at && at < to);
  if (slot === undefined) return undefined;
  const expression = expressionsIn(marked, [slot]).find((each) => offsetIn(each, at) !== undefined);
  const found =
    expression === undefined
      ? { from: beginOf(marked, slot, at), ...fitting(marked, slots, slot) }
      : { ...choicesIn(marked, slots, expression, at, event), isNewKey: false };
  return found.choices.length === 0 ? undefined : found;
};

/** A character that means nothing, so that nobody writes it. */
const MARK = "\ue000";

const offsetIn = ({ at: places, source }: Written, at: number): number | undefined => {
  const offset = places.indexOf(at);
  return offset < 0 || offset >= source.length ? undefined : offset;
};

const beginOf = (text: string, slot: Slot, at: number): number => {
  const [first = slot.from] = scalarOf(text, slot).at;
  return Math.min(first, at);
};

/** Keys or words outside of expressions. */
const fitting = (text: string, slots: readonly Slot[], { path, kind }: Slot): Omit<Choices, "from"> => {
  const { keys, words } = fittingAt(text, slots, path);
  const taken = new Set(keysAt(slots, path));
  const free = keys.filter(({ label }) => !taken.has(label));
  if (kind === "key") return { choices: free, isNewKey: false };
  return kind === "value" || words.length > 0
    ? { choices: words, isNewKey: false }
    : { choices: free, isNewKey: true };
};

const choicesIn = (
  text: string,
  slots: readonly Slot[],
  written: Written,
  at: number,
  event: readonly JsonObject[],
): Omit<Choices, "isNewKey"> => {
  const offset = offsetIn(written, at) ?? 0;
  const source = written.source.replace(MARK, "");
  const tokens = tokensOf(source);
  const index = tokens.findIndex(({ from, to }) => from < offset && offset <= to);
  const here = tokens[index];
  const names = namesAt(text, slots, written.path, event);
  const place = (from: number): number => written.at[from] ?? at;
  if (here?.kind === "text" && !isClosed(source, here, offset))
    return { from: place(here.from + 1), choices: wordsIn(source, tokens, index, names) };
  if (here?.kind === "number") return { from: at, choices: [] };
  const isName = here !== undefined && here.kind !== "sign" && here.kind !== "text";
  const from = isName ? place(here.from) : at;
  const next = isName ? index : index + 1;
  const dot = index < 0 && !isName ? lastBefore(tokens, offset) : next - 1;
  const before = tokens[dot];
  if (before === undefined || source[before.from] !== "." || before.kind !== "sign")
    return { from, choices: startsOf(names) };
  const path = namesBefore(source, tokens, dot + 1);
  return { from, choices: behind(path.length === 0 ? undefined : follow(names, path)) };
};

const lastBefore = (tokens: readonly Token[], offset: number): number =>
  tokens.findLastIndex(({ to }) => to <= offset);

const isClosed = (source: string, { from, to }: Token, offset: number): boolean =>
  offset === to && to > from + 1 && source[to - 1] === source[from];

/** What an expression may begin with. */
const startsOf = (names: ReadonlyMap<string, Known>): readonly Choice[] => [
  ...[...names].map(([name, known]) => choice("variable", name, known.about, kindOf(known))),
  ...FUNCTIONS.map(({ name, use, about }) => choice("function", name, about, use)),
  ...CONSTANTS.map((each) => word(each)),
];

/** What may stand behind a dot: fields of what is before it, and what can be asked of it. */
const behind = (known: Known | undefined): readonly Choice[] => {
  const fields = [...(known === undefined ? [] : fieldsOf(known))].filter(([name]) =>
    /^[A-Za-z_]\w*$/.test(name),
  );
  const kind = known === undefined ? "" : kindOf(known);
  const methods = METHODS.filter(({ name }) => asks(name, kind));
  return [
    ...fields.map(([name, field]) => choice("field", name, field.about, kindOf(field))),
    ...methods.map(({ name, use, about }) => choice("function", name, about, use)),
  ];
};

/** Whether a method asks what is of this kind. */
const asks = (method: string, kind: string): boolean => {
  if (kind === "" || kind === "text") return true;
  if (kind === "object" || kind === "list") return method === "size";
  return method === "orElse";
};

/** The words that a text can be, by what it is compared with, or by the table that it is a key of. */
const wordsIn = (
  source: string,
  tokens: readonly Token[],
  index: number,
  names: ReadonlyMap<string, Known>,
): readonly Choice[] => {
  const sign = (at: number): string => {
    const token = tokens[at];
    return token === undefined || token.kind === "text" ? "" : source.slice(token.from, token.to);
  };
  const pathTo = (at: number): readonly string[] =>
    tokens[at]?.kind === "field" || tokens[at]?.kind === "variable"
      ? [...namesBefore(source, tokens, at), sign(at)]
      : [];
  const known = (at: number): Known | undefined => follow(names, pathTo(at));
  if (sign(index - 1) === "==" || sign(index - 1) === "!=") return wordChoices(known(index - 2));
  // The words before it in a list.
  let open = index - 1;
  while (sign(open) === "," || tokens[open]?.kind === "text") open--;
  if (sign(open) !== "[") return [];
  if (sign(open - 1) === "in") return wordChoices(known(open - 2));
  const table = known(open - 1);
  return table === undefined ? [] : [...fieldsOf(table).keys()].map((each) => word(each));
};

const wordChoices = (known: Known | undefined): readonly Choice[] =>
  known === undefined ? [] : wordsOf(known).map((each) => word(each, known.about));
