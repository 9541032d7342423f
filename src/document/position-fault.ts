import { afterSpace } from "./position.ts";

/**
 * The offset at which a text stops being JSON (RFC 8259), its length where it ends too early, or undefined where it is
 * JSON. The engine's own message tells it only of some mistakes, and quotes the text. A number or word that is wrong is
 * named at its first character.
 */
export const faultOf = (text: string): number | undefined => {
  /** The brackets that are open, innermost last. */
  const open: string[] = [];
  let expected: Expected = "value";
  for (let at = afterSpace(text, 0); at < text.length; at = afterSpace(text, at)) {
    const char = text[at] ?? "";
    const inner = open.at(-1);
    if (expected === "comma or end") {
      if (inner === undefined) return at;
      if (char === CLOSING[inner]) open.pop();
      else if (char === ",") expected = inner === "{" ? "key" : "value";
      else return at;
      at += 1;
    } else if (expected === "colon") {
      if (char !== ":") return at;
      expected = "value";
      at += 1;
    } else if (expected.endsWith("or end") && inner !== undefined && char === CLOSING[inner]) {
      open.pop();
      expected = "comma or end";
      at += 1;
    } else if (expected.startsWith("key")) {
      const { end, whole }: Scanned = char === '"' ? scanString(text, at) : { end: at, whole: false };
      if (!whole) return end;
      expected = "colon";
      at = end;
    } else if (char === "{" || char === "[") {
      open.push(char);
      expected = char === "{" ? "key or end" : "value or end";
      at += 1;
    } else {
      const { end, whole }: Scanned = char === '"' ? scanString(text, at) : scanPlain(text, at);
      if (!whole) return end;
      expected = "comma or end";
      at = end;
    }
  }
  return expected === "comma or end" && open.length === 0 ? undefined : text.length;
};

type Expected = "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end";

const CLOSING: Readonly<Record<string, string>> = { "{": "}", "[": "]" };

/** The offset after a token, or where it is wrong. */
interface Scanned {
  readonly end: number;
  readonly whole: boolean;
}

const scanString = (text: string, open: number): Scanned => {
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return { end: at + 1, whole: true };
    if (code < 0x20) return { end: at, whole: false };
    if (code === 0x5c) {
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(text)) return { end: at, whole: false };
      at = ESCAPE.lastIndex - 1;
    }
  }
  return { end: text.length, whole: false };
};

const scanPlain = (text: string, start: number): Scanned => {
  PLAIN.lastIndex = start;
  return PLAIN.test(text) ? { end: PLAIN.lastIndex, whole: true } : { end: start, whole: false };
};

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const PLAIN = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
