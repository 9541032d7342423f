/** Reads regular expressions, to tell how long they can run. Their grammar: ECMA-262, 22.2.1, with the flag `u`. */
export type Node =
  /** One character of a set, see `characters`. */
  | { readonly kind: "one"; readonly set: bigint }
  /** What takes no character, such as `^`. */
  | { readonly kind: "nothing"; readonly text: string }
  /** What looks ahead or behind; once it has an answer, it is not asked again. */
  | { readonly kind: "look"; readonly body: Node }
  /** The same text as a group before it. */
  | { readonly kind: "again"; readonly at: number }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly branches: readonly Node[]; readonly at: number }
  | Repeat;

export interface Repeat {
  readonly kind: "repeat";
  readonly body: Node;
  readonly least: number;
  readonly most: number;
  /** As it is written, and how many characters into the pattern. */
  readonly text: string;
  readonly at: number;
}

/** Every character: a bit for each of the first 256, and one for all the others together. */
export const ANY = (1n << 257n) - 1n;

/** The tree of a pattern that `new RegExp(pattern, "u")` accepts. */
export const readPattern = (pattern: string): Node => {
  let at = 0;
  // Where letters may stand for their capitals as well, nothing is known to be different.
  const setOf = /\(\?[ims-]+:/.test(pattern) ? () => ANY : characters;
  const take = (shape: RegExp): string => {
    const [text = ""] = new RegExp(shape.source, "suy").exec(pattern.slice(at)) ?? [];
    at += text.length;
    return text;
  };

  const choice = (): Node => {
    const start = at;
    const branches = [sequence()];
    while (pattern[at] === "|") {
      at++;
      branches.push(sequence());
    }
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { kind: "choice", branches, at: start };
  };

  const sequence = (): Node => {
    const parts: Node[] = [];
    while (at < pattern.length && pattern[at] !== "|" && pattern[at] !== ")") parts.push(repeat());
    return { kind: "sequence", parts };
  };

  const repeat = (): Node => {
    const start = at;
    const body = atom();
    const quantifier = take(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/);
    if (quantifier === "") return body;
    const [least, most] = countsOf(quantifier);
    return { kind: "repeat", body, least, most, text: pattern.slice(start, at), at: start };
  };

  const atom = (): Node => {
    const start = at;
    const opening = take(/\((?:\?(?:<?[=!]|<[^>]*>|[ims-]*:))?/);
    if (opening !== "") {
      const body = choice();
      at++;
      return /[=!]$/.test(opening) ? { kind: "look", body } : body;
    }
    const zero = take(/[$^]|\\[bB]/);
    if (zero !== "") return { kind: "nothing", text: zero };
    if (take(/\\(?:[1-9]\d*|k<[^>]*>)/) !== "") return { kind: "again", at: start };
    // A class, an escape, or one character, which may be two code units long.
    return { kind: "one", set: setOf(take(CHARACTER)) };
  };

  return choice();
};

const CHARACTER =
  /\[(?:\\.|[^\]\\])*\]|\\u\{[^}]*\}|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u.{4}|\\x..|\\c.|\\[pP]\{[^}]*\}|\\.|./;

const countsOf = (quantifier: string): readonly [least: number, most: number] => {
  const open = Number.POSITIVE_INFINITY;
  if (quantifier.startsWith("*")) return [0, open];
  if (quantifier.startsWith("+")) return [1, open];
  if (quantifier.startsWith("?")) return [0, 1];
  const [, least = "", comma, most] = /^\{(\d+)(,(\d*))?/.exec(quantifier) ?? [];
  if (comma === undefined) return [Number(least), Number(least)];
  return [Number(least), most === "" ? open : Number(most)];
};

const known = new Map<string, bigint>();

/** The set that a class, an escape or a character stands for. */
const characters = (text: string): bigint => {
  const before = known.get(text);
  if (before !== undefined) return before;
  const pattern = new RegExp(`^${text === "/" ? "\\/" : text}$`, "u");
  // Beyond the first 256, only what is plainly none of them is known to be none of them.
  let set =
    /^(?:[!-~]|\\[dw\W]|\[(?!\^)(?:\\[dw\W]|[ -[^-~])*\])$/.test(text) && text !== "." ? 0n : 1n << 256n;
  for (let code = 0; code < 256; code++)
    if (pattern.test(String.fromCharCode(code))) set |= 1n << BigInt(code);
  known.set(text, set);
  return set;
};
