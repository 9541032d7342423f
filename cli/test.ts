import { writeFile } from "node:fs/promises";
import { imaginedSettings } from "../build/imagined.ts";
import { readMappings } from "../build/site.ts";
import { counted } from "../src/counted.ts";
import { didYouMean, formatProblem, type Problem } from "../src/document/problem.ts";
import { type OutcomeDifference, pathText } from "../src/mapping/difference.ts";
import { writeOutcome } from "../src/mapping/examples.ts";
import { type Command, parseArguments } from "./command.ts";
import { type RunExample, type RunMapping, runExamples } from "./examples.ts";
import { pickMappings } from "./named.ts";
import { bold, brief, dim, green, red, yellow } from "./paint.ts";
import { updateExamples } from "./update.ts";

/** `jlt test`: the examples beside the mappings, and whether what comes of them is what is expected. */
export const test: Command = {
  name: "test",
  usage: "test [NAME…] [--update] [--json]",
  summary: "runs the examples.yml beside every mapping",
  help: `Translates the events of every examples.yml beside a mapping, for an imagined hub, and compares what comes out with
what is expected there. NAME is a mapping, its folder or its file (default: all). Exit code 0: all is as expected; 1:
something is not, or a file has mistakes.

  jlt test
  jlt test jupyter-server/contents
  jlt test jupyter-server/contents --update && git diff mappings/

  --update  writes what comes out into the examples, as what is expected from now on, and says what it changes
  --json    one JSON object: problems, examples with their differences, notes`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: { update: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
    });
    const mappings = await readMappings(".", imaginedSettings().hub);
    // Where mappings cannot be read, a name may be one of theirs.
    const picked =
      mappings.problems.length > 0 ? mappings.sources : pickMappings(mappings.sources, positionals);
    const runs = mappings.problems.length > 0 ? [] : await runExamples(mappings, picked);
    if (values.update) for (const run of runs) await update(run);
    const report = reportOf(runs, mappings.problems, values.update);
    console.log(values.json ? JSON.stringify(report.data, null, 2) : report.text);
    return report.isFine ? 0 : 1;
  },
};

/** Whether an example does not hold: it differs, it says nothing yet, or it can be no example. */
const isOff = ({ example, differences, failures }: RunExample): boolean =>
  failures.length > 0 || differences.length > 0 || example.expect === undefined;

/** Whether `--update` can mend it. */
const isMendable = (run: RunExample): boolean => isOff(run) && run.failures.length === 0;

const update = async ({ source, file, text, examples }: RunMapping): Promise<void> => {
  const lists = new Set(
    source.written.translations.filter(({ forEach }) => forEach !== undefined).map(({ name }) => name),
  );
  const expected = new Map(
    examples.flatMap((each, at): [number, unknown][] =>
      isMendable(each) ? [[at, writeOutcome(each.outcome, (name) => lists.has(name))]] : [],
    ),
  );
  if (text !== undefined && expected.size > 0) await writeFile(file, updateExamples(text, expected));
};

const reportOf = (runs: readonly RunMapping[], wrong: readonly Problem[], updated: boolean) => {
  const problems = [...wrong, ...runs.flatMap((run) => run.problems)];
  const examples = runs.flatMap((run) => run.examples);
  const off = examples.filter(isOff);
  const left = updated ? off.filter((each) => !isMendable(each)) : off;
  const notes = runs.flatMap(notesOf);
  const counts = [
    `${counted(examples.length, "example")} of ${counted(runs.length, "mapping")}:`,
    `${examples.length - off.length} as expected`,
    ...(left.length > 0 ? [`, ${left.length} not`] : []),
    ...(off.length > left.length ? [`, ${off.length - left.length} updated`] : []),
  ]
    .join(" ")
    .replaceAll(" ,", ",");
  const hint =
    !updated && off.some(isMendable) ? "\njlt test --update writes what comes out as what is expected." : "";
  const summary = problems.length > 0 ? `${counted(problems.length, "problem")} in the files.` : "";
  return {
    isFine: problems.length === 0 && left.length === 0,
    data: {
      problems,
      examples: runs.flatMap((run) => run.examples.map((each) => dataOf(run, each, updated))),
      notes,
    },
    text: [
      ...problems.map((each) => red(formatProblem(each))),
      ...runs.flatMap((run) => run.examples.filter(isOff).map((each) => textOf(run, each, updated))),
      ...notes.map((note) => yellow(`Note: ${note}`)),
      ...(runs.length > 0 ? [(left.length === 0 ? green : red)(`${counts}.`) + hint] : []),
      ...(summary === "" ? [] : [summary]),
    ].join("\n"),
  };
};

