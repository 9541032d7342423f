import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { lineClass, lineText, moreNote } from "./json.ts";
import { type JsonLine, type JsonLines, linesOf, pathKey } from "./lines.ts";

/** A line of one of several JSON values on a page. */
export interface Spot {
  readonly panel: string;
  readonly path: readonly string[];
}

/** Whether a line lights up: as the one that is looked at, or as what it has to do with. */
export type LightOf = (path: readonly string[]) => "here" | "lit" | undefined;

export interface TreeOptions {
  /** By which it is told from the others of the page. */
  readonly panel: string;
  readonly label: string;
  readonly lightOf: LightOf;
  /** What is said of a line that does, to those who do not see it. */
  readonly litWord: string;
}

/**
 * JSON whose lines one can go through: each value is one stop of the tab key, arrows lead from line to line, and whoever
 * gets to a line, by whatever means, is told of: `pointed` until the pointer leaves, `chosen` until something else is.
 */
export const jsonTrees = (told: {
  readonly pointed: (spot: Spot | undefined) => void;
  readonly chosen: (spot: Spot) => void;
}): ((value: unknown, options: TreeOptions) => TemplateResult) => {
  /** In each panel, the line that the tab key leads to. */
  const stops = new Map<string, string>();
  /** Lines that the keyboard brings below a mouse are not pointed at, until it is moved. */
  let isResting = false;
  return (value, { panel, label, lightOf, litWord }) => {
    const { lines, more } = linesIn(value);
    const shown = lines.filter(({ kind }) => kind !== "close");
    const wanted = stops.get(panel);
    const stop = shown.find(({ path }) => pathKey(path) === wanted) ?? shown[0];
    const spotAt = (event: Event): Spot | undefined => {
      const at = event.target instanceof Element ? event.target.closest("[data-at]") : null;
      const line = at === null ? undefined : lines[Number(at.getAttribute("data-at"))];
      return line && { panel, path: line.path };
    };
    const choose = (event: Event): void => {
      const spot = spotAt(event);
      if (spot === undefined) return;
      stops.set(panel, pathKey(spot.path));
      isResting = true;
      told.chosen(spot);
    };
    const point = (event: PointerEvent): void => {
      if (isResting && event.movementX === 0 && event.movementY === 0) return;
      const isFirst = event.type === "pointerover" || isResting;
      isResting = false;
      if (isFirst) told.pointed(spotAt(event));
    };
    return html`<div
      class="json json-tree"
      role="tree"
      aria-label=${label}
      dir="ltr"
      translate="no"
      @focusin=${choose}
      @pointerover=${point}
      @pointermove=${point}
      @pointerleave=${() => told.pointed(undefined)}
      @keydown=${move}
    >
      ${lines.map((line, at) => treeLine(line, { at, isStop: line === stop, light: lightOf(line.path), litWord }))}
    </div>
    ${moreNote(more)}`;
  };
};

interface TreeLine {
  readonly at: number;
  readonly isStop: boolean;
  readonly light: ReturnType<LightOf>;
  readonly litWord: string;
}

const treeLine = (line: JsonLine, { at, isStop, light, litWord }: TreeLine): TemplateResult => {
  const classes = lineClass(line, light === undefined ? "" : `json-${light}`);
  return line.kind === "close"
    ? html`<div class=${classes} aria-hidden="true" data-at=${at}>${lineText(line)}</div>`
    : html`<div
        class=${classes}
        role="treeitem"
        aria-level=${line.depth + 1}
        tabindex=${live(isStop ? "0" : "-1")}
        data-at=${at}
      >
        ${lineText(line)}${light === "lit" ? html`<span class="unseen"> (${litWord})</span>` : nothing}
      </div>`;
};

/** Lines lead up and down; a page of them is ten. */
const move = (event: KeyboardEvent): void => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const tree = event.currentTarget;
  if (!(tree instanceof Element)) return;
  const items = [...tree.querySelectorAll<HTMLElement>("[role=treeitem]")];
  const at = event.target instanceof HTMLElement ? items.indexOf(event.target) : -1;
  const last = items.length - 1;
  const to: Readonly<Record<string, number>> = {
    ArrowDown: Math.min(at + 1, last),
    ArrowUp: Math.max(at - 1, 0),
    PageDown: Math.min(at + 10, last),
    PageUp: Math.max(at - 10, 0),
    Home: 0,
    End: last,
  };
  const next = Object.hasOwn(to, event.key) ? to[event.key] : undefined;
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  items[next]?.focus();
};

/** A value is drawn again and again while somebody goes over it. */
const linesIn = (value: unknown): JsonLines => {
  if (typeof value !== "object" || value === null) return linesOf(value);
  const lines = known.get(value) ?? linesOf(value);
  known.set(value, lines);
  return lines;
};

const known = new WeakMap<object, JsonLines>();
