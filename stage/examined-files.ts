import { join } from "node:path";
import { siteHash } from "../build/bundle.ts";
import { readFiles } from "../build/files.ts";
import { namedSecrets } from "../build/secrets.ts";
import type { ReadSite } from "../build/site.ts";
import { counted } from "../src/counted.ts";
import type { ExaminedFiles } from "../src/doctor/parts.ts";
import { builtHash } from "./examined-service.ts";

/** The files of a folder as the doctor looks at them. */
export const examinedFiles = async (folder: string, site: ReadSite): Promise<ExaminedFiles> => ({
  settings: site.settings,
  endpoints: site.endpoints.map(({ endpoint }) => endpoint),
  secrets: namedSecrets(site),
  summary: `${counted(site.sources.length, "mapping")}, ${counted(site.endpoints.length, "endpoint")}`,
  hash: siteHash((await readFiles(folder)).files),
  built: await builtHash(join(folder, "dist", "site")),
});
