import { html, nothing, type TemplateResult } from "lit-html";
import type { Side } from "../../../src/mapping/understand.ts";
import type { MappingDetail } from "../../api/mappings.ts";
import type { Tried, TriedSide, TriedStatement } from "../compiled.ts";
import { jsonView } from "../json.ts";
import { harmless } from "../lines.ts";
import { count } from "../words.ts";
import { compare, type Difference } from "./compare.ts";

/** What a mapping makes of a sample, and how that differs from what its saved text makes of it. */
export interface Output {
  readonly detail: Pick<MappingDetail, "versions">;
  readonly tried: Tried;
  /** Of the saved text; absent where it is the same text. */
  readonly before: Tried | undefined;
}

/** Shows the output for each standard. */
export const outputView = ({ detail, tried, before }: Output): TemplateResult => html`
  <div class="output">
    ${SIDES.map((side) => {
      const made = tried.sides[side];
      return made === undefined
        ? nothing
        : html`<section>
            <h3>${nameOf(side, detail.versions)}</h3>
            ${sideView(made, before?.sides[side], nameOf(side, detail.versions))}
          </section>`;
    })}
  </div>
`;

/** Not imported: with its module, the whole checker would come into the page. */
const SIDES: readonly Side[] = ["caliper", "xapi", "json"];

const nameOf = (side: Side, versions: MappingDetail["versions"]): string =>
  ({ caliper: `Caliper ${versions.caliper}`, xapi: `xAPI ${versions.xapi}`, json: "Record (json)" })[side];

/** Statements of one side that are shown: an event with a long list can make thousands. */
const MOST_STATEMENTS = 10;

const sideView = (made: TriedSide, before: TriedSide | undefined, side: string): TemplateResult => {
  const now = byName(made.statements);
  const earlier = byName(before?.statements ?? []);
  const gone = [...earlier.keys()].filter((name) => !now.has(name));
  const more = now.size - MOST_STATEMENTS;
  return html`
    ${made.failed === undefined ? nothing : html`<p class="trouble">It fails for this event: ${made.failed}</p>`}
    ${
      now.size === 0 && made.failed === undefined
        ? html`<p class="soft">Nothing: no translation applies to this event.</p>`
        : nothing
    }
    ${[...now].slice(0, MOST_STATEMENTS).map(([name, statement]) =>
      statementView(statement, {
        name,
        side,
        ...(before !== undefined && { before: earlier.get(name) ?? "none" }),
      }),
    )}
    ${more > 0 ? html`<p class="soft">${count(more)} more are not shown.</p>` : nothing}
    ${
      gone.length === 0
        ? nothing
        : html`<p class="differs">
            <strong>No longer made:</strong>
            ${gone.slice(0, MOST_STATEMENTS).map((name) => html`<code>${name}</code> `)}${gone.length > MOST_STATEMENTS ? "and more" : ""}
          </p>`
    }
  `;
};

/** Statements by what tells them apart: their translation, and where it makes several, which of them it is. */
const byName = (statements: readonly TriedStatement[]): ReadonlyMap<string, TriedStatement> => {
  const times = new Map<string, number>();
  return new Map(
    statements.map((each) => {
      const name = each.translation.slice(each.translation.lastIndexOf(":") + 1);
      const at = (times.get(name) ?? 0) + 1;
      times.set(name, at);
      return [at === 1 ? name : `${name} (${at})`, each];
    }),
  );
};

interface Shown {
  readonly name: string;
  readonly side: string;
  /** `none`: the saved text makes nothing of this name. Absent where nothing is compared. */
  readonly before?: TriedStatement | "none";
}

const statementView = (
  { statement, complaints }: TriedStatement,
  { name, side, before }: Shown,
): TemplateResult => {
  const difference =
    before === undefined || before === "none" ? undefined : compare(before.statement, statement);
  const marks = new Map(
    [...(difference?.lines ?? [])].map(([path, how]) => [path, { class: `differs-${how}`, word: how }]),
  );
  return html`
    <h4><code>${name}</code>${before === "none" ? html` <span class="badge">new</span>` : nothing}</h4>
    ${
      complaints.length === 0
        ? nothing
        : html`<div class="trouble">
            <p>${side} does not allow this:</p>
            <ul>
              ${complaints.map((each) => html`<li>${harmless(each)}</li>`)}
            </ul>
          </div>`
    }
    ${difference === undefined || difference.told.length === 0 ? nothing : differenceView(difference)}
    ${jsonView(statement, { label: `${name}, ${side}`, marks })}
  `;
};

/** Changes that are listed; the others are marked all the same. */
const MOST = 8;

const differenceView = ({ told }: Difference): TemplateResult => html`
  <div class="differs">
    <p><strong>Other than by the saved text:</strong></p>
    <ul>
      ${told
        .slice(0, MOST)
        .map(
          ({ path, how, was }) =>
            html`<li><code>${path}</code> ${how === "new" ? "is new" : html`${how === "gone" ? "is gone" : "is changed"}; it was <code>${shortly(was ?? "")}</code>`}</li>`,
        )}
      ${told.length > MOST ? html`<li>and ${told.length - MOST} more</li>` : nothing}
    </ul>
  </div>
`;

const shortly = (text: string): string => harmless(text.length > 160 ? `${text.slice(0, 160)}…` : text);
