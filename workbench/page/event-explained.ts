import { html, nothing, type TemplateResult } from "lit-html";
import type { ExplainedField } from "../../src/mapping/explain.ts";
import type { EventDetail } from "../api/event.ts";
import { RAW, type ShownEvent, statementsOf } from "./event-spot.ts";
import { fieldsAt, madeFrom, type Path, type PlacesOf } from "./light.ts";
import { harmless, pathText } from "./lines.ts";
import { counted, mappingAt } from "./words.ts";

/** What is to be said of the field that one looks at; it stays in sight at the foot of the page. */
export const explained = ({ detail, places, spot }: ShownEvent): TemplateResult => html`<aside
  class=${spot === undefined ? "explained" : "explained explained-field"}
  aria-label="Where the field comes from"
  tabindex="0"
>
  <div role="status">
    ${
      spot === undefined
        ? html`<p class="soft">
            Point at a field, or get to one by the arrow keys: what it is made from lights up, and its expression is told
            here.
          </p>`
        : spot.panel === RAW
          ? ofRaw(detail, spot.path, places)
          : ofStatement(detail, spot, places)
    }
  </div>
</aside>`;

/** What is made of a field of the raw event. */
const ofRaw = (detail: EventDetail, path: Path, places: PlacesOf): TemplateResult => {
  const made = statementsOf(detail).map(({ title, fields }) => ({
    title,
    fields: madeFrom(fields, path, places),
  }));
  const some = made.filter(({ fields }) => fields.length > 0);
  return html`<p><strong>${pathText(path)}</strong> of the archived event</p>
    ${
      some.length === 0
        ? html`<p>No field that is sent is made of it.</p>`
        : html`<p>Made of it:</p>
          <ul>
            ${some.map(({ title, fields }) => html`<li>${title}: ${names(fields)}</li>`)}
          </ul>`
    }`;
};

const names = (fields: readonly ExplainedField[]): TemplateResult =>
  html`${fields
    .slice(0, MOST)
    .map(({ path }, at) => html`${at > 0 ? ", " : ""}<code>${pathText(path)}</code>`)}${
    fields.length > MOST ? `, and ${fields.length - MOST} more` : ""
  }`;

/** As many names as one can take in. */
const MOST = 8;

/** What a field of a statement is made from. */
const ofStatement = (
  detail: EventDetail,
  spot: NonNullable<ShownEvent["spot"]>,
  places: PlacesOf,
): TemplateResult => {
  const { title, fields } = statementsOf(detail).find(({ panel }) => panel === spot.panel) ?? NONE;
  const found = fieldsAt(fields, spot.path);
  const head = html`<p><strong>${pathText(spot.path)}</strong> for ${title}</p>`;
  const [field, ...others] = found;
  if (field === undefined)
    return html`${head}<p>Nobody knows where it comes from: this is not what the mappings make now.</p>`;
  if (others.length > 0)
    return html`${head}
      <p>${counted(found.length, "field")}, made from ${list([...new Set(found.flatMap((each) => each.fields))], places)}</p>`;
  return html`${head}${oneField(field, detail.source, places)}`;
};

const NONE = { title: "", fields: [] };

const oneField = (
  { says, fields, place, personal }: ExplainedField,
  source: string,
  places: PlacesOf,
): TemplateResult => html`
  ${
    place === undefined
      ? html`<p>The translator fills it in: ${says}</p>`
      : html`<p>
          <code class="says">${harmless(says)}</code>
          <a href=${mappingAt(source)}>${place.file}:${place.line}:${place.column}</a>
        </p>`
  }
  ${fields.length === 0 ? nothing : html`<p>Made from ${list(fields, places)}</p>`}
  ${
    personal === undefined || personal.length === 0
      ? nothing
      : html`<p class="wait">Personal: ${list(personal, places)}. It goes out as the endpoint's file says.</p>`
  }
`;

const list = (fields: readonly string[], places: PlacesOf): TemplateResult =>
  fields.length === 0
    ? html`nothing of the event`
    : html`${fields.map(
        (each, at) =>
          html`${at > 0 ? ", " : ""}<code>${harmless(each)}</code>${
            each.startsWith("event.") && places(each).length === 0 ? " (which this event has not)" : ""
          }`,
      )}`;
