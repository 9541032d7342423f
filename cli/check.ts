import { readFiles } from "../build/files.ts";
import { readSite } from "../build/site.ts";
import { counted } from "../src/counted.ts";
import { formatProblem, type Problem, SiteError } from "../src/document/problem.ts";
import { readExamples } from "../src/mapping/examples.ts";
import { Misuse } from "../src/misuse.ts";
import { type Command, parseArguments } from "./command.ts";

/** `jlt check`: reads over what administrators write. */
export const check: Command = {
  name: "check",
  usage: "check [FOLDER] [--json]",
  summary: "reads over translator.yml, endpoints/ and mappings/",
  help: `Finds every mistake in translator.yml, endpoints/ and mappings/, with file, line and column, before anything is
deployed. Exit code 0: none; 1: some.

  jlt check
  jlt check --json | jq '.problems[].file'

  --json  one JSON object: problems`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: "boolean", default: false } },
    });
    if (positionals.length > 1) throw new Misuse("Name one folder, or none for this one.");
    const found = await problemsIn(positionals[0] ?? ".");
    if (values.json) console.log(JSON.stringify({ problems: found.problems }, null, 2));
    else for (const problem of found.problems) console.log(formatProblem(problem));
    if (!values.json) console.log(found.summary);
    return found.problems.length === 0 ? 0 : 1;
  },
};

const problemsIn = async (
  folder: string,
): Promise<{ readonly problems: readonly Problem[]; readonly summary: string }> => {
  const ofExamples = await exampleProblems(folder);
  try {
    const { sources, endpoints } = await readSite(folder);
    const translations = sources.reduce((sum, { mapping }) => sum + mapping.translations.length, 0);
    const counts = [
      `${counted(sources.length, "mapping")} with ${counted(translations, "translation")}`,
      counted(endpoints.length, "endpoint"),
    ].join(", ");
    if (ofExamples.length === 0) return { problems: [], summary: `No problems: ${counts}.` };
    return { problems: ofExamples, summary: `${counted(ofExamples.length, "problem")} in the examples.` };
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    const problems = [...error.problems, ...ofExamples];
    return { problems, summary: `${problems.length} problem(s). Nothing is built or deployed with them.` };
  }
};

/** Examples are not deployed, but what is wrong with them is better told now than by `jlt test`. */
const exampleProblems = async (folder: string): Promise<readonly Problem[]> =>
  [...(await readFiles(folder)).files].flatMap(([path, text]) => {
    const read = /^mappings\/.*\/examples\.yml$/.test(path) ? readExamples(path, text) : [];
    return "problems" in read ? read.problems : [];
  });
