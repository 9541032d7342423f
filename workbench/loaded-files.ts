import { siteHash } from "../build/bundle.ts";
import { readFiles } from "../build/files.ts";
import { loadSite } from "../build/load.ts";
import { type ReadSite, siteOf } from "../build/site.ts";
import { type Problem, SiteError } from "../src/document/problem.ts";
import type { Site } from "../src/site.ts";

/** A site's files that have no mistakes, compiled. */
export interface LoadedFiles {
  readonly files: ReadSite;
  readonly site: Site;
  /** By which these files are told from others. */
  readonly hash: string;
}

/** The files of a folder, as they are whenever they are looked at. */
export interface WatchedFiles {
  /** The hash of the files as they are, whatever mistakes they have. */
  hash(): string;
  problems(): readonly Problem[];
  /** Looks at the folder; gives the files where they are others than before, and have no mistakes. */
  look(): Promise<LoadedFiles | undefined>;
}

/** Watches the files of a folder: the first look has something to give, or they have mistakes. */
export const watchedFiles = (folder: string): WatchedFiles => {
  let hash = "";
  let problems: readonly Problem[] = [];
  let seen: string | undefined;
  return {
    hash: () => hash,
    problems: () => problems,
    look: async () => {
      const texts = await readFiles(folder);
      hash = siteHash(texts.files);
      const about = JSON.stringify([hash, texts.problems]);
      if (about === seen) return undefined;
      try {
        const files = siteOf(texts);
        const loaded = { files, site: await loadSite(files), hash };
        problems = [];
        seen = about;
        return loaded;
      } catch (error) {
        if (!(error instanceof SiteError)) throw error;
        problems = error.problems;
        seen = about;
        return undefined;
      }
    },
  };
};
