import { html, nothing, type TemplateResult } from "lit-html";
import type { Sample } from "../../api/mappings.ts";
import { jsonView } from "../json.ts";
import { harmless } from "../lines.ts";
import { when } from "../words.ts";

/** Chooses the event on which a mapping is tried. */
export const sampleSelect = (
  samples: readonly Sample[],
  at: number,
  choose: (at: number) => void,
): TemplateResult => {
  if (samples.length === 0)
    return html`<p class="note">There is no event to try it on: put one into examples.yml beside the mapping, or wait until one is archived.</p>`;
  return html`
    <p class="sample">
      <label for="sample">Event</label>
      <select
        id="sample"
        @change=${({ target }: Event) => {
          if (target instanceof HTMLSelectElement) choose(Number(target.value));
        }}
      >
        ${group("Examples beside the mapping", samples, "example", at)}
        ${group("Archived events, the latest first", samples, "archive", at)}
      </select>
    </p>
    <p class="soft">Ids and pseudonyms are made up on this page; the service makes its own with its keys.</p>
  `;
};

const group = (
  label: string,
  samples: readonly Sample[],
  from: Sample["from"],
  at: number,
): TemplateResult | typeof nothing =>
  samples.some((each) => each.from === from)
    ? html`<optgroup label=${label}>
        ${samples.map((each, index) =>
          each.from === from
            ? html`<option value=${index} ?selected=${index === at}>${from === "archive" ? when(each.name) : harmless(each.name)}</option>`
            : nothing,
        )}
      </optgroup>`
    : nothing;

/** What expressions read as the event, and the event before it. */
export const sampleData = (sample: Sample | undefined): TemplateResult | typeof nothing =>
  sample === undefined
    ? nothing
    : html`
        <details class="sample-data">
          <summary>The event’s data, as expressions read it</summary>
          ${jsonView({ event: sample.data, time: sample.time }, { label: "The event’s data" })}
          ${
            sample.before.length === 0
              ? nothing
              : html`<p>What came before it in the same batch:</p>
                ${jsonView(sample.before, { label: "What came before the event" })}`
          }
          ${
            sample.id === undefined
              ? nothing
              : html`<p><a href="/events/${sample.id}">See this event from raw to what was sent</a></p>`
          }
        </details>
      `;
