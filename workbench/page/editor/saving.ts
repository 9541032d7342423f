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
      await failed(error, name);
    } finally {
      isSaving = false;
      app.draw();
    }
  };

  const failed = async (error: unknown, name: string): Promise<void> => {
    const trouble = error instanceof ServerTrouble ? error : undefined;
    const now =
      trouble?.status === 409 ? await app.get<MappingDetail>(pathOf(name)).catch(() => undefined) : undefined;
    const message =
      now === undefined
        ? (trouble?.message ?? "It could not be saved, and nobody knows why.")
        : "The file has changed since you opened it.";
    become(
      { trouble: message, problems: trouble?.problems ?? [], ...(now && { now }) },
      `Not saved. ${message}`,
    );
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
    const { told, trouble, problems = [], now } = came;
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
              <p><strong>Not saved.</strong> ${trouble}</p>
              ${problems.length === 0 ? nothing : problemList(problems, { file: parts.detail().file, goTo: parts.goTo })}
              ${now === undefined ? nothing : overtaken(now)}
            </div>`
      }
    `;
  };

  return { save, draw };
};

interface Came {
  readonly told?: string;
  readonly trouble?: string;
  readonly problems?: readonly Problem[];
  /** The file as it is now, where it has changed since. */
  readonly now?: MappingDetail;
}

/** Where a mapping is asked for. */
export const pathOf = (name: string): string =>
  `/api/mappings/${name.split("/").map(encodeURIComponent).join("/")}`;
