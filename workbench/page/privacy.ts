import { html, nothing, type TemplateResult } from "lit-html";
import type { Block, Piece, Text } from "../../catalog/text.ts";
import type { Privacy } from "../api/privacy.ts";
import type { App, MakeView } from "./app.ts";
import { focusSoon, leadTo } from "./focus.ts";
import { harmless } from "./lines.ts";

/** The catalog: what is collected, field by field, and where it goes. */
export const privacyView: MakeView = (app) => {
  let blocks: readonly Block[] | undefined;
  app.once(async () => {
    ({ blocks } = await app.get<Privacy>("/api/privacy"));
    app.draw();
    if (location.hash !== "") focusSoon(decodeURIComponent(location.hash.slice(1)));
  });
  return {
    title: "Privacy",
    draw: () =>
      blocks === undefined
        ? html`<p class="soft">Asking for the catalog …</p>`
        : html`
            <p class="lead">
              What learners may know of their data, made from the files as they are here. As a page to publish:
              <code>jlt catalog --html</code>
            </p>
            <div class="catalog">
              ${contents(blocks, app)}
              <div class="catalog-text">${blocks.map(drawBlock)}</div>
            </div>
          `,
  };
};

type Heading = Extract<Block, { kind: "heading" }>;

/** Contents: the parts of the page, and below each its own. On a narrow screen they are folded at first. */
const contents = (blocks: readonly Block[], app: App): TemplateResult => {
  const parts: { readonly heading: Heading; readonly inner: Heading[] }[] = [];
  for (const each of blocks) {
    if (each.kind !== "heading" || each.level === 1) continue;
    if (each.level === 2) parts.push({ heading: each, inner: [] });
    else parts.at(-1)?.inner.push(each);
  }
  const link = ({ id, text }: Heading): TemplateResult =>
    html`<a href="#${id}" @click=${leadTo(app, id)}>${text.map(drawPiece)}</a>`;
  return html`<nav class="contents" aria-label="Contents">
    <details ?open=${matchMedia("(width >= 64rem)").matches}>
      <summary>Contents</summary>
      <ul>
        ${parts.map(
          ({ heading, inner }) => html`<li>
            ${link(heading)}
            ${inner.length === 0 ? nothing : html`<ul>${inner.map((each) => html`<li>${link(each)}</li>`)}</ul>`}
          </li>`,
        )}
      </ul>
    </details>
  </nav>`;
};

/** Headings are one level lower here, as the first one is the page's. */
const drawBlock = (block: Block, at: number): TemplateResult | typeof nothing => {
  switch (block.kind) {
    case "heading":
      return drawHeading(block);
    case "paragraph":
      return html`<p>${block.text.map(drawPiece)}</p>`;
    case "list":
      return block.items.length === 0
        ? nothing
        : html`<ul>${block.items.map((item) => html`<li>${item.map(drawPiece)}</li>`)}</ul>`;
    case "table":
      return drawTable(block, at);
  }
};

const drawHeading = ({ level, id, text }: Heading): TemplateResult => {
  const content = text.map(drawPiece);
  if (level === 1) return html`<h2 id=${id} tabindex="-1">${content}</h2>`;
  return level === 2
    ? html`<h3 id=${id} tabindex="-1">${content}</h3>`
    : html`<h4 id=${id} tabindex="-1">${content}</h4>`;
};

const drawTable = (
  { caption, head, rows }: Extract<Block, { kind: "table" }>,
  at: number,
): TemplateResult => html`
  <div class="table" role="region" aria-labelledby="table-${at}" tabindex="0">
    <table class=${head.length > 3 ? "wide" : ""}>
      <caption id="table-${at}">${caption.map(drawPiece)}</caption>
      <thead><tr>${head.map((cell) => html`<th scope="col">${cell.map(drawPiece)}</th>`)}</tr></thead>
      <tbody>
        ${rows.map(
          ([first = [], ...cells]: readonly Text[]) => html`<tr>
            <th scope="row">${first.map(drawPiece)}</th>
            ${cells.map((cell) => html`<td>${cell.map(drawPiece)}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>
`;

const drawPiece = (piece: Piece): TemplateResult | string => {
  if (typeof piece === "string") return piece;
  return "code" in piece
    ? html`<code>${harmless(piece.code)}</code>`
    : html`<strong>${piece.strong}</strong>`;
};
