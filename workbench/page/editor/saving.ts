import { html, nothing, type TemplateResult } from "lit-html";
import type { Problem } from "../../../src/document/problem.ts";
import type { MappingDetail, Saved, SaveMapping } from "../../api/mappings.ts";
import { type App, ServerTrouble } from "../app.ts";
import { problemList } from "./problem-list.ts";

/** Saving a mapping's text, and what came of it. */
export interface Saving {
  /** Saves the text, where nothing stands against it. */
  save(): Promise<void>;
  /** The button with what stands against it, and what came of the last time. */
  draw(): TemplateResult;
}

export interface SavingParts {
  readonly app: App;
  /** As the server has it: its text and the hash of it. */
  detail(): MappingDetail;
  text(): string;
  /** Why the text cannot be saved as it is, in a sentence. */
  against(): string | undefined;
  /** Saves once the text is checked. */
  save(): void;
  /** The server has this text now, and tells it from others by this hash. */
  saved(text: string, hash: string): void;
  /** The file's text and hash are others than was thought; its text is taken into the editor, or only known. */
  overtaken(now: MappingDetail, isTaken: boolean): void;
  goTo(line: number, column: number): void;
}

export const savingOf = (parts: SavingParts): Saving => {
  const { app } = parts;
  let came: Came = {};
  let isSaving = false;

  const become = (next: Came, said?: string): void => {
    came = next;
    app.draw();
    if (said !== undefined) app.say(said);
  };

  const save = async (): Promise<void> => {
    const against = isSaving ? "It is being saved." : parts.against();
    if (against !== undefined) {
      app.say(`Not saved. ${against}`);
      return;
    }
    isSaving = true;
    become({});
    const { hash, name } = parts.detail();
    const text = parts.text();
    try {
      const saved = await app.put<Saved>(pathOf(name), { text, hash } satisfies SaveMapping);
      parts.saved(text, saved.hash);
      become({ told: saved.told }, saved.told);
    } catch (error) {
      if (error instanceof ServerTrouble && error.status !== 0) await failed(error, name, hash);
      else await unheard({ name, text, hash });
    } finally {
      isSaving = false;
      app.draw();
    }
  };

  const fileNow = (name: string): Promise<MappingDetail | undefined> =>
    app.get<MappingDetail>(pathOf(name)).catch(() => undefined);

  const notSaved = (trouble: string, more: Pick<Came, "problems" | "now"> = {}): void =>
    become({ ...more, state: NOT_SAVED, trouble }, `${NOT_SAVED} ${trouble}`);

  const failed = async (
    { status, message, problems }: ServerTrouble,
    name: string,
    hash: string,
  ): Promise<void> => {
    const now = status === 409 ? await fileNow(name) : undefined;
    // Refused for another reason: something else changes the service just now.
    if (now === undefined || now.hash === hash) notSaved(message, { problems });
    else notSaved(CHANGED, { problems, now });
  };

  /** The file tells what nobody has answered. */
  const unheard = async ({ name, text, hash }: Sent): Promise<void> => {
    const now = await fileNow(name);
    if (now === undefined) become({ state: UNKNOWN, trouble: SILENT }, `${UNKNOWN} ${SILENT}`);
    else if (now.text === text.toWellFormed()) {
      parts.saved(text, now.hash);
      become({ told: SAVED_UNHEARD }, SAVED_UNHEARD);
    } else if (now.hash === hash) notSaved("The file is as it was. Save it again.");
    else notSaved(CHANGED, { now });
  };

  const overtaken = (now: MappingDetail): TemplateResult => html`
    <p>
      <button type="button" @click=${() => take(now, true)}>Take the file’s text</button>
      <button type="button" @click=${() => take(now, false)}>Keep editing mine</button>
    </p>
    <p>
      Taking it replaces your text here, which the editor can undo. Keeping yours means that saving it replaces what is in
      the file now.
    </p>
  `;
  const take = (now: MappingDetail, isTaken: boolean): void => {
    parts.overtaken(now, isTaken);
    become({}, isTaken ? "The editor has the file’s text." : "The editor keeps your text.");
  };

  const draw = (): TemplateResult => {
    const against = isSaving ? "Saving …" : parts.against();
    const { told, state, trouble, problems = [], now } = came;
    return html`
      <p class="save">
        <button
          type="button"
          class="main"
          aria-disabled=${against === undefined ? "false" : "true"}
          aria-describedby="save-why"
          @click=${parts.save}
        >Save</button>
        <span id="save-why" class="soft">${against ?? "The running service takes it at once."}</span>
      </p>
      ${told === undefined ? nothing : html`<p class="note good">${told}</p>`}
      ${
        trouble === undefined
          ? nothing
          : html`<div class="trouble">
              <p><strong>${state}</strong> ${trouble}</p>
              ${problems.length === 0 ? nothing : problemList(problems, { file: parts.detail().file, goTo: parts.goTo })}
              ${now === undefined ? nothing : overtaken(now)}
            </div>`
      }
    `;
  };

  return { save, draw };
};

const NOT_SAVED = "Not saved.";
const UNKNOWN = "Nobody knows whether it was saved.";
const SILENT = "The workbench does not answer. Is it still running? Once it answers, save it again.";
const CHANGED = "The file has changed since you opened it.";
const SAVED_UNHEARD =
  "It is saved: the file holds this text. Nobody has heard whether the running service took it; save it again to hear it.";

type Sent = SaveMapping & Pick<MappingDetail, "name">;

interface Came {
  readonly told?: string;
  /** Whether it was saved, where that did not go well. */
  readonly state?: string;
  readonly trouble?: string;
  readonly problems?: readonly Problem[];
  /** The file as it is now, where it has changed since. */
  readonly now?: MappingDetail;
}

/** Where a mapping is asked for. */
export const pathOf = (name: string): string =>
  `/api/mappings/${name.split("/").map(encodeURIComponent).join("/")}`;
