import { html, nothing, type TemplateResult } from "lit-html";
import type { Reading } from "../api/about.ts";
import { count, dayOf } from "./words.ts";

/** Whether all was read before: then what has come since is read in a moment, and nobody need be told. */
let wasRead = false;

/** What is to be known of the archive before one believes a number: that it is still read, cut, or damaged. */
export const readingNote = (reading: Reading): TemplateResult | typeof nothing => {
  const { read, objects, isCut, troubles, from } = reading;
  wasRead ||= isRead(reading);
  const isBeingRead = !isRead(reading) && (!wasRead || read < objects / 2);
  if (!isBeingRead && !isCut && troubles.length === 0) return nothing;
  return html`<div class="note">
    ${
      isBeingRead
        ? html`<p>
            Reading the archive … ${count(read)} of ${count(objects)} objects.
            Until it is read, numbers here may be of what was read so far.
          </p>`
        : nothing
    }
    ${isCut ? html`<p>There is more than is looked at here: only the latest events since ${dayOf(from)} are counted.</p>` : nothing}
    ${
      troubles.length > 0
        ? html`<p>Passed over, as nobody can read it:</p>
            <ul>
              ${troubles.map((each) => html`<li>${each}</li>`)}
            </ul>`
        : nothing
    }
  </div>`;
};

/** Whether all is read that is looked at. */
export const isRead = ({ read, objects }: Reading): boolean => read >= objects;
