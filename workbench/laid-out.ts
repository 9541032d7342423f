import { loadSiteForQuarantine } from "../build/quarantine-site.ts";
import type { Days } from "../src/archive/days.ts";
import type { EditableBucket } from "../src/archive/layout.ts";
import { LONGEST_WAIT } from "../src/ledger/ledger.ts";
import { takerAgain } from "../src/recovery/again.ts";
import type { ArchiveIndex } from "./index/archive-index.ts";
import { archiveIndex } from "./index/index.ts";
import type { LoadedFiles } from "./loaded-files.ts";

/** A site's files, and what the archive holds as they see it. */
export interface LaidOut {
  readonly loaded: LoadedFiles;
  readonly index: ArchiveIndex;
  /** The endpoints by their names, and what tells them from others. */
  readonly endpoints: readonly string[];
  readonly of: Readonly<Record<"index" | "endpoints" | "learners", string>>;
}

interface Archive {
  readonly bucket: EditableBucket;
  /** The days that are looked at, as of now, by how long a site keeps which part of its archive. */
  readonly days: (retention: Retention) => Days;
}

type Retention = LoadedFiles["files"]["settings"]["retention"];

/** Lays out a site's files: by an index that is there already, unless they see the archive otherwise. */
export const layOut = async (
  { bucket, days }: Archive,
  loaded: LoadedFiles,
  before: readonly LaidOut[] = [],
): Promise<LaidOut> => {
  const { sources, settings } = loaded.files;
  const endpoints = loaded.files.endpoints.map(({ endpoint }) => endpoint.name);
  const schemas = sources.map((source) => [
    source.name,
    source.ids,
    source.schemas.map(({ version, schema }) => [version, schema]),
  ]);
  const { trust, pseudonyms, consent, retention } = settings;
  // As `jlt ledger` has it (see `allDays`).
  const late = LONGEST_WAIT + retention.quarantine;
  const of = {
    endpoints: JSON.stringify(endpoints),
    index: JSON.stringify([endpoints, schemas, trust, retention]),
    learners: JSON.stringify([pseudonyms, consent]),
  };
  const same = before.find((each) => each.of.index === of.index);
  if (same !== undefined) return { ...same, loaded, of };
  const site = await loadSiteForQuarantine(loaded.files);
  const judge = takerAgain({ schemas: site.schemas, trust });
  const looked = () => days(retention);
  return { loaded, endpoints, of, index: archiveIndex({ bucket, endpoints, judge, days: looked, late }) };
};
