/** A word or a sign of an expression, and what it is. */
export interface Token {
  readonly kind: "variable" | "field" | "function" | "text" | "number" | "word" | "sign";
  readonly from: number;
  readonly to: number;
}

/** The tokens of an expression in CEL, as far as it is written: a text without its closing quote goes on to the end. */
export const tokensOf = (source: string): readonly Token[] => {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(source); found !== null; found = TOKEN.exec(source)) {
    const [all, text, number, name] = found;
    const from = found.index;
    const before = tokens.at(-1);
    const isBehindDot = before?.kind === "sign" && source[before.from] === ".";
    const kind =
      text !== undefined
        ? "text"
        : number !== undefined
          ? "number"
          : name === undefined
            ? "sign"
            : nameKind(name, isBehindDot, isCalledAt(source, TOKEN.lastIndex));
    tokens.push({ kind, from, to: from + all.length });
  }
  return tokens;
};

const TOKEN =
  /([rb]?(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?))|(\d(?:[\w]|\.\d)*)|([A-Za-z_]\w*)|&&|\|\||[=!<>]=|[^\s]/gs;

const isCalledAt = (source: string, at: number): boolean => {
  CALL.lastIndex = at;
  return CALL.test(source);
};

const CALL = /\s*\(/y;

const nameKind = (name: string, isBehindDot: boolean, isCalled: boolean): Token["kind"] => {
  if (isCalled) return "function";
  if (isBehindDot) return "field";
  return WORDS.has(name) ? "word" : "variable";
};

const WORDS: ReadonlySet<string> = new Set(["true", "false", "null", "in"]);

/** The names that lead to a field before a token: of `has(event.info.na`, those before `na` are `event` and `info`. */
export const namesBefore = (source: string, tokens: readonly Token[], at: number): readonly string[] => {
  const [name, dot] = [tokens[at - 2], tokens[at - 1]];
  if (dot === undefined || source[dot.from] !== "." || name === undefined) return [];
  const text = source.slice(name.from, name.to);
  if (name.kind === "variable") return [text];
  if (name.kind !== "field") return [];
  const before = namesBefore(source, tokens, at - 2);
  return before.length === 0 ? [] : [...before, text];
};
