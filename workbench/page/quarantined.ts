import { html, nothing, type TemplateResult } from "lit-html";
import type { QuarantinedDetail } from "../api/set-aside.ts";
import { type MakeView, ServerTrouble } from "./app.ts";
import { jsonView } from "./json.ts";
import { harmless } from "./lines.ts";
import { REASONS } from "./reason-words.ts";
import { ago, counted, when } from "./words.ts";

/** So often it is asked for again, in milliseconds: it may have been erased, or taken in. Quarantine may have to be read for it. */
const AGAIN = 20_000;

/** One event in quarantine: why it is there, what its text is, and what the files make of it now. */
export const quarantinedView: MakeView = (app, id) => {
  let detail: QuarantinedDetail | undefined;
  let isAsking = true;
  app.every(AGAIN, async () => {
    try {
      detail = await app.get<QuarantinedDetail>(`/api/quarantine/${encodeURIComponent(id)}`);
    } catch (error) {
      // Whoever is erased is not to be read here any more.
      if (error instanceof ServerTrouble && error.status === 404) detail = undefined;
      throw error;
    } finally {
      isAsking = false;
      app.draw();
    }
  });
  return {
    title: "An event in quarantine",
    draw: () => html`
      <p><a href="/set-aside">All that is in quarantine, or set aside</a></p>
      ${detail === undefined ? nothing : whole(detail)}
      ${isAsking ? html`<p class="soft">Asking for it …</p>` : nothing}
    `,
  };
};

const whole = ({
  id,
  arrived,
  reason,
  detail,
  advice,
  now,
  note,
  text,
}: QuarantinedDetail): TemplateResult => html`
  <dl class="facts">
    <div><dt>Id</dt><dd><code>${harmless(id)}</code></dd></div>
    <div><dt>Arrived</dt><dd>${when(arrived)}, ${ago(arrived, Date.now())}</dd></div>
    <div><dt>Reason</dt><dd>${REASONS[reason]} <code>${reason}</code></dd></div>
    <div><dt>What is wrong</dt><dd>${harmless(detail)}</dd></div>
    <div><dt>What to do</dt><dd>${advice}</dd></div>
    <div><dt>By the files now</dt><dd>${harmless(now)}</dd></div>
    ${note === undefined ? nothing : html`<div><dt>Since then</dt><dd>${harmless(note)}</dd></div>`}
  </dl>
  <h2 id="text">What came</h2>
  ${textOf(text)}
`;

/** Characters of a text that are shown. */
const MOST = 20_000;

const textOf = (text: string): TemplateResult => {
  if (text === "") return html`<p>Nothing of its text is kept.</p>`;
  const value = jsonIn(text);
  if (value === undefined)
    return html`<p class="soft">This is not JSON. It is shown as it is; what cannot be seen is written as \\u and its number.</p>
      ${plainText(text)}`;
  return html`
    ${jsonView(value, { label: "The event, as it came" })}
    <details class="as-it-came">
      <summary>The text as it came, ${counted(text.length, "character")}</summary>
      ${plainText(text)}
    </details>
  `;
};

/** Its lines stay lines. */
const plainText = (text: string): TemplateResult => html`
  <pre class="as-text" dir="ltr" translate="no" tabindex="0" role="region" aria-label="The text">${text
    .slice(0, MOST)
    .split("\n")
    .map(harmless)
    .join("\n")}</pre>
  ${text.length > MOST ? html`<p class="soft">The beginning of ${counted(text.length, "character")}.</p>` : nothing}
`;

/** What a text says, where it is JSON of more than one word. */
const jsonIn = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
};
