import { styleText } from "node:util";

/** Words in colour on a terminal; plain in a pipe, and wherever NO_COLOR is set. */
const painted =
  (style: Parameters<typeof styleText>[0]) =>
  (text: string): string =>
    styleText(style, text, { stream: process.stdout });

export const bold = painted("bold");
export const dim = painted("dim");
export const red = painted("red");
export const green = painted("green");
export const yellow = painted("yellow");

/** A value on one line of at most so many characters: objects by their keys where they are longer. */
export const brief = (value: unknown, most = 72): string => {
  const text = JSON.stringify(value) ?? "nothing";
  if (text.length <= most) return text;
  if (typeof value === "string") return `${JSON.stringify(value.slice(0, most - 3)).slice(0, -1)}…"`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return `an object with ${Object.keys(value ?? {}).join(", ")}`.slice(0, most);
};
