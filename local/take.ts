import { randomUUID } from "node:crypto";
import { cp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { buildSite, functionNames } from "../build/bundle.ts";
import { readFiles, type Texts, writeFiles } from "../build/files.ts";
import { readSite, type SiteFiles } from "../build/site.ts";
import { hasIngest } from "../infra/ingest.ts";
import { deliverPace } from "../infra/pace.ts";
import { hasPage } from "../infra/page.ts";
import { CannotRun } from "../src/cannot-run.ts";
import { SiteError } from "../src/document/problem.ts";
import { localEndpoint } from "../src/endpoint/local.ts";

/** What a service that runs goes on with. */
export interface Taken {
  readonly site: SiteFiles;
  /** What could not be taken while it runs, in sentences; undefined where all of it was. */
  readonly left: string | undefined;
}

/**
 * Builds the files of a folder, and puts the bundles in the place of those that a service was started with; `started` is
 * its site. What the service is wired by stays as it was: its endpoints, and whom it trusts. Throws SiteError, or CannotRun
 * where the files do not go together with what stays; then the bundles are those that they were.
 */
export const takeFiles = async (folder: string, dist: string, started: SiteFiles): Promise<Taken> => {
  const unfinished = `${dist}.${randomUUID()}`;
  const [sources, built] = [join(unfinished, "files"), join(unfinished, "built")];
  try {
    const { files, problems } = await readFiles(folder);
    // Somebody may be editing: what is looked at is what is built.
    await writeFiles(files, sources);
    await cp(join(folder, "queries"), join(sources, "queries"), { recursive: true }).catch(() => undefined);
    const wanted = await readSite(problems.length === 0 ? sources : folder);
    const stays = WIRED.filter(({ of }) => !isDeepStrictEqual(of(wanted), of(started)));
    if (stays.length > 0) await keep(stays, files, sources, join(dist, "site"));
    const site = await goingTogether(stays, async () => {
      const read = await readSite(sources);
      await buildSite(sources, built);
      return read;
    });
    await replace(built, dist);
    return { site, left: stays.length === 0 ? undefined : stays.map(({ told }) => told).join(" ") };
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
};

/** Something by which queues, secrets and learning systems are made ready when a service is started. */
interface Wired {
  /** Whether a file has to do with it. */
  readonly isIn: (path: string) => boolean;
  readonly of: (site: SiteFiles) => unknown;
  readonly told: string;
}

const WIRED: readonly Wired[] = [
  {
    isIn: (path) => path.startsWith("endpoints/"),
    of: ({ endpoints }) =>
      endpoints.map(({ endpoint }) => [
        endpoint.name,
        endpoint.protocol,
        localEndpoint(endpoint, "http://127.0.0.1").auth,
        deliverPace(endpoint),
      ]),
    told: "The service goes on with the endpoints that it was started with: start it again to have those of endpoints/.",
  },
  {
    isIn: (path) => path === "translator.yml",
    of: ({ settings }) => [settings.trust, settings.pseudonyms, hasPage(settings), hasIngest(settings)],
    told: "The service goes on with the translator.yml that it was started with: start it again to have this one.",
  },
];

/** Puts the files that have to do with what stays in the place of those that a folder has now. */
const keep = async (
  stays: readonly Wired[],
  files: Texts["files"],
  folder: string,
  former: string,
): Promise<void> => {
  const isKept = (path: string): boolean => stays.some(({ isIn }) => isIn(path));
  for (const path of files.keys()) if (isKept(path)) await rm(join(folder, path));
  const kept = await readFiles(former);
  await writeFiles(new Map([...kept.files].filter(([path]) => isKept(path))), folder);
};

/** What is wrong then is wrong in no file as it is in the folder, so no place in one is told. */
const goingTogether = async <T>(stays: readonly Wired[], build: () => Promise<T>): Promise<T> => {
  try {
    return await build();
  } catch (error) {
    if (stays.length === 0 || !(error instanceof SiteError)) throw error;
    throw new CannotRun(
      `These files do not go together with what the service was started with, so none of them was taken. ${stays.map(({ told }) => told).join(" ")}`,
    );
  }
};

/** Moves a build over another one, file by file: whoever loads a bundle meanwhile has the one or the other. */
const replace = async (built: string, dist: string): Promise<void> => {
  for (const name of functionNames)
    for (const file of await readdir(join(built, name)))
      await rename(join(built, name, file), join(dist, name, file));
  for (const name of ["infra", "site"]) {
    await rm(join(dist, name), { recursive: true, force: true });
    await rename(join(built, name), join(dist, name));
  }
};
