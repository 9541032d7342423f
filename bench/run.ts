import { parseArgs } from "node:util";
import { benchArchive } from "./archive/archive.ts";
import { benchColdStart } from "./cold-start/cold-start.ts";
import { benchIsolation } from "./isolation/isolation.ts";
import { benchMapping } from "./mapping/mapping.ts";
import { record } from "./page/recorded.ts";
import { benchServer } from "./server/server.ts";
import { benchSteps } from "./steps/steps.ts";
import { machineText, thisMachine } from "./support/machine.ts";
import { type Bench, type Result, textOf } from "./support/result.ts";
import { benchWorkbench } from "./workbench/workbench.ts";

/** `npm run bench`: measures, and prints ratios taken in one run. Nothing is asserted: a budget is for people to judge. */
const benches: Readonly<Record<string, Bench>> = {
  mapping: benchMapping,
  "cold-start": benchColdStart,
  steps: benchSteps,
  archive: benchArchive,
  isolation: benchIsolation,
  workbench: benchWorkbench,
  server: benchServer,
};

const HELP = `npm run bench -- [NAME…] [--json] [--record]

  mapping     a compiled mapping → JSON text, against hand-written code, an interpreter, and JSON itself
  cold-start  a function's start until its handler is ready, against an empty one; and what is in its bundle
  steps       processor time and bytes of translating and delivering, which npm run simulate counts with
  archive     jlt replay of ten thousand, a hundred thousand and a million archived events; takes some minutes
  isolation   the time of events from queue to store, while another endpoint hangs; takes three minutes
  workbench   how long the workbench's server takes for each view over a hundred thousand archived events
  server      a Jupyter Server's request times with the shipped sender and without, while SQS is slow, silent or gone

  --json      figures only, as one JSON object
  --record    keeps what was found in bench/page/recorded.json, and writes docs/performance.md anew

  npm run bench -- mapping
  npm run bench -- mapping --json`;

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      record: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const unknown = positionals.find((name) => !Object.hasOwn(benches, name));
  if (unknown !== undefined) {
    console.error(`There is no bench "${unknown}". There are: ${Object.keys(benches).join(", ")}.`);
    return 2;
  }
  const machine = thisMachine();
  if (!values.json) console.log(machineText(machine));
  const results: Record<string, Result> = {};
  for (const [name, bench] of Object.entries(benches)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const result = await bench();
    if ("missing" in result) {
      console.error(`${name}: not measured. ${result.missing}`);
      continue;
    }
    results[name] = result;
    if (!values.json) console.log(`\n${textOf(name, result)}`);
  }
  if (values.json) {
    const figures = Object.assign({}, ...Object.values(results).map(({ figures: some }) => some));
    console.log(JSON.stringify({ ...machine, ...figures }, null, 2));
  }
  if (values.record) await record(machine, results);
  return 0;
};

process.exitCode = await main();
