import type { Text } from "@codemirror/state";

/** Where a problem's word is in a text: from its line and column, which count from 1, to where the word ends. */
export const rangeOf = (
  doc: Text,
  { line, column }: { readonly line: number; readonly column: number },
): { readonly from: number; readonly to: number } => {
  const { from, to, text } = doc.line(Math.min(Math.max(1, line), doc.lines));
  const begin = Math.min(from + Math.max(1, column) - 1, to);
  const word = /^(?:[\w$-]+|\S)/.exec(text.slice(begin - from))?.[0] ?? "";
  return { from: begin, to: begin + word.length };
};
