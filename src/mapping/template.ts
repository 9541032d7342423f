/** A text with expressions in it: `a ${ b } c` has three parts. */
export type Part = { readonly text: string } | { readonly expression: string; readonly offset: number };

/** Where a `${` has no matching `}`: how many characters into the text. */
export interface Unclosed {
  readonly unclosed: number;
}

/** Splits a YAML string into its constant and its `${ … }` parts. `$${` stands for a literal `${`. */
export const splitTemplate = (text: string): readonly Part[] | Unclosed => {
  const parts: Part[] = [];
  let constant = "";
  let at = 0;
  for (let open = text.indexOf("${"); open >= 0; open = text.indexOf("${", at)) {
    if (open > at && text[open - 1] === "$") {
      constant += `${text.slice(at, open - 1)}\${`;
      at = open + 2;
      continue;
    }
    const close = closingBrace(text, open + 2);
    if (close < 0) return { unclosed: open };
    constant += text.slice(at, open);
    if (constant !== "") parts.push({ text: constant });
    constant = "";
    parts.push({ expression: text.slice(open + 2, close), offset: open + 2 });
    at = close + 1;
  }
  constant += text.slice(at);
  if (constant !== "" || parts.length === 0) parts.push({ text: constant });
  return parts;
};

/** The brace that closes an expression; braces of CEL's maps and those inside of its strings do not count. */
const closingBrace = (text: string, from: number): number => {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '"' || char === "'") {
      at = endOfLiteral(text, at, char);
      if (at < 0) return -1;
    } else if (char === "{") {
      depth++;
    } else if (char === "}" && depth-- === 0) {
      return at;
    }
  }
  return -1;
};

const endOfLiteral = (text: string, open: number, quote: string): number => {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at;
  }
  return -1;
};
