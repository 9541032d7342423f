import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import type { Site } from "../src/site.ts";
import { compiledSite, project } from "./bundle.ts";
import { siteCode } from "./code.ts";
import type { SiteFiles } from "./site.ts";

/** Compiles a site and loads it into this process, for the command line: the very code that the functions run. */
export const loadSite = async (files: SiteFiles): Promise<Site> => {
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-"));
  try {
    const outfile = join(folder, "site.mjs");
    await build({
      stdin: { contents: 'export { site } from "compiled-site";', resolveDir: join(project, "functions") },
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      plugins: [ownSources, compiledSite(siteCode(files))],
      logLevel: "warning",
    });
    const module: { readonly site: Site } = await import(pathToFileURL(outfile).href);
    return module.site;
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** An error of a mapping must be of the class that this process knows, so src/ is not bundled once more. */
const ownSources: Plugin = {
  name: "own-sources",
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\.\/src\// }, ({ path, resolveDir }) => ({
      path: pathToFileURL(join(resolveDir, path)).href,
      external: true,
    }));
  },
};
