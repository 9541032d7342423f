import { parseArgs } from "node:util";
import { BENCHES } from "./benches.ts";
import { record } from "./page/recorded.ts";
import { machineText, thisMachine } from "./support/machine.ts";
import { type Result, textOf } from "./support/result.ts";

/** `npm run bench`: measures, and prints ratios taken in one run. Nothing is asserted: a budget is for people to judge. */
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
  const unknown = positionals.find((each) => !NAMES.includes(each));
  if (unknown !== undefined) {
    console.error(`There is no bench "${unknown}". There are: ${NAMES.join(", ")}.`);
    return 2;
  }
  const machine = thisMachine();
  if (!values.json) console.log(machineText(machine));
  const results: Record<string, Result> = {};
  for (const { name, load } of BENCHES) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const bench = await load();
    const result = await bench();
    if ("missing" in result) {
      console.error(`${name}: not measured. ${result.missing}`);
      continue;
    }
    results[name] = result;
    if (!values.json) console.log(`\n${textOf(name, result)}`);
    // Each by itself, so that what is measured is kept even where a later one fails.
    if (values.record) await record(machine, { [name]: result });
  }
  if (values.json) {
    const figures = Object.assign({}, ...Object.values(results).map(({ figures: some }) => some));
    console.log(JSON.stringify({ ...machine, ...figures }, null, 2));
  }
  return 0;
};

const NAMES = BENCHES.map(({ name }) => name);

const HELP = `npm run bench -- [NAME…] [--json] [--record]

${BENCHES.map(({ name, about }) => `  ${name.padEnd(11)} ${about}`).join("\n")}

  --json      figures only, as one JSON object
  --record    keeps what was found in bench/page/recorded.json, and writes docs/performance.md anew;
              with cost, also the tables of docs/scale.md

  npm run bench -- mapping
  npm run bench -- mapping --json`;

process.exitCode = await main();
