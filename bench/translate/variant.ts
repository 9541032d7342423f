import { project } from "../../build/bundle.ts";
import { readFiles } from "../../build/files.ts";
import { loadSite } from "../../build/load.ts";
import { type SiteFiles, siteOf } from "../../build/site.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import type { Site } from "../../src/site.ts";

/** A site to be measured: the shipped one, but for what is said here. */
export interface Variant {
  /** The shipped endpoint that it has, so many times, each copy under a name of its own. */
  readonly endpoint: "campus-caliper" | "campus-lrs";
  readonly copies: number;
  readonly personalData?: Endpoint["personalData"];
  /** In the place of the shipped mappings: so many copies of `jupyter-server/contents`, each for an event of its own. */
  readonly mappings?: number;
}

/** The folder that is copied. */
const COPIED = "mappings/jupyter-server/contents/";

/** What a copy is called, and the mapping's folder that it has. */
const nameOfCopy = (copy: number): string => String(copy).padStart(2, "0");
const folderOfCopy = (copy: number): string => `mappings/copies/contents-${nameOfCopy(copy)}`;

/** A text in which the mapping's event is that of a copy. */
export const asCopy = (text: string, copy: number): string =>
  text.replaceAll("contents_service/", `contents_service_${nameOfCopy(copy)}/`);

/** Compiles a variant, and loads it into this process. */
export const siteOfVariant = async (variant: Variant): Promise<Site> => loadSite(await filesOf(variant));

const filesOf = async ({ endpoint: name, copies, personalData, mappings }: Variant): Promise<SiteFiles> => {
  const { files, problems } = await readFiles(project);
  const all = new Map(files);
  const endpoint = files.get(`endpoints/${name}.yml`) ?? "";
  for (let copy = 2; copy <= copies; copy++) all.set(`endpoints/${name}-${copy}.yml`, endpoint);
  for (const [path, text] of files)
    for (let copy = 0; path.startsWith(COPIED) && copy < (mappings ?? 0); copy++)
      all.set(`${folderOfCopy(copy)}/${path.slice(COPIED.length)}`, asCopy(text, copy));
  const { settings, endpoints, sources } = siteOf({ files: all, problems });
  return {
    settings,
    endpoints: endpoints
      .filter((each) => each.endpoint.name.startsWith(name))
      .map((each) => ({
        ...each,
        endpoint: { ...each.endpoint, ...(personalData !== undefined && { personalData }) },
        select: mappings === undefined ? each.select : { translations: ["*"] },
      })),
    sources: mappings === undefined ? sources : sources.filter(({ name }) => name.startsWith("copies/")),
  };
};
