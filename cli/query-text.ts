import type { SavedQuery } from "../src/queries/saved.ts";
import { bold, dim } from "./paint.ts";
import type { Plain, Rows } from "./query-values.ts";
import { excerpt, visible } from "./visible.ts";

/** So many rows are shown on a terminal. */
export const SHOWN = 1000;
/** Characters of a single value. */
const WIDEST = 80;

/** Rows as a table: numbers end below each other, all else begins there. */
export const rowsText = ({ columns, rows, more }: Rows): string => {
  const texts = rows.map((row) => row.map(cell));
  const widths = columns.map((name, at) =>
    texts.reduce((widest, row) => Math.max(widest, widthOf(row[at] ?? "")), widthOf(excerpt(name, WIDEST))),
  );
  const isNumber = columns.map(
    (_, at) => rows.every((row) => row[at] === null || typeof row[at] === "number") && rows.length > 0,
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, at) => {
        const space = " ".repeat(Math.max(0, (widths[at] ?? 0) - widthOf(text)));
        return isNumber[at] === true ? space + text : text + space;
      })
      .join("  ")
      .trimEnd();
  return [
    bold(line(columns.map((name) => excerpt(name, WIDEST)))),
    ...texts.map(line),
    dim(
      more
        ? `The first ${SHOWN.toLocaleString("en-GB")} rows. --json and --csv have all of them.`
        : counted(rows.length),
    ),
  ].join("\n");
};

const counted = (rows: number): string =>
  rows === 0 ? "No rows." : `${rows.toLocaleString("en-GB")} ${rows === 1 ? "row" : "rows"}.`;

const cell = (value: Plain | undefined): string =>
  value === null || value === undefined ? "" : excerpt(textOf(value), WIDEST);

const textOf = (value: Plain): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

/** Columns of a terminal: some letters take two of them, and some none. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (/\p{Mn}/u.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1), 0);

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;

/** Rows as CSV (RFC 4180), as a terminal may show it where it goes to one. */
export const rowsCsv = ({ columns, rows }: Rows, isTerminal: boolean): string => {
  const field = (value: Plain): string => {
    const text = value === null ? "" : isTerminal ? visible(textOf(value)) : textOf(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => row.map(field).join(",")).join("\r\n");
};

/** Rows as JSON, each on a line of its own; of columns that are called alike, the last one counts. */
export const rowsJson = ({ columns, rows }: Rows, passedOver: unknown): string => {
  const objects = rows.map((row) =>
    visible(JSON.stringify(Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])))),
  );
  const list = objects.length === 0 ? "[]" : `[\n    ${objects.join(",\n    ")}\n  ]`;
  return `{\n  "columns": ${visible(JSON.stringify(columns))},\n  "rows": ${list},\n  "passedOver": ${visible(JSON.stringify(passedOver))}\n}`;
};

/** The saved queries, by what they answer. */
export const savedText = (all: readonly SavedQuery[]): string => {
  if (all.length === 0)
    return "There are no saved queries: they are files below queries/, such as queries/failures.sql.";
  const widest = Math.max(...all.map(({ name }) => name.length));
  return all.map(({ name, title }) => `${visible(name.padEnd(widest))}  ${visible(title)}`).join("\n");
};
