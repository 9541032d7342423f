import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import type { Site } from "../src/site.ts";
import { compiledSite, project } from "./bundle.ts";
import { siteCode } from "./code.ts";
import { importSite } from "./load-apart.ts";
import type { SiteFiles } from "./site.ts";

/** Compiles a site and loads it into this process, for the command line: the very code that the functions run. */
export const loadSite = async (files: SiteFiles): Promise<Site> => importSite(await compiledCode(files));

/** The site as a module of its own. */
export const compiledCode = async (files: SiteFiles): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: 'export { site } from "compiled-site";', resolveDir: join(project, "functions") },
    write: false,
    bundle: true,
    platform: "node",
    format: "esm",
    plugins: [ownSources, compiledSite(siteCode(files))],
    logLevel: "warning",
  });
  return outputFiles[0]?.text ?? "";
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
