import { html, nothing, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import type { EventsQuery } from "../api/events.ts";
import type { App } from "./app.ts";
import { addressOf, asLocal, given } from "./events-address.ts";
import { EVENT_STATES, FILTER_REASONS, filterWord, stateWord } from "./words.ts";

/** The form by which events are asked for. What is asked for is the address, so that it can be kept and sent on. */
export const eventFilters = (
  app: App,
  query: URLSearchParams,
  sources: readonly { readonly name: string; readonly title: string }[],
): TemplateResult => {
  const value = (name: keyof EventsQuery): string => query.get(name) ?? "";
  const choices = (
    name: keyof EventsQuery,
    label: string,
    options: readonly (readonly [value: string, text: string])[],
  ): TemplateResult => {
    const chosen = value(name);
    const isKnown = chosen === "" || options.some(([each]) => each === chosen);
    const all = isKnown ? options : [...options, [chosen, chosen] as const];
    return html`<label
      >${label}
      <select name=${name}>
        <option value="">any</option>
        ${all.map(([each, text]) => html`<option value=${each} ?selected=${each === chosen}>${text}</option>`)}
      </select>
    </label>`;
  };
  const ask = (event: SubmitEvent): void => {
    event.preventDefault();
    if (event.currentTarget instanceof HTMLFormElement)
      app.go(addressOf(new FormData(event.currentTarget), query));
  };
  // What somebody chose and did not ask for is forgotten where another list is asked for.
  return html`${keyed(
    String(given(query)),
    html`<details class="filters-box" ?open=${IS_WIDE || given(query).size > 0}>
    <summary>Which events</summary>
    <form class="filters" aria-label="Which events" @submit=${ask}>
    ${choices(
      "endpoint",
      "Endpoint",
      app.about.endpoints.map(({ name, title }) => [name, title]),
    )}
    ${choices(
      "state",
      "State",
      EVENT_STATES.map((each) => [each, stateWord(each)]),
    )}
    ${choices(
      "filter",
      "Filtered, because",
      FILTER_REASONS.map((each) => [each, filterWord(each)]),
    )}
    ${choices(
      "source",
      "Mapping",
      sources.map(({ name }) => [name, name]),
    )}
    ${
      value("translation") === ""
        ? nothing
        : html`<label>Translation <input name="translation" .value=${value("translation")} /></label>`
    }
    <label
      >Learner's user name
      <input name="learner" .value=${value("learner")} autocomplete="off" spellcheck="false" autocapitalize="off" />
    </label>
    <label>Arrived from <input type="datetime-local" name="from" step="any" .value=${asLocal(value("from"))} /></label>
    <label>and before <input type="datetime-local" name="to" step="any" .value=${asLocal(value("to"))} /></label>
    <p class="filters-do">
      <button type="submit" class="main">Show these events</button>
      ${given(query).size === 0 ? nothing : html`<a class="button" href="/events">Show all</a>`}
    </p>
  </form>
  </details>`,
  )}`;
};

/** Where there is little room, the list comes first. */
const IS_WIDE = matchMedia("(width >= 40rem)").matches;
