import { hash, randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { stackOf } from "../infra/stack.ts";
import type { Queries } from "../src/queries/saved.ts";
import { asModule } from "./as-module.ts";
import { type SiteCode, siteCode } from "./code.ts";
import { collectedOf } from "./collected.ts";
import { columnsOf } from "./columns.ts";
import { readFiles, writeFiles } from "./files.ts";
import { lean, type Needs } from "./lean.ts";
import { type FunctionName, functionNames, needsOf } from "./needs.ts";
import { type PlainFunctions, plainFunctions } from "./plain-functions.ts";
import { withoutProbe, withProbe } from "./probe.ts";
import { readQueries } from "./queries.ts";
import { readSite, type SiteFiles } from "./site.ts";

export { functionNames };

/** Where the project itself lies. */
export const project = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Builds the site in `folder` into `out`: a bundle for each function, `<out>/<function>/index.cjs`, under `<out>/infra/`
 * what serverless.yml deploys, and under `<out>/site/` the files that it was built from, for whoever compares them with
 * later ones. `out` holds nothing else afterwards. Throws SiteError where the site's files have problems; then there is no
 * `out`, lest an older build be deployed in its place.
 */
export const buildSite = async (folder: string, out: string): Promise<void> => {
  await rm(out, { recursive: true, force: true });
  // Beside it, so that it can be moved there whole.
  const unfinished = `${out}.${randomUUID()}`;
  try {
    const { files, problems } = await readFiles(folder);
    const kept = join(unfinished, "site");
    await writeFiles(files, kept);
    // Somebody may be editing: what is kept is what is built.
    const site = withProbe(await readSite(problems.length === 0 ? kept : folder));
    const queries = await readQueries(folder, site);
    const plain = plainFunctions();
    const compiled = siteCode(site);
    const code = {
      ...compiled,
      "compiled-site": await plain(compiled["compiled-site"], "compiled-site"),
      "compiled-site/validators": asModule(compiled["compiled-site/validators"]),
      "compiled-site/collected": `export const collected = ${JSON.stringify(collectedOf(withoutProbe(site)))};`,
      "compiled-site/columns": `export const columns = ${JSON.stringify(columnsOf(site))};`,
    };
    await Promise.all([
      ...functionNames.map((name) =>
        bundleFunction(name, join(unfinished, name), { code, needs: needsOf(name, site), plain }),
      ),
      writeStack(site, queries, siteHash(files), join(unfinished, "infra")),
    ]);
    await rm(out, { recursive: true, force: true });
    await rename(unfinished, out);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
};

/**
 * What a site's files are known by where they were deployed: the beginning of the SHA-256 of their paths and texts, in
 * the order in which they are read. The same files have the same hash on any machine.
 */
export const siteHash = (files: ReadonlyMap<string, string>): string =>
  hash("sha256", JSON.stringify([...files])).slice(0, 16);

const writeStack = async (
  { settings, endpoints }: SiteFiles,
  queries: Queries,
  hashed: string,
  out: string,
): Promise<void> => {
  const stack = stackOf({ settings, endpoints: endpoints.map(({ endpoint }) => endpoint) }, queries, hashed);
  await mkdir(out, { recursive: true });
  for (const part of ["functions", "resources"] as const) {
    await writeFile(join(out, `${part}.json`), `${JSON.stringify(stack[part], null, 2)}\n`);
  }
};

interface Bundling {
  readonly code: BundledCode;
  readonly needs: Needs;
  readonly plain: PlainFunctions;
}

const bundleFunction = async (
  name: FunctionName,
  out: string,
  { code, needs, plain }: Bundling,
): Promise<void> => {
  await build({
    entryPoints: [join(project, "functions", `${name}.ts`)],
    outfile: join(out, "index.cjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    // CommonJS from the packages' ES modules starts fastest.
    format: "cjs",
    mainFields: ["module", "main"],
    // Names of functions would cost a call for each of them at the start. Errors have theirs all the same: build/lean.ts.
    minify: true,
    // Node makes a module of what is imported later, and asks it for all that it exports: of node:http, its whole fetch.
    supported: { "dynamic-import": false },
    // The SDK looks whether there are streams and files of a browser; to look is to load them.
    define: { ReadableStream: "undefined", Blob: "undefined" },
    legalComments: "none",
    sourcemap: "linked",
    sourcesContent: false,
    plugins: [compiledSite(code), lean(project, needs, plain)],
    logLevel: "warning",
  });
};

/** With what only a function's bundle needs. */
interface BundledCode extends SiteCode {
  readonly "compiled-site/collected"?: string;
  readonly "compiled-site/columns"?: string;
}

/** Gives the bundler the modules of the compiled site, which exist only in memory. */
export const compiledSite = (code: BundledCode): Plugin => ({
  name: "compiled-site",
  setup(bundler) {
    bundler.onResolve({ filter: /^compiled-site(\/|$)/ }, ({ path }) => ({
      path,
      namespace: "compiled-site",
    }));
    bundler.onLoad({ filter: /.*/, namespace: "compiled-site" }, ({ path }) => ({
      contents: code[path as keyof BundledCode] ?? "",
      loader: "js",
      resolveDir: join(project, "functions"),
    }));
  },
});
