/** How a value is written: in which quotes, if any. */
export type Style = "plain" | "single" | "double" | "block" | "flow" | "empty";

interface Written {
  readonly from: number;
  readonly to: number;
  readonly style: Style;
}

/** The text of a value, and where each of its characters stands in the file. */
export interface Scalar {
  readonly text: string;
  readonly at: readonly number[];
}

/** Reads a value without its quotes and escapes. */
export const scalarOf = (file: string, { from, to, style }: Written): Scalar => {
  const isQuoted = style === "single" || style === "double";
  const quote = file[from] ?? "";
  const end = isQuoted && to > from + 1 && file[to - 1] === quote ? to - 1 : to;
  const at: number[] = [];
  let text = "";
  for (let next = isQuoted ? from + 1 : from; next < end; next++) {
    at.push(next);
    const pair = file.slice(next, Math.min(next + 2, end));
    const isPair = style === "single" ? pair === "''" : style === "double" && /^\\["\\/]$/.test(pair);
    if (isPair) next++;
    text += file[next];
  }
  return { text, at: [...at, end] };
};
