/** What may come next (RFC 8259). */
type Next = "value" | "element" | "key" | "property" | "colon" | "more" | "end";

/**
 * Where a text stops being JSON, from 0: the first character that cannot stand there, or the value in which it is; or
 * the text's length, where it ends too soon. The engine itself does not say it of all faults.
 */
export const faultIn = (text: string): number => {
  const open: ("{" | "[")[] = [];
  let next: Next = "value";
  for (let at = afterSpace(text, 0); at < text.length; ) {
    const character = text.charAt(at);
    let end = at + 1;
    if ((next === "value" || next === "element") && (character === "{" || character === "[")) {
      open.push(character);
      next = character === "{" ? "property" : "element";
    } else if (character === "]" && open.at(-1) === "[" && (next === "element" || next === "more")) {
      open.pop();
      next = afterValue(open);
    } else if (character === "}" && open.at(-1) === "{" && (next === "property" || next === "more")) {
      open.pop();
      next = afterValue(open);
    } else if (character === "," && next === "more") next = open.at(-1) === "{" ? "key" : "value";
    else if (character === ":" && next === "colon") next = "value";
    else {
      end = endOfScalar(text, at);
      const isKey: boolean = next === "key" || next === "property";
      if (end < 0 || (isKey && character !== '"') || (!isKey && next !== "value" && next !== "element"))
        return at;
      // A string that is open still, or a word of which all that is there is right.
      if (end > text.length) return text.length;
      next = isKey ? "colon" : afterValue(open);
    }
    at = afterSpace(text, end);
  }
  return text.length;
};

const afterValue = (open: readonly string[]): Next => (open.length === 0 ? "end" : "more");

const afterSpace = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && " \t\n\r".includes(text.charAt(at))) at++;
  return at;
};

const WORDS = ["true", "false", "null"];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** The index behind a string, a number or a word; beyond the text where it is cut off; negative where it is none. */
const endOfScalar = (text: string, at: number): number => {
  if (text.charAt(at) === '"') return endOfString(text, at);
  const rest = text.slice(at, at + 5);
  const word = WORDS.find(
    (each) => rest.startsWith(each) || (at + rest.length === text.length && each.startsWith(rest)),
  );
  if (word !== undefined) return at + word.length;
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text);
  if (number !== null) return at + number[0].length;
  return rest === "-" ? text.length + 1 : -1;
};

const CONTROL = 0x20;

const endOfString = (text: string, open: number): number => {
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < CONTROL) return -1;
    if (code !== 0x5c) continue;
    const escaped = text.slice(at + 1, at + 6);
    if (/^u[\da-fA-F]{4}/.test(escaped)) at += 5;
    else if (/^["\\/bfnrt]/.test(escaped)) at++;
    else
      return at + 1 + escaped.length === text.length && /^(u[\da-fA-F]*)?$/.test(escaped)
        ? text.length + 1
        : -1;
  }
  return text.length + 1;
};
