import { isNode, isScalar, LineCounter, type Document as Parsed, parseDocument } from "yaml";
import type { Problem } from "./problem.ts";

/** A path of keys and positions into a document. */
export type Path = readonly (string | number)[];

/** A YAML file with its positions. */
export interface Document {
  readonly file: string;
  readonly value: unknown;
  /** What is wrong with it as YAML; `value` is then undefined. */
  readonly problems: readonly Problem[];
  /** A problem at the node that `path` leads to; `offset` counts characters into the text of a scalar. */
  problem(path: Path, message: string, offset?: number): Problem;
}

/** Reads YAML 1.2 (and so JSON). Aliases are refused: a small file could otherwise grow without bound. */
export const readDocument = (file: string, text: string): Document => {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), message };
  };
  const problems = parsed.errors.map((error) =>
    at(error.pos[0], `This is not valid YAML: ${error.message}.`),
  );
  return {
    file,
    value: problems.length === 0 ? parsed.toJS({ maxAliasCount: 0 }) : undefined,
    problems,
    problem: (path, message, offset = 0) => at(offsetOf(parsed, text, path) + offset, message),
  };
};

/** Where the text of a node begins in the file; the nearest node above it where the path leads nowhere. */
const offsetOf = (parsed: Parsed, text: string, path: Path): number => {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? parsed.contents : parsed.getIn(path.slice(0, length), true);
    if (!isNode(node) || node.range == null) continue;
    const start = node.range[0];
    const quoted = isScalar(node) && (text[start] === '"' || text[start] === "'");
    return length === path.length && quoted ? start + 1 : start;
  }
  return 0;
};
