import { formatProblem, SiteError } from "../src/document/problem.ts";
import { CannotRun } from "./cannot-run.ts";
import { catalog } from "./catalog.ts";
import { check } from "./check.ts";
import { type Command, Misuse } from "./command.ts";
import { consent } from "./consent.ts";
import { erase } from "./erase.ts";
import { explain } from "./explain.ts";
import { exportLearner } from "./export.ts";
import { failures } from "./failures.ts";
import { ledger } from "./ledger.ts";
import { pseudonym } from "./pseudonym.ts";
import { report } from "./report.ts";
import { schema } from "./schema.ts";
import { test } from "./test.ts";
import { tryEvents } from "./try.ts";
import { validate } from "./validate.ts";

/** The administrator's command. Exit code 0: fine; 1: found problems; 2: used wrongly, or could not run. */
const commands: readonly Command[] = [
  check,
  test,
  tryEvents,
  explain,
  catalog,
  schema,
  validate,
  ledger,
  failures,
  exportLearner,
  erase,
  pseudonym,
  report,
  consent,
];

const HELP = `jlt: the administrator's command of jupyter-lms-translator

${commands.map(({ usage, summary }) => `  jlt ${(/^[a-z ]+\b/.exec(usage)?.[0] ?? usage).padEnd(12)} ${summary}`).join("\n")}

Each has its own help: jlt check --help`;

const main = async ([name, ...rest]: readonly string[]): Promise<number> => {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    console.log(HELP);
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw new Misuse(`There is no command "${name}". See: jlt --help`);
  if (rest.includes("--help") || rest.includes("-h")) {
    console.log(`jlt ${command.usage}\n\n${command.help}`);
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    throw error instanceof Misuse ? new Misuse(`${error.message}\nSee: jlt ${name} --help`) : error;
  }
};

// Whoever reads the output may stop, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof SiteError) {
    if (process.argv.includes("--json")) console.log(JSON.stringify({ problems: error.problems }, null, 2));
    else for (const problem of error.problems) console.error(formatProblem(problem));
    process.exitCode = 1;
  } else if (error instanceof Misuse || error instanceof CannotRun) {
    console.error(error.message);
    process.exitCode = 2;
  } else {
    console.error("This is a mistake of jlt itself, not yours. Please report it with what follows:\n", error);
    process.exitCode = 2;
  }
}
