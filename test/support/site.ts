import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import type { JsonObject } from "../../src/event/json.ts";
import { MappingError } from "../../src/mapping/runtime.ts";
import type { Route, Site, Translate } from "../../src/site.ts";

/** Copies what the shipped site is made of into a folder. */
export const copySite = async (into: string): Promise<void> => {
  for (const part of ["translator.yml", "endpoints", "mappings"])
    await cp(join(project, part), join(into, part), { recursive: true });
};

const sites = new Map<string, Promise<Site>>();

/** The site in a folder, compiled as the build does it; once per process. Throws SiteError where it has problems. */
export const siteIn = (folder: string): Promise<Site> => {
  const known = sites.get(folder);
  if (known !== undefined) return known;
  const made = compile(folder);
  sites.set(folder, made);
  return made;
};

/** The site that is shipped. */
export const shippedSite = (): Promise<Site> => siteIn(project);

let opened: Promise<Site> | undefined;

/** The shipped site, but its endpoints get personal data as it is: where a test knows a statement by its file's name. */
export const openSite = (): Promise<Site> => {
  opened ??= openFiles().then(siteWith);
  return opened;
};

const openFiles = async (): Promise<Readonly<Record<string, string>>> => {
  const paths = ["endpoints/campus-caliper.yml", "endpoints/campus-lrs.yml"];
  const texts = await Promise.all(paths.map((path) => readFile(join(project, path), "utf8")));
  return Object.fromEntries(paths.map((path, at) => [path, `${texts[at]}personalData: allow\n`]));
};

/** The shipped site with some files written anew or added: paths below it, and their texts. */
export const siteWith = async (files: Readonly<Record<string, string>>): Promise<Site> => {
  const folder = await mkdtemp(join(tmpdir(), "site-"));
  try {
    await copySite(folder);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return await compile(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** Where the mapping of `siteThatFails` has no value. */
export const FAILED_AT = "mappings/jupyter-server/contents/mapping.yml:12:7";

/**
 * The shipped site, but its mapping of files fails for the events that `fails` picks, at every endpoint. A checked
 * mapping does so only for an event that its schema would not have let through.
 */
export const siteThatFails = async (fails: (event: JsonObject) => boolean): Promise<Site> => {
  const site = await shippedSite();
  const routes = Object.entries(site.routes).map(([endpoint, route]): [string, Route] => {
    const { "jupyter-server/contents": translate, ...others } = route.translate;
    if (translate === undefined) return [endpoint, route];
    const failing: Translate = (event, scope) => {
      if (fails(event)) throw new MappingError(FAILED_AT);
      return translate(event, scope);
    };
    return [endpoint, { ...route, translate: { ...others, "jupyter-server/contents": failing } }];
  });
  return { ...site, routes: Object.fromEntries(routes) };
};

/** A copy of nothing: no mapping could say what it was a copy of. */
export const copies = ({ action }: JsonObject): boolean => action === "copy";

const compile = async (folder: string): Promise<Site> => loadSite(await readSite(folder));
