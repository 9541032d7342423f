import { formatProblem, SiteError } from "../src/document/problem.ts";
import { check } from "./check.ts";
import { type Command, Misuse } from "./command.ts";
import { tryEvents } from "./try.ts";

/** The administrator's command. Exit code 0: fine; 1: found problems; 2: used wrongly, or could not run. */
const commands: readonly Command[] = [check, tryEvents];

const HELP = `jlt: the administrator's command of jupyter-lms-translator

${commands.map(({ usage, summary }) => `  jlt ${usage.padEnd(34)} ${summary}`).join("\n")}

Each has its own help: jlt check --help`;

const main = async ([name, ...rest]: readonly string[]): Promise<number> => {
  if (name === undefined || name === "--help" || name === "help") {
    console.log(HELP);
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw new Misuse(`There is no command "${name}". See: jlt --help`);
  if (rest.includes("--help")) {
    console.log(`jlt ${command.usage}\n\n${command.help}`);
    return 0;
  }
  return command.run(rest);
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof SiteError) {
    for (const problem of error.problems) console.error(formatProblem(problem));
    process.exitCode = 1;
  } else if (error instanceof Misuse) {
    console.error(error.message);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
