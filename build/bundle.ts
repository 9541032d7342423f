import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { type SiteCode, siteCode } from "./code.ts";
import { readSite } from "./site.ts";

/** Where the project itself lies. */
export const project = dirname(dirname(fileURLToPath(import.meta.url)));

/** The functions, each a file under functions/ and a bundle of its own. */
export const functionNames = ["translate", "deliver"] as const;

/**
 * Builds the functions of the site in `folder` into `out`: one bundle each, `<out>/<function>/index.cjs`. Throws
 * SiteError where the site's files have problems; then nothing is written.
 */
export const buildSite = async (folder: string, out: string): Promise<void> => {
  const code = siteCode(await readSite(folder));
  await Promise.all(functionNames.map((name) => bundleFunction(name, code, join(out, name))));
};

const bundleFunction = async (
  name: (typeof functionNames)[number],
  code: SiteCode,
  out: string,
): Promise<void> => {
  await build({
    entryPoints: [join(project, "functions", `${name}.ts`)],
    outfile: join(out, "index.cjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    // CommonJS from the packages' ES modules starts fastest, and ajv's validators are CommonJS.
    format: "cjs",
    mainFields: ["module", "main"],
    minify: true,
    keepNames: true,
    legalComments: "none",
    sourcemap: "linked",
    sourcesContent: false,
    plugins: [compiledSite(code)],
    logLevel: "warning",
  });
};

/** Gives the bundler the modules of the compiled site, which exist only in memory. */
export const compiledSite = (code: SiteCode): Plugin => ({
  name: "compiled-site",
  setup(bundler) {
    bundler.onResolve({ filter: /^compiled-site(\/|$)/ }, ({ path }) => ({
      path,
      namespace: "compiled-site",
    }));
    bundler.onLoad({ filter: /.*/, namespace: "compiled-site" }, ({ path }) => ({
      contents: code[path as keyof SiteCode],
      loader: "js",
      resolveDir: join(project, "functions"),
    }));
  },
});
