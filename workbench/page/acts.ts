import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { App } from "./app.ts";
import { focusSoon } from "./focus.ts";
import { startToWrite } from "./reason-words.ts";
import { type Run, runsFor, type Task } from "./steps.ts";
import { count } from "./words.ts";

/** Something that changes the service, and so is asked for twice. */
export interface Act extends Task {
  /** What its button says, and of what, for those who hear the button alone. */
  readonly name: string;
  readonly of: string;
  readonly question: string;
  /** What the second button says. */
  readonly yes: string;
  /** What it does, for the sentence that says how to start the workbench so that it may. */
  readonly purpose: string;
}

export interface Acts {
  /** The button of an act, where there is something to do; its question once it was pressed; and then what comes of it. */
  draw(act: Act, isPossible?: boolean): TemplateResult | typeof nothing;
  /**
   * What came of acts whose keys begin so, and that are drawn nowhere else, as what they were for is gone. `home` is the id
   * of the heading above.
   */
  left(beginning: string, drawn: ReadonlySet<string>, home: string): TemplateResult | typeof nothing;
}

export const actsFor = (app: App): Acts => {
  const runs = runsFor(app);
  let asked: string | undefined;

  const ask = (key: string): void => {
    asked = key;
    app.draw();
    focusSoon(idOf("question", key));
  };
  const refrain = (key: string): void => {
    asked = undefined;
    app.draw();
    focusSoon(idOf("begin", key));
  };
  const carryOut = (act: Act): void => {
    asked = undefined;
    runs.start(act);
    focusSoon(idOf("run", act.key));
  };

  const close = (key: string, home = ""): void => {
    runs.forget(key);
    focusSoon(idOf("begin", key), home);
  };

  const button = (act: Act): TemplateResult => html`
    <p class="acting">
      <button type="button" id=${idOf("begin", act.key)} @click=${() => ask(act.key)}>
        ${act.name}<span class="unseen"> (${act.of})</span>
      </button>
    </p>
  `;

  const question = (act: Act): TemplateResult => html`
    <div
      class="asking"
      role="group"
      tabindex="-1"
      id=${idOf("question", act.key)}
      aria-labelledby=${idOf("asks", act.key)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === "Escape") refrain(act.key);
      }}
    >
      <p id=${idOf("asks", act.key)}>${act.question}</p>
      <p class="acting">
        <button type="button" class="main" @click=${() => carryOut(act)}>${act.yes}</button>
        <button type="button" @click=${() => refrain(act.key)}>No, leave it</button>
      </p>
    </div>
  `;

  const panel = (key: string, run: Run, home?: string): TemplateResult => html`
    <div
      class="outcome ${run.end === undefined ? "" : run.end.isGood ? "well" : "badly"}"
      role="group"
      tabindex="-1"
      id=${idOf("run", key)}
      aria-labelledby=${idOf("title", key)}
    >
      <p id=${idOf("title", key)}><strong>${run.title}</strong></p>
      ${run.end === undefined ? progress(run) : html`<p class="came">${markOf(run.end.isGood)} ${run.end.told}</p>`}
      ${
        run.end === undefined
          ? nothing
          : html`<p class="acting">
              <button type="button" @click=${() => close(key, home)}>Close<span class="unseen"> (${run.title})</span></button>
            </p>`
      }
    </div>
  `;

  return {
    draw: (act, isPossible = true) => {
      const run = runs.of(act.key);
      if (run === undefined && !isPossible) return nothing;
      if (!app.about.mayWrite)
        return html`<p class="soft">
          This workbench only looks. To ${act.purpose}, start it so that it may write: <code>${startToWrite(app.about)}</code>
        </p>`;
      if (asked === act.key && isPossible) return question(act);
      return html`
        ${run === undefined ? nothing : panel(act.key, run)}
        ${isPossible && (run === undefined || run.end !== undefined) ? button(act) : nothing}
      `;
    },
    left: (beginning, drawn, home) => {
      const gone = runs.all(beginning).filter(([key]) => !drawn.has(key));
      for (const [key] of gone) {
        // It was drawn with its group, which is gone now: whoever was there finds it here.
        const id = idOf("run", key);
        if (document.activeElement?.id === id) focusSoon(id);
      }
      return gone.length === 0
        ? nothing
        : html`<div class="outcomes">
            ${repeat(
              gone,
              ([key]) => key,
              ([key, run]) => panel(key, run, home),
            )}
          </div>`;
    },
  };
};

const progress = ({ title, progress: at }: Run): TemplateResult =>
  at === undefined
    ? html`<p>Under way …</p>`
    : html`<p>
        <progress aria-label=${title} max=${at.of} value=${at.done}></progress>
        ${count(at.done)} of ${count(at.of)}
      </p>`;

/** The word stands beside it for those who hear it. */
const markOf = (isGood: boolean): TemplateResult =>
  isGood
    ? html`<span class="good"><span aria-hidden="true">✓</span><span class="unseen">Done:</span></span>`
    : html`<span class="bad"><span aria-hidden="true">✗</span><span class="unseen">Failed:</span></span>`;

const idOf = (part: string, key: string): string => `${part}-${key.replace(/[^\w-]/g, "_")}`;
