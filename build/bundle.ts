import { hash, randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { stackOf } from "../infra/stack.ts";
import type { Queries } from "../src/queries/saved.ts";
import { type SiteCode, siteCode } from "./code.ts";
import { collectedOf } from "./collected.ts";
import { columnsOf } from "./columns.ts";
import { readFiles, writeFiles } from "./files.ts";
import { withoutProbe, withProbe } from "./probe.ts";
import { readQueries } from "./queries.ts";
import { readSite, type SiteFiles } from "./site.ts";

/** Where the project itself lies. */
export const project = dirname(dirname(fileURLToPath(import.meta.url)));

/** The functions, each a file under functions/ and a bundle of its own. */
export const functionNames = [
  "translate",
  "deliver",
  "consent",
  "ingest",
  "compact",
  "audit",
  "probe",
] as const;

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
    const code = {
      ...siteCode(site),
      "compiled-site/collected": `export const collected = ${JSON.stringify(collectedOf(withoutProbe(site)))};`,
      "compiled-site/columns": `export const columns = ${JSON.stringify(columnsOf(site))};`,
    };
    await Promise.all([
      ...functionNames.map((name) => bundleFunction(name, code, join(unfinished, name))),
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

const bundleFunction = async (
  name: (typeof functionNames)[number],
  code: BundledCode,
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
