import { json } from "./runtime.ts";
import type { ObjectTree, Piece, Tree, ValueTree } from "./tree.ts";

/**
 * Writes a tree as a JavaScript expression that gives JSON text. Constant parts become constant text; only dynamic
 * values are escaped when it runs.
 */
export const writeTree = (tree: Tree, place: string): string => {
  const written = write(tree);
  return written.always ? join(written.pieces) : `r.need(${written.code}, ${JSON.stringify(place)})`;
};

/** JSON text that is always there, in pieces; or JavaScript that gives JSON text or undefined. */
type Written =
  | { readonly always: true; readonly pieces: readonly Piece[] }
  | { readonly always: false; readonly code: string };

const write = (tree: Tree): Written => {
  switch (tree.kind) {
    case "constant":
      return always({ constant: json(tree.json) ?? "null" });
    case "frame":
      return always(...tree.pieces);
    case "value":
      return writeValue(tree);
    case "text": {
      const parts = tree.parts.map((part) => (typeof part === "string" ? JSON.stringify(part) : part.code));
      return { always: false, code: `r.text(${parts.join(", ")})` };
    }
    case "array":
      return writeArray(tree.items.map(write));
    case "object":
      return writeObject(tree);
  }
};

const always = (...pieces: readonly Piece[]): Written => ({ always: true, pieces });

/** What is known of a value saves work: that it is there needs no comma that may go, plain text no escapes. */
const writeValue = (value: ValueTree): Written => {
  const { code } = value.expression;
  if (value.sure !== true)
    return { always: false, code: value.plain === true ? `r.quote(${code})` : `r.json(${code})` };
  if (value.plain !== true) return always({ code: need(`r.json(${code})`, value) });
  return always({ constant: '"' }, { code: need(code, value) }, { constant: '"' });
};

const writeArray = (items: readonly Written[]): Written => {
  const code = items.map((item) => (item.always ? join(item.pieces) : item.code));
  if (!items.every((item) => item.always)) return { always: false, code: `r.array(${code.join(", ")})` };
  const pieces = items.flatMap((item, at): readonly Piece[] => [
    { constant: at === 0 ? "" : "," },
    ...item.pieces,
  ]);
  return always({ constant: "[" }, ...pieces, { constant: "]" });
};

const writeObject = ({ members, more = [] }: ObjectTree): Written => {
  const written = members.map(({ key, value, required }) => {
    const inner = write(value);
    const needed = required === true && !inner.always ? always({ code: need(inner.code, value) }) : inner;
    return { name: `${JSON.stringify(key)}:`, value: needed };
  });
  // A member that is always there comes first, so that every other one brings its comma.
  const first = written.find((each) => each.value.always);
  const others = written.filter((each) => each !== first);
  const rest: Piece[] = others.flatMap(({ name, value }): readonly Piece[] =>
    value.always
      ? [{ constant: `,${name}` }, ...value.pieces]
      : [{ code: `r.member(${JSON.stringify(`,${name}`)}, ${value.code})` }],
  );
  rest.push(...more.map((code) => ({ code })));
  if (first?.value.always) {
    return always({ constant: `{${first.name}` }, ...first.value.pieces, ...rest, { constant: "}" });
  }
  return rest.length === 0 ? always({ constant: "{}" }) : { always: false, code: `r.object(${join(rest)})` };
};

const need = (code: string, value: Tree): string =>
  `r.need(${code}, ${JSON.stringify("place" in value ? value.place : "A required property")})`;

/** Pieces joined into one expression, with neighbouring constants made one. */
const join = (pieces: readonly Piece[]): string => {
  const joined: string[] = [];
  let constant = "";
  for (const piece of pieces) {
    if ("constant" in piece) {
      constant += piece.constant;
    } else {
      if (constant !== "") joined.push(JSON.stringify(constant));
      constant = "";
      joined.push(piece.code);
    }
  }
  if (constant !== "" || joined.length === 0) joined.push(JSON.stringify(constant));
  return joined.length === 1 && pieces.every((piece) => "code" in piece) ? (joined[0] ?? '""') : sum(joined);
};

/** Terms added in halves: the engine writes out a balanced tree of texts faster than a long list. */
const sum = (terms: readonly string[]): string => {
  if (terms.length <= 2) return terms.join(" + ");
  const middle = Math.ceil(terms.length / 2);
  return `(${sum(terms.slice(0, middle))}) + (${sum(terms.slice(middle))})`;
};
