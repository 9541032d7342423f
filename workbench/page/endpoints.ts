import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { EndpointRow, Endpoints } from "../api/endpoints.ts";
import { actsFor } from "./acts.ts";
import type { App, MakeView } from "./app.ts";
import { doctorFor } from "./doctor.ts";
import { endpointHead } from "./endpoint-card.ts";
import { stateOf } from "./endpoint-state.ts";
import { failureGroups } from "./failures.ts";
import { focusSoon, leadTo } from "./focus.ts";
import { readingNote } from "./reading.ts";

/** A card for each endpoint; `?endpoint=name` leads to one of them. */
export const endpointsView: MakeView = (app, _, query) => {
  let answer: Endpoints | undefined;
  let wanted = query.get("endpoint");
  const acts = actsFor(app);
  const doctor = doctorFor(app);
  app.every(1000, async () => {
    answer = await app.get<Endpoints>("/api/endpoints");
    app.draw();
    if (wanted !== null) focusSoon(`endpoint-${wanted}`);
    wanted = null;
  });

  const card = (row: EndpointRow): TemplateResult => html`
    <article class="card endpoint" aria-labelledby="endpoint-${row.name}">
      ${endpointHead(row, Date.now())}
      ${row.failures.length === 0 ? nothing : html`<h3>Set aside</h3>`}
      ${failureGroups(row.failures, acts, { level: 4, beginning: `retry/${row.name}/`, home: `endpoint-${row.name}` })}
      <h3>Test</h3>
      ${doctor(row)}
    </article>
  `;

  return {
    title: "Endpoints",
    draw: () => {
      if (answer === undefined) return html`<p class="soft">Asking for the endpoints …</p>`;
      const { rows, reading } = answer;
      return html`
        <p class="lead">
          The learning systems that are told of events: what each was told since ${reading.from}, what it answered, and what
          needs somebody.
        </p>
        ${readingNote(reading)}
        ${
          rows.length === 0
            ? html`<p>No endpoint is set up: each is a file in <code>endpoints/</code>.</p>`
            : nothing
        }
        ${rows.length < 2 ? nothing : overview(rows, app)}
        ${repeat(rows, ({ name }) => name, card)}
      `;
    },
  };
};

/** Each of them in a word; with many of them, a way to each. */
const overview = (rows: readonly EndpointRow[], app: App): TemplateResult => html`
  <ul class="in-row overview" aria-label="All endpoints">
    ${rows.map((row) => {
      const { kind, word } = stateOf(row, Date.now());
      return html`<li>
        <a href="/endpoints?endpoint=${row.name}" @click=${leadTo(app, `endpoint-${row.name}`)}>${row.title}</a> <span class=${kind}>${word.toLowerCase()}</span>
      </li>`;
    })}
  </ul>
`;
