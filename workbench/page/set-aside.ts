import { html, nothing, type TemplateResult } from "lit-html";
import type { Reading } from "../api/about.ts";
import type { Failures, Quarantine } from "../api/set-aside.ts";
import { actsFor } from "./acts.ts";
import type { App, MakeView } from "./app.ts";
import { failureGroups } from "./failures.ts";
import { leadTo } from "./focus.ts";
import { quarantineGroups } from "./quarantine.ts";
import { isRead, readingNote } from "./reading.ts";
import { counted } from "./words.ts";

/** What did not go the usual way: events that were not accepted, and statements that an endpoint did not take. */
export const setAsideView: MakeView = (app) => {
  let quarantine: Quarantine | undefined;
  let failures: Failures | undefined;
  const acts = actsFor(app);
  app.every(1000, async () => {
    [quarantine, failures] = await Promise.all([
      app.get<Quarantine>("/api/quarantine"),
      app.get<Failures>("/api/failures"),
    ]);
    app.draw();
  });
  return {
    title: "Quarantine and failures",
    draw: () => {
      if (quarantine === undefined || failures === undefined)
        return html`<p class="soft">Asking what is set aside …</p>`;
      const { reading } = quarantine;
      return html`
        ${readingNote(reading)}
        ${overview(app, sumOf(quarantine.groups), sumOf(failures.groups), reading)}
        <h2 id="in-quarantine" tabindex="-1">In quarantine</h2>
        ${
          quarantine.groups.length === 0
            ? html`<p>No event is in quarantine.</p>`
            : html`<p>These events could not be accepted. They are kept as they came, and nobody is told of them.</p>`
        }
        ${quarantineGroups(quarantine.groups, acts, "in-quarantine")}
        <h2 id="failed" tabindex="-1">Set aside for endpoints</h2>
        ${
          failures.groups.length === 0
            ? html`<p>Nothing is set aside for any endpoint.</p>`
            : html`<p>
                These statements were made, or should have been, but the endpoint does not have them. They are kept, and can
                be sent again.
              </p>`
        }
        ${failureGroups(failures.groups, acts, { level: 3, beginning: "retry/", home: "failed" })}
      `;
    },
  };
};

const sumOf = (groups: readonly { readonly count: number }[]): number =>
  groups.reduce((sum, { count }) => sum + count, 0);

const overview = (
  app: App,
  quarantined: number,
  setAside: number,
  reading: Reading,
): TemplateResult | typeof nothing => {
  if (quarantined + setAside > 0)
    return html`<p class="lead">
      <a href="#in-quarantine" @click=${leadTo(app, "in-quarantine")}>${counted(quarantined, "event")} in quarantine</a>, and
      <a href="#failed" @click=${leadTo(app, "failed")}>${counted(setAside, "statement")} set aside for endpoints</a>. Nothing
      of it is lost: each group says what is wrong, and what to do.
    </p>`;
  if (!isRead(reading)) return nothing;
  return html`<div class="calm">
    <p>
      <strong>${
        reading.objects === 0
          ? "Nothing has come in yet."
          : html`<span aria-hidden="true">✓ </span>All is well: every event could be accepted, and no endpoint has refused
              what it was told.`
      }</strong>
    </p>
    <p>Should something go wrong, it is kept here, with what is wrong and what to do.</p>
  </div>`;
};
