import { html, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { count } from "./words.ts";

/** Shows a number under a name; where it is another than before, it glows shortly. */
export type ShowNumber = (name: string, number: number) => TemplateResult;

export const changingNumbers = (): ShowNumber => {
  const known = new Map<string, { readonly number: number; readonly isChanged: boolean }>();
  return (name, number) => {
    const before = known.get(name);
    if (before?.number !== number) known.set(name, { number, isChanged: before !== undefined });
    const glows = known.get(name)?.isChanged === true;
    // A new element for each number: only then the glow begins anew.
    return html`${keyed(number, html`<span class=${glows ? "count glow" : "count"}>${count(number)}</span>`)}`;
  };
};
