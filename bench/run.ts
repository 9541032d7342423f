import { parseArgs } from "node:util";
import { BENCHES } from "./benches.ts";
import { record } from "./page/recorded.ts";
import { machineText, thisMachine } from "./support/machine.ts";
import { type Result, textOf } from "./support/result.ts";

const options = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      record: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });

/**
 * `npm run bench`: measures, and prints ratios taken in one run. Nothing is asserted: a budget is for people to judge.
 * Gives 0, 1 where a bench failed, or 2 where the options are wrong.
 */
const main = async ({ values, positionals }: ReturnType<typeof options>): Promise<number> => {
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
  let code = 0;
  for (const { name, load } of BENCHES) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const result = await load()
      .then((bench) => bench())
      .catch((error: unknown) => ({ error }));
    if ("error" in result) {
      // The others are measured all the same.
      console.error(`${name}: it failed.`, result.error);
      code = 1;
      continue;
    }
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
  return code;
};

const NAMES = BENCHES.map(({ name }) => name);

const HELP = `npm run bench -- [NAME…] [--json] [--record]

${BENCHES.map(({ name, about }) => `  ${name.padEnd(11)} ${about}`).join("\n")}

  --json      figures only, as one JSON object
  --record    keeps what was found in bench/page/recorded.json, and writes docs/performance.md anew;
              with cost, also the tables of docs/scale.md

  npm run bench -- mapping
  npm run --silent bench -- mapping --json`;

try {
  process.exitCode = await main(options());
} catch (error) {
  if (!(error instanceof TypeError && "code" in error && `${error.code}`.startsWith("ERR_PARSE_ARGS")))
    throw error;
  console.error(`${error.message}\nnpm run bench -- --help tells the options.`);
  process.exitCode = 2;
}
