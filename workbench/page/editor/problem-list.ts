import { html, type TemplateResult } from "lit-html";
import type { Problem } from "../../../src/document/problem.ts";

/** What is wrong, in the order of the places; those in the file that is edited lead there. */
export const problemList = (
  problems: readonly Problem[],
  { file, goTo }: { readonly file: string; readonly goTo: (line: number, column: number) => void },
): TemplateResult => html`
  <ul class="problems">
    ${problems.toSorted(byPlace).map(
      ({ file: of, line, column, message }) => html`<li>
        ${
          of === file
            ? html`<button type="button" class="place" @click=${() => goTo(line, column)}>Line ${line}, column ${column}</button>`
            : html`<code>${of}:${line}:${column}</code>`
        }
        ${message}
      </li>`,
    )}
  </ul>
`;

const byPlace = (one: Problem, other: Problem): number =>
  one.file.localeCompare(other.file) || one.line - other.line || one.column - other.column;
