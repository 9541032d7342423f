import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildSite, project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { openState } from "../../local/state.ts";
import { copySite } from "../support/site.ts";
import { type RunningService, runService, temporaryFolder } from "./support.ts";

export const CONTENTS = "mappings/jupyter-server/contents/mapping.yml";

/** A copy of the shipped site's files, which may be edited. */
export interface EditedSite {
  readonly folder: string;
  text(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** Writes something else into a file, in the place of what is there. */
  edit(path: string, from: string, to: string): Promise<void>;
  /** Has the store call every file that is saved so; gives the mapping's text. */
  name(name: string): Promise<string>;
}

export const editedSite = async (): Promise<EditedSite> => {
  const folder = await temporaryFolder();
  await copySite(folder);
  await cp(join(project, "queries"), join(folder, "queries"), { recursive: true });
  const text = (path: string): Promise<string> => readFile(join(folder, path), "utf8");
  const write = (path: string, into: string): Promise<void> => writeFile(join(folder, path), into);
  return {
    folder,
    text,
    write,
    edit: async (path, from, to) => {
      const before = await text(path);
      assert.ok(before.includes(from), `${path} has ${from}`);
      await write(path, before.replaceAll(from, to));
    },
    name: async (name) => {
      const before = await text(CONTENTS);
      const saved = /(?<=verb: save\n {6}object: .* name: )"[^"]*"/;
      assert.match(before, saved);
      const named = before.replace(saved, JSON.stringify(name));
      await write(CONTENTS, named);
      return named;
    },
  };
};

export interface ServiceOfSite {
  readonly service: RunningService;
  readonly state: string;
  /** Its bundles. */
  readonly dist: string;
}

/** A service that was started with such files. What is cut off in it comes again after an hour only, or so many seconds. */
export const serviceOf = async ({ folder }: EditedSite, visibility = 3600): Promise<ServiceOfSite> => {
  const state = join(await temporaryFolder(), "state");
  const opened = await openState(state, true);
  const dist = join(state, "functions");
  await buildSite(folder, dist);
  const service = await runService({ state: opened, dist, site: await readSite(folder), visibility });
  return { service, state, dist };
};

/** What the store calls the files that were saved, each with how often: `SHIPPED` as the shipped mapping does. */
export const namesIn = ({ sandbox }: RunningService): Readonly<Record<string, number>> => {
  const names: Record<string, number> = {};
  for (const { object } of sandbox.statements("campus-lrs")) {
    const [name = ""] = Object.values(nameOf(object));
    // A learner's own file name is not told: a pseudonym of it is.
    const known = /^[0-9a-f]{16}\.ipynb$/.test(name) ? SHIPPED : name;
    names[known] = (names[known] ?? 0) + 1;
  }
  return names;
};

export const SHIPPED = "as shipped";

const nameOf = (object: unknown): Readonly<Record<string, string>> =>
  (object as { readonly definition?: { readonly name?: Readonly<Record<string, string>> } }).definition
    ?.name ?? {};
