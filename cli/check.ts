import { readSite } from "../build/site.ts";
import { formatProblem, type Problem, SiteError } from "../src/document/problem.ts";
import { type Command, parseArguments } from "./command.ts";

/** `jlt check`: reads over what administrators write. */
export const check: Command = {
  name: "check",
  usage: "check [FOLDER] [--json]",
  summary: "reads over translator.yml, endpoints/ and mappings/",
  help: `Finds every mistake in translator.yml, endpoints/ and mappings/, with file, line and column, before anything is
deployed. Exit code 0: none; 1: some.

  jlt check
  jlt check --json | jq '.problems[].file'`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: "boolean", default: false } },
    });
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
  try {
    const { sources, endpoints } = await readSite(folder);
    const translations = sources.reduce((sum, { mapping }) => sum + mapping.translations.length, 0);
    const counts = `${sources.length} mappings with ${translations} translations, ${endpoints.length} endpoints`;
    return { problems: [], summary: `No problems: ${counts}.` };
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    return {
      problems: error.problems,
      summary: `${error.problems.length} problem(s). Nothing is built or deployed with them.`,
    };
  }
};
