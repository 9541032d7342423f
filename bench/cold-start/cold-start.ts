import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflateRawSync } from "node:zlib";
import { buildSite, functionNames, project } from "../../build/bundle.ts";
import type { Bench } from "../support/result.ts";
import { median, rounded } from "../support/spread.ts";
import { partsOf } from "./bundle-parts.ts";

/** Pairs of starts: of a function, and of an empty one, by turns. */
const ROUNDS = 15;

/** How many of a bundle's parts are told. */
const PARTS = 5;

/** What a process does before a first invocation, as Lambda's does: loads the module; then it tells how old it is. */
const START = `
  const { handler } = require(process.argv[1]);
  if (typeof handler !== "function") throw new Error("There is no handler.");
  const { user, system } = process.cpuUsage();
  process.stdout.write(JSON.stringify({ time: performance.now(), processor: (user + system) / 1000 }));
  process.exit(0);
`;

const EMPTY = "exports.handler = async () => {};\n";

/** Milliseconds from the start of the process until the handler is there. */
interface Start {
  readonly time: number;
  readonly processor: number;
}

/**
 * How long each function takes from the start of its process until its handler is ready, against an empty one: with the
 * bundles as they are deployed, built anew. What Lambda takes to fetch and unpack a package is not in it; its size is told.
 */
export const benchColdStart: Bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-bench-"));
  try {
    const dist = join(folder, "functions");
    await buildSite(project, dist);
    await mkdir(join(folder, "empty"));
    const empty = join(folder, "empty", "index.cjs");
    await writeFile(empty, EMPTY);
    const environments = await environmentsOf(dist);
    const rows: Row[] = [];
    for (const name of functionNames) {
      const bundle = join(dist, name, "index.cjs");
      const environment = environments.get(name) ?? {};
      const pairs = await pairsOf(bundle, empty, environment);
      rows.push({ name, pairs, ...(await sizesOf(bundle)) });
    }
    return resultOf(rows);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const HOW =
  "the bundles as they are deployed, built anew; each is loaded by a process of its own, as Lambda does before a first invocation, by turns with an empty handler. What Lambda takes to fetch and unpack a package is not in it. The zip's size is worked out as it is packed: one file, deflated.";

interface Pair {
  readonly full: Start;
  readonly empty: Start;
}

interface Sizes {
  readonly bytes: number;
  /** Of its zip: deflated with zlib's usual level, as osls packs it, and what stands around one file. */
  readonly zip: number;
  readonly parts: readonly (readonly [string, number])[];
}

interface Row extends Sizes {
  readonly name: string;
  readonly pairs: readonly Pair[];
}

/** The first pair is not counted: the files are not in the system's memory yet. */
const pairsOf = async (
  bundle: string,
  empty: string,
  environment: Readonly<Record<string, string>>,
): Promise<readonly Pair[]> => {
  const pairs: Pair[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const isFirst = round % 2 === 0;
    const one = await start(isFirst ? bundle : empty, environment);
    const other = await start(isFirst ? empty : bundle, environment);
    if (round > 0) pairs.push(isFirst ? { full: one, empty: other } : { full: other, empty: one });
  }
  return pairs;
};

const run = promisify(execFile);

const start = async (bundle: string, environment: Readonly<Record<string, string>>): Promise<Start> => {
  const env = { ...environment, ...NOWHERE, PATH: process.env.PATH ?? "" };
  const { stdout } = await run(process.execPath, ["-e", START, bundle], { env });
  return JSON.parse(stdout);
};

/** No account, and no way to any. */
const NOWHERE = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "none",
  AWS_SECRET_ACCESS_KEY: "none",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
};

/** The variables that the template gives each bundle's function, by the bundle; what is not plain text is any text. */
const environmentsOf = async (
  dist: string,
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> => {
  const described: Readonly<
    Record<string, { readonly handler: string; readonly environment?: Readonly<Record<string, unknown>> }>
  > = JSON.parse(await readFile(join(dist, "infra", "functions.json"), "utf8"));
  return new Map(
    Object.values(described).map(({ handler, environment = {} }) => [
      handler.split("/")[1] ?? "",
      Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [
          name,
          typeof value === "string" ? value : "https://example.org/any",
        ]),
      ),
    ]),
  );
};

/** A zip's own words about one file: its local header, its entry in the directory, and the directory's end. */
const AROUND = 30 + 46 + 22 + 2 * "dist/translate/index.cjs".length;

const sizesOf = async (bundle: string): Promise<Sizes> => {
  const code = await readFile(bundle);
  const parts = partsOf(code.toString("utf8"), await readFile(`${bundle}.map`, "utf8"));
  return {
    bytes: code.byteLength,
    zip: deflateRawSync(code).byteLength + AROUND,
    parts: [...parts].toSorted((one, other) => other[1] - one[1]).slice(0, PARTS),
  };
};

const resultOf = (rows: readonly Row[]) => {
  const figures: Record<string, number> = {};
  const cells = rows.map(({ name, pairs, bytes, zip }) => {
    const ratio = median(pairs.map(({ full, empty }) => full.time / empty.time));
    const processor = median(pairs.map(({ full, empty }) => full.processor - empty.processor));
    const [full, empty] = [
      median(pairs.map((each) => each.full.time)),
      median(pairs.map((each) => each.empty.time)),
    ];
    figures[`cold_start.${name}_vs_empty`] = rounded(ratio);
    figures[`cold_start.${name}_ms_more`] = rounded(full - empty);
    figures[`cold_start.${name}_kb`] = Math.round(bytes / 1000);
    figures[`cold_start.${name}_zip_kb`] = Math.round(zip / 1000);
    return [
      name,
      `${empty.toFixed(0)} ms`,
      `${full.toFixed(0)} ms`,
      `${ratio.toFixed(2)} ×`,
      `${processor.toFixed(0)} ms`,
      `${(bytes / 1000).toFixed(0)} KB`,
      `${(zip / 1000).toFixed(0)} KB`,
    ];
  });
  return {
    title: `process start → handler ready; medians of ${ROUNDS} pairs by turns`,
    how: HOW,
    tables: [[["", "empty", "function", "÷ empty", "processor, more", "bundle", "zip"], ...cells]],
    notes: rows.map(
      ({ name, parts }) =>
        `The largest parts of ${name}: ${parts.map(([part, bytes]) => `${part} ${(bytes / 1000).toFixed(0)} KB`).join(", ")}.`,
    ),
    figures,
  };
};
