import { html, nothing, type TemplateResult } from "lit-html";
import type { MappingDetail } from "../../api/mappings.ts";
import type { App } from "../app.ts";
import type { Tried } from "../compiled.ts";
import { counted } from "../words.ts";
import { codeEditor } from "./code.ts";
import { keepDraft, takeDraft } from "./drafts.ts";
import { askBeforeLeaving } from "./leaving.ts";
import { outputView } from "./output.ts";
import { problemList } from "./problem-list.ts";
import { sampleData, sampleSelect } from "./samples.ts";
import { savingOf } from "./saving.ts";
import { startThread } from "./thread.ts";
import { type Came, trialsBy } from "./trials.ts";

/** A mapping that is edited: its text with what is wrong in it, and what it makes of a sample. Gives how it is drawn. */
export const editing = (app: App, given: MappingDetail): (() => TemplateResult) => {
  const draft = takeDraft(given.name);
  let detail = draft === undefined ? given : { ...given, hash: draft.hash };
  let at = 0;
  let tried: Tried | undefined;
  /** The last output, of a text without problems. */
  let output: { readonly tried: Tried; readonly before: Tried | undefined } | undefined;
  let trouble: "slow" | "broken" | undefined;
  let isTrying = false;
  let isToBeSaved = false;
  let isDiscarded = false;
  /** What the saved text makes of each sample. */
  const before = new Map<number, Tried>();

  const isChanged = (): boolean => code.text() !== detail.text;

  const attempt = (when: "soon" | "now"): void => {
    const text = code.text();
    const saved = text === detail.text || before.has(at) ? undefined : detail.text;
    isTrying = true;
    trials.ask({ detail: neededOf(detail), text, saved, sample: detail.samples[at] }, when);
    app.draw();
  };

  const tell = (came: Came): void => {
    isTrying = false;
    tried = "trial" in came ? came.trial.tried : undefined;
    trouble = "trouble" in came ? came.trouble : undefined;
    if ("trial" in came) {
      const ofSaved = came.task.text === detail.text ? came.trial.tried : came.trial.before;
      if (ofSaved !== undefined) before.set(at, ofSaved);
      if (came.trial.tried.problems.length === 0)
        output = { tried: came.trial.tried, before: before.get(at) };
    }
    code.complain(tried?.problems ?? []);
    sayLater();
    app.draw();
    if (isToBeSaved) save();
  };

  /** Whoever types is told how many problems there are when they pause, and only where that is news. */
  let said = "";
  let later: ReturnType<typeof setTimeout> | undefined;
  const sayLater = (): void => {
    clearTimeout(later);
    later = setTimeout(() => {
      const news = problemsText(tried, trouble);
      if (news !== said && (said !== "" || tried?.problems.length !== 0)) app.say(news);
      said = news;
    }, QUIET);
  };

  const save = (): void => {
    // What was just typed is checked first.
    isToBeSaved = isTrying;
    if (!isTrying) saving.save();
  };

  const code = codeEditor({
    text: draft?.text ?? detail.text,
    schemas: detail.schemas.map(({ schema }) => schema),
    onChange: () => attempt("soon"),
    onSave: save,
  });
  const trials = trialsBy(startThread, tell);
  const saving = savingOf({
    app,
    detail: () => detail,
    text: code.text,
    goTo: code.goTo,
    save,
    against: () => {
      if (!app.about.maySave) return "Only the page of a local service that runs saves: npm start.";
      if (!isChanged()) return "Nothing is changed.";
      if (trouble !== undefined) return "It could not be checked.";
      return tried === undefined || tried.problems.length === 0 ? undefined : `${problemsText(tried)}.`;
    },
    saved: (text, hash) => become({ ...detail, text, hash }),
    overtaken: (now, isTaken) => {
      become(now);
      if (isTaken) code.replace(now.text);
    },
  });
  const become = (now: MappingDetail): void => {
    detail = now;
    at = Math.min(at, Math.max(0, detail.samples.length - 1));
    before.clear();
    attempt("now");
  };

  askBeforeLeaving(app, isChanged, () => {
    isDiscarded = true;
  });
  app.leaving.addEventListener("abort", () => {
    if (isChanged() && !isDiscarded) keepDraft(detail.name, { text: code.text(), hash: detail.hash });
    clearTimeout(later);
    trials.end();
    code.end();
  });
  attempt("now");

  const outputState = (): TemplateResult | typeof nothing => {
    if (trouble !== undefined) return html`<p class="trouble">${TROUBLES[trouble]}</p>`;
    if (tried !== undefined && tried.problems.length > 0)
      return html`<p class="note">
        ${output === undefined ? "Once the problems are mended, the output is shown here." : "This is the output of the text before it had problems."}
      </p>`;
    return tried === undefined ? html`<p class="soft">Trying it …</p>` : nothing;
  };

  return () => html`
    <div class="mapping">
      <section class="mapping-text">
        <div class="mapping-head">
          <h2>Text</h2>
          ${saving.draw()}
        </div>
        ${
          draft === undefined || !isChanged()
            ? nothing
            : html`<p class="note">
                This is your text as you left it. It is not saved.
                <button type="button" @click=${() => code.replace(detail.text)}>Take the saved text</button>
              </p>`
        }
        ${code.dom}
        <section class="mapping-problems" aria-label="Problems">
          <p class=${tried === undefined ? "soft" : tried.problems.length > 0 ? "bad" : "good"}>${problemsText(tried, trouble)}</p>
          ${tried === undefined ? nothing : problemList(tried.problems, { file: detail.file, goTo: code.goTo })}
        </section>
        <p class="soft keys">
          Tab leaves the editor. <kbd>Ctrl</kbd> or <kbd>⌘</kbd> with <kbd>]</kbd> and <kbd>[</kbd> indents, with
          <kbd>S</kbd> saves. <kbd>Ctrl</kbd>+<kbd>Space</kbd> offers what fits, <kbd>F8</kbd> goes to the next problem.
        </p>
      </section>
      <section class="mapping-output">
        <h2>What it makes of an event</h2>
        ${sampleSelect(detail.samples, at, (chosen) => {
          at = chosen;
          output = undefined;
          attempt("now");
        })}
        ${sampleData(detail.samples[at])}
        ${outputState()}
        ${
          output === undefined || detail.samples.length === 0
            ? nothing
            : html`<div class=${tried?.problems.length || trouble ? "stale" : ""}>
                ${outputView({ detail, tried: output.tried, before: output.before })}
              </div>`
        }
      </section>
    </div>
  `;
};

/** So long nobody typed anything, in milliseconds. */
const QUIET = 1000;

const TROUBLES = {
  slow: "This took longer than three seconds, so it was ended. Change the text, or choose another event.",
  broken: "The checker failed at this text, and does not know why. Please tell the project.",
} as const;

const problemsText = (tried: Tried | undefined, trouble?: string): string => {
  if (tried === undefined) return trouble === undefined ? "Checking …" : "Not checked";
  return tried.problems.length === 0 ? "No problems" : counted(tried.problems.length, "problem");
};

/** What the worker needs to know: no samples but the one that is tried. */
const neededOf = ({ name, file, schemas, hub, versions, isPseudonymised }: MappingDetail) => ({
  name,
  file,
  schemas,
  hub,
  versions,
  isPseudonymised,
});
