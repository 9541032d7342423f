import { withProbe } from "../../build/probe.ts";
import { siteOf } from "../../build/site.ts";
import { formatProblem } from "../../src/document/problem.ts";
import type { Saved, SaveMapping } from "../api/mappings.ts";
import type { Desk } from "../desk.ts";
import { mappingFile, textHash } from "../mapping-file.ts";
import { NotAllowed, Overtaken, troubleOf } from "../trouble.ts";
import { replaceFile } from "./replace-file.ts";
import { ensureWritable, turnFor } from "./turn.ts";

/**
 * Saves the text of a mapping, and has the running service take it. Nothing is written where the site would have mistakes
 * with it (SiteError), where the file has changed since it was read or something else changes the service (Overtaken), where
 * nobody may save (NotAllowed), where the site has no such mapping (NotFound), or where it cannot be written (CannotRun).
 */
export const saveMapping = async (desk: Desk, name: string, edited: SaveMapping): Promise<Saved> => {
  const { take } = desk;
  if (take === undefined) throw new NotAllowed(ELSEWHERE);
  ensureWritable(desk);
  const turn = turnFor(desk, "A mapping is being saved.");
  const saved = await save({ ...desk, take }, name, edited).finally(turn.release);
  // What keeps the rest from being read is told to whoever asks for it.
  await desk.refresh().catch(() => undefined);
  return saved;
};

const ELSEWHERE =
  "Mappings are saved here only while the local service runs (npm start). For a deployed stage, edit the file itself and deploy it.";

const save = async (
  desk: Pick<Desk, "site" | "folder" | "held"> & Required<Pick<Desk, "take">>,
  name: string,
  edited: SaveMapping,
): Promise<Saved> => {
  const { path, hash } = await write(desk, name, edited);
  return { hash, told: `${path} is saved${await takenBy(desk)}` };
};

/** Writes the file, unless something speaks against it. */
const write = async (
  desk: Pick<Desk, "site" | "folder">,
  name: string,
  { text, hash }: SaveMapping,
): Promise<{ readonly path: string; readonly hash: string }> => {
  const { path, text: before, texts, ...file } = await mappingFile(desk, name);
  const overtaken = `${path} has changed since it was opened. Load it again, and make your changes to what is in it now.`;
  if (file.hash !== hash) throw new Overtaken(overtaken);
  // Half of a character could not be written.
  const whole = text.toWellFormed();
  withProbe(siteOf({ ...texts, files: new Map([...texts.files, [path, whole]]) }));
  const isReplaced = await replaceFile(desk.folder, path, { before, after: whole });
  if (!isReplaced) throw new Overtaken(overtaken);
  return { path, hash: textHash(whole) };
};

/** What the running service does with the file, as the end of a sentence, and further ones. */
const takenBy = async (desk: Pick<Desk, "held"> & Required<Pick<Desk, "take">>): Promise<string> => {
  try {
    const left = await desk.take();
    return [", and the running service translates by it from now on.", left ?? []].flat().join(" ");
  } catch (error) {
    const { trouble, problems = [] } = troubleOf(error, desk);
    return [
      ". The running service goes on by its former text.",
      trouble,
      ...problems.map(formatProblem),
    ].join(" ");
  }
};
