import { type Block, type Piece, plain, type Text } from "./text.ts";

/** Writes a page as Markdown (CommonMark, with the tables of GitHub). */
export const writeMarkdown = (blocks: readonly Block[]): string => `${blocks.map(writeBlock).join("\n\n")}\n`;

const writeBlock = (block: Block): string => {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${write(block.text)}`;
    case "paragraph":
      return write(block.text);
    case "list":
      return block.items.map((item) => `- ${write(item)}`).join("\n");
    case "table":
      return [
        row(block.head.map(writeCell)),
        row(block.head.map(() => "---")),
        ...block.rows.map((cells) => row(cells.map(writeCell))),
      ].join("\n");
  }
};

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const write = (text: Text): string => text.map((piece, at) => writePiece(piece, at === 0)).join("");

/** Within code, no mark before a bar keeps it from ending the cell for every reader of Markdown: then it is no code. */
const writeCell = (text: Text): string =>
  text
    .map((piece) =>
      typeof piece === "object" && "code" in piece && piece.code.includes("|")
        ? guarded(plain(piece.code), false)
        : writePiece(piece, false),
    )
    .join("");

const writePiece = (piece: Piece, first: boolean): string => {
  if (typeof piece === "string") return guarded(piece, first);
  return "code" in piece
    ? writeCode(piece.code)
    : `**${guarded(piece.strong, false).trim()}**${trailing(piece.strong)}`;
};

/** Spaces before the closing marks would leave them as they are. */
const trailing = (text: string): string => (text.endsWith(" ") ? " " : "");

/** Characters that mean something in Markdown, and the beginnings of a line that do. */
const guarded = (text: string, first: boolean): string => {
  const escaped = text
    .replace(/[\\`*[\]<>|&~$]/g, "\\$&")
    .replace(/(?<!\w)_|_(?!\w)/g, "\\_")
    .replace(/(?<=https?|ftp):(?=\/\/)|(?<=www)\./gi, "\\$&");
  return first ? escaped.replace(/^(\s*)([#+=-])/, "$1\\$2").replace(/^(\s*\d+)([.)])/, "$1\\$2") : escaped;
};

/** Code within as many backticks as it has none of. */
const writeCode = (text: string): string => {
  const shown = plain(text);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 && shown !== "" ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
};
