/** What a bench found: tables for people, and figures for machines. */
export interface Result {
  /** What was measured, and how often: a line. */
  readonly title: string;
  /** How it was taken, for whoever wants to judge it: sentences. */
  readonly how: string;
  readonly tables: readonly Table[];
  /** What is to be known besides: a sentence each. */
  readonly notes: readonly string[];
  /** By name, such as `mapping.vs_handwritten`. */
  readonly figures: Readonly<Record<string, number>>;
}

/** Rows of cells; the first has their heads. */
export type Table = readonly (readonly string[])[];

/** Measures; or says what this machine lacks for it. */
export type Bench = () => Promise<Result | { readonly missing: string }>;

/** A result as a terminal shows it. */
export const textOf = (name: string, { title, tables, notes }: Result): string =>
  [`${name}: ${title}`, ...tables.map(tableText), ...notes.map((note) => `  ${note}`)].join("\n");

/** A result as a part of a page, below its heading. */
export const markdownOf = ({ title, how, tables, notes }: Result): string =>
  [
    sentence(title),
    ...tables.map(tableMarkdown),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join("\n")]),
    `How it was taken: ${how}`,
  ].join("\n\n");

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** The first column to the left, the others to the right. */
export const tableText = (rows: Table): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join("   "),
    )
    .map((line) => `  ${line}`.trimEnd())
    .join("\n");
};

const tableMarkdown = ([heads = [], ...rows]: Table): string =>
  [heads, heads.map((_, at) => (at === 0 ? "---" : "---:")), ...rows].map(rowMarkdown).join("\n");

const rowMarkdown = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
