/** What a bench found: a table for people, and figures for machines. */
export interface Result {
  readonly text: string;
  /** By name, such as `mapping.vs_handwritten`. */
  readonly figures: Readonly<Record<string, number>>;
}

export type Bench = () => Promise<Result>;

/** Rows as a table: the first column to the left, the others to the right. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join("   "),
    )
    .map((line) => `  ${line}`)
    .join("\n");
};
