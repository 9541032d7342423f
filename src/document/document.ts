import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";
import type { Problem } from "./problem.ts";

/** A path of keys and positions into a document. */
export type Path = readonly (string | number)[];

/** A YAML file with its positions. */
export interface Document {
  readonly file: string;
  readonly value: unknown;
  /** What is wrong with it as YAML; `value` is then undefined. */
  readonly problems: readonly Problem[];
  /** A problem at the value that `path` leads to: so many characters into its text, or at its key. */
  problem(path: Path, message: string, at?: number | "key"): Problem;
}

/** Reads YAML 1.2 (and so JSON). Aliases are refused: a small file could otherwise grow without bound. */
export const readDocument = (file: string, text: string): Document => {
  const lines = new LineCounter();
  const at = (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), message };
  };
  const lineOf = (offset: number): number => lines.linePos(offset).line;
  try {
    const parsed = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      schema: "core",
      resolveKnownTags: false,
    });
    // What follows on the same line mostly follows from the first mistake.
    const found = [...parsed.errors, ...parsed.warnings].filter(
      ({ pos }, index, all) => index === all.findIndex((each) => lineOf(each.pos[0]) === lineOf(pos[0])),
    );
    const problems = found.map(({ pos, message }) => at(pos[0], explain(message)));
    visit(parsed, {
      Alias: (_, { range, source }) => {
        problems.push(at(range?.[0] ?? 0, `Write the value out instead of referring to it by *${source}.`));
      },
    });
    return {
      file,
      value: problems.length === 0 ? parsed.toJS() : undefined,
      problems,
      problem: (path, message, where = 0) => at(offsetOf(parsed.contents, text, path, where), message),
    };
  } catch (error) {
    // The parser gives up on text that is nested thousands of levels deep.
    if (!(error instanceof RangeError)) throw error;
    const problem = at(0, TOO_DEEP);
    return { file, value: undefined, problems: [problem], problem: (_, message) => at(0, message) };
  }
};

const TOO_DEEP = "This is nested too deeply to be read.";

const explain = (message: string): string =>
  message.includes("call stack") ? TOO_DEEP : `This is not valid YAML: ${message.replace(/\.$/, "")}.`;

/** Where a value or its key begins in the file; that of the nearest value above it where the path leads nowhere. */
const offsetOf = (root: Node | null, text: string, path: Path, where: number | "key"): number => {
  let node: Node | null = root;
  let key: unknown;
  for (const step of path) {
    const found: unknown[] = isMap(node)
      ? (node.items.map((pair) => [pair.key, pair.value]).find(([each]) => isKey(each, step)) ?? [])
      : [undefined, isSeq(node) ? node.items[Number(step)] : undefined];
    if (!isNode(found[1])) return startOf(isNode(found[0]) ? found[0] : node);
    [key, node] = [found[0], found[1]];
  }
  if (where === "key") return startOf(isNode(key) ? key : node);
  return isScalar(node) && typeof node.value === "string"
    ? characterOf(node.value, where, startOf(node), text.slice(startOf(node), node.range?.[1]))
    : startOf(node);
};

const isKey = (key: unknown, step: string | number): boolean =>
  isScalar(key) && String(key.value ?? "") === String(step);

const startOf = (node: Node | null): number => node?.range?.[0] ?? 0;

/**
 * Where a character of a scalar stands in the file. Escapes, folded lines and indentation make the written form
 * longer than the text, so the word at the character is looked up there, by how often it came before.
 */
const characterOf = (value: string, character: number, start: number, written: string): number => {
  const opening = /^(?:["']|[|>][^\n]*\n[ ]*)/.exec(written)?.[0].length ?? 0;
  if (written.startsWith(value, opening)) return start + opening + character;
  const word = /^(?:\w+|\S)/.exec(value.slice(character))?.[0];
  if (word === undefined) return start + opening;
  let at = written.indexOf(word, opening);
  for (
    let known = value.indexOf(word);
    known < character && known >= 0;
    known = value.indexOf(word, known + 1)
  ) {
    at = written.indexOf(word, at + 1);
  }
  return start + Math.max(at, opening);
};
