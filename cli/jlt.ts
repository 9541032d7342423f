import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { CannotRun } from "../src/cannot-run.ts";
import { didYouMean, formatProblem, SiteError } from "../src/document/problem.ts";
import { Misuse } from "../src/misuse.ts";
import type { Command } from "./command.ts";

// What is loaded is read and compiled once, and kept where only those can write who can change the code itself.
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/jlt", import.meta.url)));

/**
 * The administrator's command. Exit code 0: fine; 1: found problems; 2: used wrongly, or could not run. Only the one that
 * is asked for is loaded: what another needs would take its time and its memory.
 */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import("./check.ts")).check,
  doctor: async () => (await import("./doctor.ts")).doctor,
  test: async () => (await import("./test.ts")).test,
  try: async () => (await import("./try.ts")).tryEvents,
  explain: async () => (await import("./explain.ts")).explain,
  diff: async () => (await import("./diff.ts")).diff,
  deploy: async () => (await import("./deploy.ts")).deploy,
  catalog: async () => (await import("./catalog.ts")).catalog,
  schema: async () => (await import("./schema.ts")).schema,
  validate: async () => (await import("./validate.ts")).validate,
  workbench: async () => (await import("./workbench.ts")).workbench,
  ledger: async () => (await import("./ledger.ts")).ledger,
  failures: async () => (await import("./failures.ts")).failures,
  replay: async () => (await import("./replay.ts")).replay,
  quarantine: async () => (await import("./quarantine.ts")).quarantine,
  query: async () => (await import("./query.ts")).query,
  import: async () => (await import("./import.ts")).importEvents,
  compact: async () => (await import("./compact.ts")).compactArchive,
  export: async () => (await import("./export.ts")).exportLearner,
  erase: async () => (await import("./erase.ts")).erase,
  pseudonym: async () => (await import("./pseudonym.ts")).pseudonym,
  report: async () => (await import("./report.ts")).report,
  consent: async () => (await import("./consent.ts")).consent,
};

const helpText = async (): Promise<string> => {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const lines = all.map(
    ({ usage, summary }) => `  jlt ${(/^[a-z ]+\b/.exec(usage)?.[0] ?? usage).padEnd(12)} ${summary}`,
  );
  return `jlt: the administrator's command of jupyter-lms-translator

${lines.join("\n")}

Each has its own help: jlt check --help`;
};

const main = async ([name, ...rest]: readonly string[]): Promise<number> => {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    console.log(await helpText());
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined)
    throw new Misuse(
      `There is no command "${name}"${didYouMean(name, Object.keys(commands))} See: jlt --help`,
    );
  const command = await load();
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
