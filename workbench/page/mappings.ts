import { html, nothing, type TemplateResult } from "lit-html";
import type { MappingRow, Mappings } from "../api/mappings.ts";
import type { MakeView } from "./app.ts";
import { hasDraft } from "./editor/drafts.ts";
import { harmless } from "./lines.ts";
import { readingNote } from "./reading.ts";
import { count, counted, eventsAt } from "./words.ts";

/** What is translated, by which mapping, and what no mapping takes. */
export const mappingsView: MakeView = (app, _, query) => {
  let mappings: Mappings | undefined;
  let wanted = query.get("filter") ?? "";
  app.every(2000, async () => {
    mappings = await app.get<Mappings>("/api/mappings");
    app.draw();
  });
  const want = (event: Event): void => {
    wanted = event.target instanceof HTMLInputElement ? event.target.value : "";
    app.draw();
    // Whoever comes back from a mapping finds the list as it was.
    const address = wanted === "" ? "/mappings" : `/mappings?${new URLSearchParams({ filter: wanted })}`;
    history.replaceState(history.state, "", address);
  };
  return {
    title: "Mappings",
    draw: () => {
      if (mappings === undefined) return html`<p class="soft">Reading the mappings …</p>`;
      const { rows, events, reading } = mappings;
      const shown = rows.filter((row) => fits(row, wanted));
      return html`
        <p class="lead">Each mapping says what becomes of one kind of Jupyter’s events. Open one to read it, to try it on an event, and to change it.</p>
        ${readingNote(reading)}
        <p class="filter">
          <label for="filter">Filter</label>
          <input id="filter" type="search" autocomplete="off" .value=${wanted} @input=${want} />
          <span class="soft" role="status">${wanted === "" ? nothing : `${shown.length} of ${counted(rows.length, "mapping")}`}</span>
        </p>
        ${shown.length === 0 ? html`<p>No mapping has this in its title, its name, its schema or its translations.</p>` : table(shown, events)}
        ${untakenView(mappings)}
      `;
    },
  };
};

/** Whether all words are found in what a mapping is called. */
const fits = ({ name, title, ids, translations }: MappingRow, wanted: string): boolean => {
  const all = [name, title, ...ids, ...translations.map((each) => each.name)].join("\n").toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
};

const table = (rows: readonly MappingRow[], events: number): TemplateResult => html`
  <div class="table" role="region" aria-labelledby="mappings-caption" tabindex="0">
    <table class="mappings">
      <caption id="mappings-caption">
        ${counted(events, "event")} in all. Told: any endpoint is told of it. Invalid: it does not fit its schema, and is in
        quarantine.
      </caption>
      <thead>
        <tr>
          <th scope="col">Mapping</th>
          <th scope="col" class="number">Events</th>
          <th scope="col" class="number">Share</th>
          <th scope="col" class="number">Told</th>
          <th scope="col" class="number">Invalid</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => rowView(row, events))}
      </tbody>
    </table>
  </div>
`;

const rowView = (row: MappingRow, all: number): TemplateResult => {
  const { name, title, events, told, invalid } = row;
  return html`<tr>
    <th scope="row">
      <a href=${`/mappings/${name}`}>${title}</a>
      <span class="name"><code>${name}</code>${events === 0 ? ", no events" : ""}${hasDraft(name) ? html`, <strong class="wait">not saved</strong>` : nothing}</span>
      ${translationsView(row)}
    </th>
    <td class="number">
      ${events === 0 ? "0" : html`<a href=${eventsAt({ source: name })} aria-label=${`${counted(events, "event")} of ${name}`}>${count(events)}</a>`}
    </td>
    <td class="number">${shareOf(events, all)}</td>
    <td class="number">${count(told)}</td>
    <td class="number">
      ${invalid === 0 ? "0" : html`<a class="bad" href="/set-aside" aria-label=${`${count(invalid)} invalid of ${name}`}>${count(invalid)}</a>`}
    </td>
  </tr>`;
};

const translationsView = ({ translations }: MappingRow): TemplateResult => html`
  <details>
    <summary>${counted(translations.length, "translation")}</summary>
    <ul class="translations">
      ${translations.map(
        ({ name, optional, delivered, takenBy }) => html`<li>
          <code>${name.slice(name.lastIndexOf(":") + 1)}</code>${optional ? " (optional)" : ""}:
          ${
            delivered === 0
              ? "none delivered"
              : html`<a href=${eventsAt({ translation: name, state: "delivered" })}>${counted(delivered, "statement")} delivered</a>`
          }<span class="soft">${takenBy.length === 0 ? ", no endpoint takes it" : `, for ${takenBy.join(", ")}`}</span>
        </li>`,
      )}
    </ul>
  </details>
`;

/** A part of all, in per cent; what is there is never said to be none of it. */
const shareOf = (part: number, all: number): string => {
  if (part === 0 || all === 0) return "–";
  const share = (100 * part) / all;
  return share < 0.1 ? "< 0.1 %" : `${share.toFixed(share < 10 ? 1 : 0)} %`;
};

const untakenView = ({ unknown, gone }: Mappings): TemplateResult => html`
  <h2>What no mapping takes</h2>
  ${
    unknown.length + gone.length === 0
      ? html`<p>Nothing: every event names a schema that a mapping has.</p>`
      : html`${gone.length === 0 ? nothing : goneView(gone)} ${unknown.length === 0 ? nothing : unknownView(unknown)}`
  }
`;

const goneView = (gone: Mappings["gone"]): TemplateResult => html`
  <p>Events were accepted by these mappings, which are no longer among the files: they were taken away, or renamed.</p>
  <ul>
    ${gone.map(
      ({ name, events }) =>
        html`<li><code>${harmless(name)}</code>, no longer among the files: <a href=${eventsAt({ source: name })}>${counted(events, "event")}</a></li>`,
    )}
  </ul>
`;

const unknownView = (unknown: Mappings["unknown"]): TemplateResult => html`
  <p>These schemas are named by events, and no mapping has them. Their events are in <a href="/set-aside">quarantine</a>.</p>
  <ul>
    ${unknown.map(({ schema, events }) => html`<li><code>${harmless(schema)}</code> <span class="soft">${counted(events, "event")}</span></li>`)}
  </ul>
  <p>To translate one, save the schema that its producer publishes as a file, and make a mapping of it:</p>
  <pre>./jlt schema add FILE</pre>
  <p>Then the events can be recovered from quarantine.</p>
`;
