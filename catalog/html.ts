import { createHash } from "node:crypto";
import { STYLE } from "./style.ts";
import { type Block, type Piece, plain, type Text } from "./text.ts";

/** Writes a page as one HTML file that needs nothing else: no script, nothing from elsewhere. */
export const writeHtml = (blocks: readonly Block[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${blocks.flatMap((each) => (each.kind === "heading" && each.level === 1 ? [wordsOf(each.text)] : [])).join()}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<main id="main" tabindex="-1">
${sections(blocks)}
</main>
</body>
</html>
`;

/** Only the style that is in the page itself, known by its hash. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/** The page, with its contents before the second heading. */
const sections = (blocks: readonly Block[]): string => {
  const second = blocks.findIndex((each) => each.kind === "heading" && each.level > 1);
  const end = second < 0 ? blocks.length : second;
  return [
    ...blocks.slice(0, end).map(writeBlock),
    contents(blocks),
    ...blocks.slice(end).map(writeBlock),
  ].join("\n");
};

const contents = (blocks: readonly Block[]): string => {
  const parts: { readonly link: string; readonly inner: string[] }[] = [];
  for (const each of blocks) {
    if (each.kind !== "heading" || each.level === 1) continue;
    const link = `<a href="#${escaped(each.id)}">${write(each.text)}</a>`;
    if (each.level === 2) parts.push({ link, inner: [] });
    else parts.at(-1)?.inner.push(`<li>${link}</li>`);
  }
  const items = parts.map(
    ({ link, inner }) => `<li>${link}${inner.length === 0 ? "" : `<ul>${inner.join("")}</ul>`}</li>`,
  );
  return `<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ul>${items.join("\n")}</ul></nav>`;
};

const writeBlock = (block: Block, at: number): string => {
  switch (block.kind) {
    case "heading":
      return `<h${block.level} id="${escaped(block.id)}">${write(block.text)}</h${block.level}>`;
    case "paragraph":
      return `<p>${write(block.text)}</p>`;
    case "list":
      return block.items.length === 0
        ? ""
        : `<ul>\n${block.items.map((item) => `<li>${write(item)}</li>`).join("\n")}\n</ul>`;
    case "table":
      return writeTable(block, at);
  }
};

/** A table that is too wide scrolls in a region of its own, which the keyboard reaches as well. */
const writeTable = ({ caption, head, rows }: Extract<Block, { kind: "table" }>, at: number): string => {
  const columns = head.map((cell) => `<th scope="col">${write(cell)}</th>`).join("");
  const body = rows.map(([first = [], ...cells]) => {
    const data = cells.map((cell) => `<td>${write(cell)}</td>`).join("");
    return `<tr><th scope="row">${write(first)}</th>${data}</tr>`;
  });
  const id = `table-${at}`;
  return `<div class="table" role="region" aria-labelledby="${id}" tabindex="0">
<table${head.length > 3 ? ' class="wide"' : ""}>
<caption id="${id}">${write(caption)}</caption>
<thead><tr>${columns}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table>
</div>`;
};

const write = (text: Text): string => text.map(writePiece).join("");

const writePiece = (piece: Piece): string => {
  if (typeof piece === "string") return escaped(piece);
  return "code" in piece
    ? `<code>${escaped(plain(piece.code))}</code>`
    : `<strong>${escaped(piece.strong)}</strong>`;
};

const wordsOf = (text: Text): string =>
  text.map((piece) => (typeof piece === "string" ? escaped(piece) : "")).join("");

const escaped = (text: string): string => text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);
