import { isDeepStrictEqual } from "node:util";
import {
  Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml";
import { isObject } from "../src/event/json.ts";

const READ = { schema: "core", resolveKnownTags: false } as const;
const WRITE = { lineWidth: 0 };

/**
 * Writes what comes out into the `expect` of the examples at some positions of an examples.yml. All else stays as it
 * is, letter by letter; what is new is in block style, in the order in which it is sent, and comments in it are kept.
 */
export const updateExamples = (text: string, expected: ReadonlyMap<number, unknown>): string => {
  const document = parseDocument(text, READ);
  const splices: Splice[] = [];
  for (const [at, value] of expected) {
    const example = isSeq(document.contents) ? document.contents.items[at] : undefined;
    if (!isMap(example)) continue;
    if (example.flow !== true) splices.push(spliceOf(example, value, text));
    const known: Pair | undefined = example.items.find(isExpect);
    if (known === undefined) example.add(document.createPair("expect", value));
    else known.value = merge(known.value, value, document);
  }
  let spliced = text;
  for (const { from, to, by } of splices.sort((a, b) => b.from - a.from)) {
    spliced = spliced.slice(0, from) + by + spliced.slice(to);
  }
  // An example that is written on one line, say, cannot be mended by lines: then the whole file is written anew.
  const isRight = isDeepStrictEqual(parseDocument(spliced, READ).toJS(), document.toJS());
  return isRight ? spliced : document.toString(WRITE);
};

interface Splice {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

const isExpect = ({ key }: Pair): boolean => isScalar(key) && key.value === "expect";

/** What to put in the place of an example's `expect`, or behind its last line. */
const spliceOf = (example: YAMLMap, value: unknown, text: string): Splice => {
  const from = example.range?.[0] ?? 0;
  const indent = " ".repeat(from - text.lastIndexOf("\n", from - 1) - 1);
  const known = example.items.find(isExpect);
  // Before the node gets its new value, which has no place in the text.
  const to = isNode(known?.value) ? endOf(known.value, text) : 0;
  const fresh = new Document<Node>({});
  const node = merge(known?.value, value, fresh);
  fresh.contents = fresh.createNode(new Map([["expect", node]]));
  const by = fresh
    .toString(WRITE)
    .trimEnd()
    .replaceAll(/\n(?=.)/g, `\n${indent}`);
  if (isNode(known?.key) && to > 0) return { from: known.key.range?.[0] ?? 0, to, by };
  const last = example.items.at(-1);
  const end = isNode(last?.value) ? endOf(last.value, text) : endOf(example, text);
  const lineEnd = text.indexOf("\n", end);
  const behind = lineEnd < 0 ? text.length : lineEnd;
  return { from: behind, to: behind, by: `\n${indent}${by}` };
};

/** Where a node's own text ends, without the blank lines and the comments that follow it. */
const endOf = (node: Node, text: string): number => {
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1)?.value;
    if (isNode(last)) return endOf(last, text);
  }
  if (isSeq(node) && node.flow !== true) {
    const last = node.items.at(-1);
    if (isNode(last)) return endOf(last, text);
  }
  const [start = 0, end = 0] = node.range ?? [];
  return start + text.slice(start, end).trimEnd().length;
};

/** The node with another value, which keeps the comments of what is the same in both. */
const merge = (node: unknown, value: unknown, document: Document<Node>): Node => {
  if (isMap(node) && isObject(value)) return mergeMap(node, value, document);
  if (isSeq(node) && Array.isArray(value)) {
    node.items = value.map((each, at) => merge(node.items[at], each, document));
    if (node.items.length > 0) node.flow = false;
    return node;
  }
  if (isScalar(node) && typeof node.value === typeof value && node.value !== null) {
    node.value = value;
    return node;
  }
  return document.createNode(value) as Node;
};

const mergeMap = (node: YAMLMap, value: object, document: Document<Node>): Node => {
  const known = new Map(
    node.items.map((pair): [string, Pair] => [String(isScalar(pair.key) ? pair.key.value : pair.key), pair]),
  );
  node.items = Object.entries(value).map(([key, inner]) => {
    const pair = known.get(key);
    if (pair === undefined) return document.createPair(key, inner);
    pair.value = merge(pair.value, inner, document);
    return pair;
  });
  if (node.items.length > 0) node.flow = false;
  return node;
};
