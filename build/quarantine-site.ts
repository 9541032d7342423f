import { withoutNeverStored } from "../src/recovery/lenient.ts";
import type { Site } from "../src/site.ts";
import { loadSite } from "./load.ts";
import type { SiteFiles } from "./site.ts";

/** The site of a folder as events of quarantine are read by it: what was never stored of them is not asked for. */
export const loadSiteForQuarantine = (files: SiteFiles): Promise<Site> =>
  loadSite({
    ...files,
    sources: files.sources.map((source) => ({
      ...source,
      schemas: source.schemas.map((file) => ({ ...file, schema: withoutNeverStored(file.schema) })),
    })),
  });
