import { parseArgs } from "node:util";
import { benchArchive } from "./archive.ts";
import { benchColdStart } from "./cold-start.ts";
import { benchIsolation } from "./isolation.ts";
import { benchMapping } from "./mapping.ts";
import type { Bench } from "./result.ts";
import { benchServer } from "./server.ts";
import { benchSteps } from "./steps.ts";
import { benchWorkbench } from "./workbench.ts";

/** `npm run bench`: measures, and prints ratios taken in one run. Nothing is asserted: a budget is for people to judge. */
const benches: Readonly<Record<string, Bench>> = {
  mapping: benchMapping,
  isolation: benchIsolation,
  archive: benchArchive,
  "cold-start": benchColdStart,
  steps: benchSteps,
  workbench: benchWorkbench,
  server: benchServer,
};

const HELP = `npm run bench -- [NAME…] [--json]

  mapping     a compiled mapping → JSON text, against hand-written code, an interpreter, and JSON itself
  isolation   the time of events from queue to store, while another endpoint hangs; takes three minutes
  archive     jlt replay of ten thousand, a hundred thousand and a million archived events; takes some minutes
  cold-start  a function's start until its handler is ready, against an empty one; and what is in its bundle
  steps       processor time and bytes of translating and delivering, which npm run simulate counts with
  workbench   how long the workbench's server takes for each view over a hundred thousand archived events
  server      a Jupyter Server's request times with the shipped sender and without, while SQS is slow, silent or gone

  npm run bench -- mapping
  npm run bench -- mapping --json`;

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const names = positionals.length === 0 ? Object.keys(benches) : positionals;
  const figures: Record<string, number> = {};
  for (const name of names) {
    const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
    if (bench === undefined) {
      console.error(`There is no bench "${name}". There are: ${Object.keys(benches).join(", ")}.`);
      return 2;
    }
    const result = await bench();
    Object.assign(figures, result.figures);
    if (!values.json) console.log(result.text);
  }
  if (values.json) console.log(JSON.stringify({ node: process.version, ...figures }, null, 2));
  return 0;
};

process.exitCode = await main();
