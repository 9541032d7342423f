import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { compiledSite, project } from "../../build/bundle.ts";
import { siteCode } from "../../build/code.ts";
import { readSite } from "../../build/site.ts";
import type { Site } from "../../src/site.ts";

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

/** The shipped site with some files written anew or added: paths below it, and their texts. */
export const siteWith = async (files: Readonly<Record<string, string>>): Promise<Site> => {
  const folder = await mkdtemp(join(tmpdir(), "site-"));
  try {
    for (const part of ["translator.yml", "endpoints", "mappings"]) {
      await cp(join(project, part), join(folder, part), { recursive: true });
    }
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return await compile(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

const compile = async (folder: string): Promise<Site> => {
  const out = await mkdtemp(join(tmpdir(), "compiled-site-"));
  try {
    const outfile = join(out, "site.mjs");
    await build({
      stdin: { contents: `export { site } from "compiled-site";`, resolveDir: join(project, "functions") },
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      plugins: [ownSources, compiledSite(siteCode(await readSite(folder)))],
      logLevel: "warning",
    });
    const { site } = (await import(pathToFileURL(outfile).href)) as { readonly site: Site };
    return site;
  } finally {
    await rm(out, { recursive: true });
  }
};

/** A MappingError must be of the class that the tested code knows, so the sources are not bundled once more. */
const ownSources: Plugin = {
  name: "own-sources",
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\.\/src\// }, ({ path, resolveDir }) => ({
      path: pathToFileURL(join(resolveDir, path)).href,
      external: true,
    }));
  },
};
