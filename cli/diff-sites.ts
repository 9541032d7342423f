import { stat } from "node:fs/promises";
import { join } from "node:path";
import { readFiles } from "../build/files.ts";
import { loadSite } from "../build/load.ts";
import { readSite, type SiteFiles } from "../build/site.ts";
import { CannotRun } from "../src/cannot-run.ts";
import type { Version } from "../src/diff/diff.ts";
import { formatProblem, SiteError } from "../src/document/problem.ts";
import { type PseudonymKeys, pseudonymKeys } from "../src/learner/pseudonym-keys.ts";
import type { Settings } from "../src/settings.ts";

/** Where a build leaves the files that it was made from. */
export const BUILT = join("dist", "site");

/** A version of the site, and its files. */
export interface SiteVersion extends Version {
  readonly folder: string;
  readonly files: SiteFiles;
  readonly texts: ReadonlyMap<string, string>;
}

/** The folder as it is. Throws SiteError. */
export const readEdited = (): Promise<SiteVersion> => versionIn(".");

/** What is deployed, as far as a folder tells. Throws CannotRun. */
export const readDeployed = async (folder: string): Promise<SiteVersion> => {
  const isThere = await stat(join(folder, "translator.yml")).catch(() => undefined);
  if (isThere === undefined)
    throw new CannotRun(
      folder === BUILT
        ? `There is no build in ${BUILT} to compare with. Run npm run build where the files are as they were deployed, or name a folder that has them: --deployed FOLDER.`
        : `There is no translator.yml in ${folder}. Name the folder of a site, such as a checkout of what is deployed.`,
    );
  try {
    return await versionIn(folder);
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    const [first] = error.problems;
    const more = first === undefined ? "" : ` The first problem: ${formatProblem(first)}`;
    throw new CannotRun(`The files in ${folder} cannot be compared with, as they have mistakes.${more}`);
  }
};

const versionIn = async (folder: string): Promise<SiteVersion> => {
  const files = await readSite(folder);
  return {
    folder,
    files,
    texts: (await readFiles(folder)).files,
    site: await loadSite(files),
    mappings: files.sources.map(({ mapping }) => mapping),
    keys: keysFor(files.settings),
  };
};

/**
 * Keys of the command's own, one for each secret that is named: the same name gives the same pseudonyms. So no secret is
 * read, and what is shown has no pseudonym that anybody knows.
 */
const keysFor = ({ pseudonyms }: Settings): PseudonymKeys =>
  pseudonymKeys(pseudonyms, (reference) => `a key of jlt diff, and of nothing else, for ${reference}`);

/** What an administrator must know of the two versions beside what is compared. `archived`: events as they were kept. */
export const notesOn = (before: SiteVersion, after: SiteVersion, archived: boolean): readonly string[] => {
  const notes: string[] = [];
  const isSame =
    before.texts.size === after.texts.size &&
    [...after.texts].every(([path, text]) => before.texts.get(path) === text);
  if (isSame)
    notes.push(
      `This folder's files are those of ${before.folder}. If you built after you edited them, name what is deployed: --deployed FOLDER.`,
    );
  const differing = SETTINGS.filter(
    ({ of, always }) =>
      (always || archived) &&
      JSON.stringify(of(before.site.settings)) !== JSON.stringify(of(after.site.settings)),
  );
  if (differing.length > 0)
    notes.push(
      `Not compared, as it decides what is taken in: ${differing.map(({ name }) => name).join(", ")} of translator.yml.`,
    );
  if (before.site.settings.pseudonyms.key !== after.site.settings.pseudonyms.key)
    notes.push(
      "translator.yml names another secret for pseudonyms: ids and pseudonyms are shown as changed, which they are unless both hold the same key.",
    );
  return notes;
};

/** What decides which events there are, and whose; courses are told anew only of events that are not archived. */
const SETTINGS: readonly {
  readonly name: string;
  readonly always: boolean;
  of(settings: Settings): unknown;
}[] = [
  { name: "learners.trust and its keys", always: true, of: ({ trust }) => trust },
  { name: "courses", always: false, of: ({ courses }) => courses },
  { name: "consent", always: true, of: ({ consent }) => consent },
];
