import { html, nothing, type TemplateResult } from "lit-html";
import { classMap } from "lit-html/directives/class-map.js";
import { type JsonLine, linesOf, pathKey } from "./lines.ts";
import { count } from "./words.ts";

/** What is shown of JSON beside its lines. */
export interface JsonOptions {
  /** What it is called by those who hear it: `The event as it is archived`. */
  readonly label: string;
  /** By `pathKey`: a class for the line of a value, and a word for those who do not see it. */
  readonly marks?: ReadonlyMap<string, JsonMark>;
}

export interface JsonMark {
  readonly class: string;
  readonly word?: string;
}

/** JSON to be read, line by line; everything in it is shown as text. */
export const jsonView = (value: unknown, { label, marks }: JsonOptions): TemplateResult => {
  const { lines, more } = linesOf(value);
  return html`<div class="json" role="group" aria-label=${label} dir="ltr" translate="no">
    ${lines.map((line) => {
      const mark = line.kind === "close" ? undefined : marks?.get(pathKey(line.path));
      return html`<div class=${lineClass(line, mark?.class)}>
        ${lineText(line)}${mark?.word === undefined ? nothing : html`<span class="unseen"> (${mark.word})</span>`}
      </div>`;
    })}
    ${moreNote(more)}
  </div>`;
};

/** The classes of a line: how far it is indented, and what else is said of it. */
export const lineClass = ({ depth }: JsonLine, also = ""): string =>
  `json-line json-in-${Math.min(depth, DEEPEST)} ${also}`.trim();

/** Lines that are deeper are not indented further. */
const DEEPEST = 12;

/** What stands in a line: its key and its value. */
export const lineText = ({ key, text, kind, cut }: JsonLine): TemplateResult =>
  html`${
    key === undefined ? nothing : html`<span class="json-key">${key}</span>: `
  }<span class=${classMap({ [`json-${kind}`]: true })}>${text}</span>${
    cut === undefined
      ? nothing
      : html` <span class="json-cut">(the beginning of ${count(cut)} characters)</span>`
  }`;

export const moreNote = (more: number): TemplateResult | typeof nothing =>
  more === 0 ? nothing : html`<p class="json-cut">${count(more)} more lines are not shown.</p>`;
