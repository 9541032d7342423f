import { html, nothing, type TemplateResult } from "lit-html";
import type { MappingDetail } from "../api/mappings.ts";
import { type MakeView, ServerTrouble } from "./app.ts";
import { editing } from "./editor/editing.ts";
import { pathOf } from "./editor/saving.ts";
import { eventsAt } from "./words.ts";

/** One mapping, to be read, edited and tried. */
export const mappingView: MakeView = (app, name) => {
  let detail: MappingDetail | undefined;
  let edited: (() => TemplateResult) | undefined;
  let isMissing = false;
  app.once(async () => {
    const got = await app.get<MappingDetail>(pathOf(name)).catch((error: unknown) => {
      isMissing = error instanceof ServerTrouble && error.status === 404;
      throw error;
    });
    if (app.leaving.aborted) return;
    detail = got;
    edited = editing(app, got);
    app.draw();
  });
  return {
    title: name,
    draw: () => html`
      <p class="soft">
        <a href="/mappings">All mappings</a> · <a href=${eventsAt({ source: name })}>Its events</a>
        ${detail === undefined ? nothing : html` · <code>${detail.file}</code>`}
      </p>
      ${edited === undefined ? (isMissing ? nothing : html`<p class="soft">Reading the mapping …</p>`) : edited()}
    `,
  };
};
