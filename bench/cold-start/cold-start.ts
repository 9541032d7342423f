import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { buildSite, functionNames, project } from "../../build/bundle.ts";
import type { Bench } from "../support/result.ts";
import { median, rounded } from "../support/spread.ts";
import { partsOf } from "./bundle-parts.ts";
import { EMPTY, FIRST, type First, firstPairs } from "./first.ts";
import { type Pair, pairsOf, ROUNDS } from "./start.ts";

/** How many of a bundle's parts are told. */
const PARTS = 5;

/** What a process does before a first invocation, as Lambda's does: loads the module; then it tells how old it is. */
const START = `
  const { handler } = require(process.argv[1]);
  if (typeof handler !== "function") throw new Error("There is no handler.");
  const { user, system } = process.cpuUsage();
  process.stdout.write("\\n" + JSON.stringify({ time: performance.now(), processor: (user + system) / 1000 }));
  process.exit(0);
`;

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
      const pairs = await pairsOf(START, { bundle, empty }, { ...environment, ...NOWHERE });
      rows.push({ name, pairs, ...(await sizesOf(bundle)) });
    }
    return resultOf(rows, await firstPairs(folder, dist, empty));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const HOW =
  "the bundles as they are deployed, built anew; each is loaded by a process of its own, as Lambda does before a first invocation, by turns with an empty handler. What Lambda takes to fetch and unpack a package is not in it. The zip's size is worked out as it is packed: one file, deflated. The second table goes on from there: it ends when the function has answered its first invocation, a message with one event of a learner, or with what became of it. S3, SQS, Parameter Store and the learning system are played by another process, over HTTP, and answer at once; so what AWS takes to answer, and TLS, are not in it.";

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

const HEADS = ["empty", "function", "÷ empty", "processor, more"];

interface Compared {
  readonly full: number;
  readonly empty: number;
  readonly ratio: number;
  readonly processor: number;
}

const compared = (pairs: readonly Pair[]): Compared => ({
  full: median(pairs.map((each) => each.full.time)),
  empty: median(pairs.map((each) => each.empty.time)),
  ratio: median(pairs.map(({ full, empty }) => full.time / empty.time)),
  processor: median(pairs.map(({ full, empty }) => full.processor - empty.processor)),
});

const timesOf = ({ full, empty, ratio, processor }: Compared): readonly string[] => [
  `${empty.toFixed(0)} ms`,
  `${full.toFixed(0)} ms`,
  `${ratio.toFixed(2)} ×`,
  `${processor.toFixed(0)} ms`,
];

const resultOf = (rows: readonly Row[], firsts: Readonly<Record<First, readonly Pair[]>>) => {
  const figures: Record<string, number> = {};
  const cells = rows.map(({ name, pairs, bytes, zip }) => {
    const times = compared(pairs);
    const { full, empty, ratio } = times;
    figures[`cold_start.${name}_vs_empty`] = rounded(ratio);
    figures[`cold_start.${name}_ms_more`] = rounded(full - empty);
    figures[`cold_start.${name}_kb`] = Math.round(bytes / 1000);
    figures[`cold_start.${name}_zip_kb`] = Math.round(zip / 1000);
    const sizes = [`${(bytes / 1000).toFixed(0)} KB`, `${(zip / 1000).toFixed(0)} KB`];
    return [name, ...timesOf(times), ...sizes];
  });
  const firstCells = FIRST.map((name) => {
    const times = compared(firsts[name]);
    figures[`cold_start.${name}_first_vs_empty`] = rounded(times.ratio);
    figures[`cold_start.${name}_first_ms_more`] = rounded(times.full - times.empty);
    figures[`cold_start.${name}_first_processor_ms_more`] = rounded(times.processor);
    return [name, ...timesOf(times)];
  });
  return {
    title: `process start → handler ready, and → first invocation answered; medians of ${ROUNDS} pairs by turns`,
    how: HOW,
    tables: [
      [["handler ready", ...HEADS, "bundle", "zip"], ...cells],
      [["first invocation answered", ...HEADS], ...firstCells],
    ],
    notes: rows.map(
      ({ name, parts }) =>
        `The largest parts of ${name}: ${parts.map(([part, bytes]) => `${part} ${(bytes / 1000).toFixed(0)} KB`).join(", ")}.`,
    ),
    figures,
  };
};