const notesOf = ({ source: { name }, file, text, idle, problems }: RunMapping): readonly string[] => {
  if (text === undefined) return [`${name} has no examples: write ${file}.`];
  return problems.length > 0 || idle.length === 0
    ? []
    : [`No example makes ${idle.map((each) => `${name}:${each}`).join(", ")}.`];
};

const dataOf = ({ source }: RunMapping, run: RunExample, updated: boolean): object => ({
  mapping: source.name,
  title: run.example.title,
  ...run.example.place,
  status: !isOff(run) ? "as expected" : updated && isMendable(run) ? "updated" : "not as expected",
  quarantine: run.refusal,
  differences: run.differences.map(({ path, ...rest }) => ({ ...rest, path: pathText(path) })),
  failures: run.failures,
});

const textOf = ({ source }: RunMapping, run: RunExample, updated: boolean): string => {
  const { file, line, column } = run.example.place;
  const mended = updated && isMendable(run) ? green(" – updated") : "";
  return [
    `${file}:${line}:${column} ${bold(run.example.title)}${mended}`,
    ...run.failures.map((failure) => `  ${red(failure)}`),
    ...(run.example.expect === undefined && run.failures.length === 0 ? unsaid(run) : []),
    ...differenceLines(
      run,
      source.written.translations.map(({ name }) => name),
    ),
  ].join("\n");
};

/** What comes of an example that does not say yet what it expects. */
const unsaid = ({ outcome, refusal }: RunExample): readonly string[] => {
  const made = [...outcome.statements].map(([name, sides]) => `${name} (${Object.keys(sides).join(", ")})`);
  const what =
    refusal === undefined ? made.join("; ") || "nothing" : `quarantine, ${refusal.reason}: ${refusal.detail}`;
  return [`  It expects nothing yet. What comes of it: ${what}`];
};

const differenceLines = (
  { differences, refusal }: RunExample,
  names: readonly string[],
): readonly string[] => {
  let heading = "";
  return differences.flatMap((difference) => {
    const { translation, side } = difference;
    if (translation === undefined || side === undefined) {
      const why = refusal === undefined ? "" : `: ${refusal.detail}`;
      return [`  ${line(difference)}${dim(why)}`];
    }
    const unknown = names.includes(translation)
      ? ""
      : ` (there is no such translation${didYouMean(translation, names).replace(/\.$/, "")})`;
    const next = `  ${translation}, ${side}${unknown}`;
    const lines = next === heading ? [`    ${line(difference)}`] : [next, `    ${line(difference)}`];
    heading = next;
    return lines;
  });
};

const line = ({ path, expected, got }: OutcomeDifference): string => {
  const [only = ""] = path;
  if (path.length === 0 || (path.length === 1 && /^\d+$/.test(only))) {
    const which = path.length === 0 ? "" : `${pathText(path)}: `;
    return got === undefined ? `${which}expected, but nothing came` : `${which}came, but is not expected`;
  }
  const where = `${bold(pathText(path))}:`;
  if (expected === undefined) return `${where} unexpected ${red(brief(got))}`;
  if (got === undefined) return `${where} missing, expected ${green(brief(expected))}`;
  return `${where} expected ${green(brief(expected))}, got ${red(brief(got))}`;
};
