import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { EndpointName } from "../api/about.ts";
import type { EventRow, EventState, EventsPage } from "../api/events.ts";
import type { Mappings } from "../api/mappings.ts";
import type { App, MakeView } from "./app.ts";
import { given } from "./events-address.ts";
import { differenceOf, withStates } from "./events-difference.ts";
import { eventFilters } from "./events-filters.ts";
import { isRead, readingNote } from "./reading.ts";
import { count, counted, EVENT_STATES, filterWord, stateClass, stateWord, when } from "./words.ts";

/** Archived events, the latest first, as the address asks for them. */
export const eventsView: MakeView = (app, _, query) => {
  const list = eventsList(app, query);
  let sources: Sources = [];
  app.once(async () => {
    sources = (await app.get<Mappings>("/api/mappings")).rows;
    app.draw();
  });
  app.every(2000, list.look);
  return {
    title: "Events",
    draw: () => html`
      ${eventFilters(app, query, sources)}
      ${list.draw()}
    `,
  };
};

type Sources = readonly { readonly name: string; readonly title: string }[];

/** The page of events that is shown. Its rows stay where they are; only what became of them is told anew. */
const eventsList = (app: App, query: URLSearchParams) => {
  const path = `/api/events?${given(query)}`;
  const isFirst = !query.has("after");
  let shown: EventsPage | undefined;
  let latest: EventsPage | undefined;
  const look = async (): Promise<void> => {
    latest = await app.get<EventsPage>(path);
    // Where nothing is shown yet, nothing can jump.
    shown = shown === undefined || shown.rows.length === 0 ? latest : withStates(shown, latest);
    app.draw();
  };
  const showLatest = (): void => {
    shown = latest;
    app.say("The list is up to date.");
    app.draw();
    // The button is gone.
    document.getElementById("events")?.focus();
  };
  const draw = (): TemplateResult => {
    if (shown === undefined || latest === undefined) return html`<p class="soft">Asking for events …</p>`;
    const { reading, total } = latest;
    const { fresh, gone } = differenceOf(shown, latest);
    return html`
      ${readingNote(reading)}
      <div class="events-head">
        <p id="events" tabindex="-1"><strong>${counted(total, "event")}</strong>${isFirst ? nothing : ", an earlier page of them"}</p>
        ${
          fresh === 0
            ? nothing
            : html`<button type="button" class="main" @click=${showLatest}>
                ${fresh < latest.rows.length ? `Show ${count(fresh)} new` : "Show the latest"}
              </button>`
        }
      </div>
      <p class="soft">The latest first. Whose an event is stands on its own page only.</p>
      ${statementsNote(query)}
      ${
        shown.rows.length === 0
          ? nobody(query, isRead(reading))
          : table(app.about.endpoints, shown.rows, gone)
      }
      ${pages(query, shown.next)}
    `;
  };
  return { look, draw };
};

/** What ends is a statement: numbers elsewhere count these. */
const statementsNote = (query: URLSearchParams): TemplateResult | typeof nothing => {
  const state = EVENT_STATES.find((each) => each === query.get("state"));
  if (state === undefined || !OF_STATEMENTS.has(state)) return nothing;
  return html`<p class="soft">
    Each of these events has a statement that is ${stateWord(state)}. An event may have several, of which the table shows
    the worst, and a statement counts on when its event is erased: so there may be more statements than events.
  </p>`;
};

const OF_STATEMENTS: ReadonlySet<EventState> = new Set(["delivered", "waiting", "setAside"]);

const nobody = (query: URLSearchParams, isWhole: boolean): TemplateResult => {
  if (!isWhole) return html`<p>None among what is read so far.</p>`;
  return given(query).size === 0
    ? html`<p>No event has come yet. <a href="/">See what to do first</a></p>`
    : html`<p>No event fits all of this. <a href="/events">See all events</a></p>`;
};

const pages = (query: URLSearchParams, next: string | undefined): TemplateResult | typeof nothing => {
  const isFirst = !query.has("after");
  if (isFirst && next === undefined) return nothing;
  const to = (after?: string): string => {
    const address = given(query);
    address.delete("after");
    if (after !== undefined) address.set("after", after);
    return address.size === 0 ? "/events" : `/events?${address}`;
  };
  return html`<nav class="pages" aria-label="Pages of events">
    ${isFirst ? nothing : html`<a class="button" href=${to()}>Back to the latest events</a>`}
    ${next === undefined ? nothing : html`<a class="button" href=${to(next)} rel="next">Earlier events</a>`}
  </nav>`;
};

const table = (
  endpoints: readonly EndpointName[],
  rows: readonly EventRow[],
  gone: ReadonlySet<string>,
): TemplateResult => html`<div class="table" role="region" aria-labelledby="events-caption" tabindex="0">
  <table class="events">
    <caption id="events-caption" class="unseen">Events, the latest first</caption>
    <thead>
      <tr>
        <th scope="col">Arrived</th>
        <th scope="col">Event</th>
        ${endpoints.map(({ title }) => html`<th scope="col"><span class="endpoint-title" title=${title}>${title}</span></th>`)}
      </tr>
    </thead>
    <tbody>
      ${repeat(
        rows,
        ({ id }) => id,
        (row) => html`<tr>
          <th scope="row">
            <a href="/events/${encodeURIComponent(row.id)}"
              ><time datetime=${row.arrived}>${when(row.arrived)}</time><span class="unseen">: ${row.title}</span></a
            >
          </th>
          <td>
            ${row.title} <span class="source">${row.source}</span>
            ${gone.has(row.id) ? html`<span class="why">no longer among these</span>` : nothing}
          </td>
          ${endpoints.map(({ name }) => state(row, name))}
        </tr>`,
      )}
    </tbody>
  </table>
</div>`;

const state = ({ states }: EventRow, endpoint: string): TemplateResult => {
  const found = states.find((each) => each.endpoint === endpoint);
  const at = found?.state ?? "untold";
  return html`<td>
    <span class="state ${stateClass(at)}">${stateWord(at)}</span>
    ${found?.filter === undefined ? nothing : html`<span class="why">${filterWord(found.filter)}</span>`}
  </td>`;
};
