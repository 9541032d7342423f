import { readSite } from "../build/site.ts";
import { Misuse } from "../src/misuse.ts";
import { withStage } from "../stage/stage.ts";
import { askOnTerminal, ensureAnswer } from "./ask.ts";
import { type Command, parseArguments } from "./command.ts";
import { listErasures } from "./erase-list.ts";
import { addTo, eraseRequested, eraseUser } from "./erase-run.ts";
import { userIn } from "./export.ts";
import { STAGE_HELP, stageOptions } from "./stage-options.ts";

/** `jlt erase`: takes everything of a learner out of the archive, and back from endpoints. */
export const erase: Command = {
  name: "erase",
  usage:
    "erase [USER | --requested | --list] [--statements FILE] [--stage S | --state FOLDER] [--yes] [--json]",
  summary: "removes everything that is kept of a learner, for good",
  help: `Removes everything that the archive has of a learner, with all versions of the objects that it was in; the records of
others stay as they are. Before that, nothing more of them is taken in, where the site lets learners choose; what xAPI
stores have is voided; and what other endpoints have is listed, for those who run them. It can be cut off at any moment
and run again. What stays is that it was done, under a keyed hash. Exit code 0: done; 1: something remains, and why.

  jlt erase ada --stage prod --statements ada-at-endpoints.ndjson
  jlt erase --requested --stage prod --yes
  jlt erase --list --stage prod

  --requested     everybody who asked for it on their own page
  --list          what is asked for, and what was done; changes nothing
  --statements F  the statements at endpoints that cannot void are added to this file (NDJSON), instead of printed
  --yes           without a question
${STAGE_HELP}
  --json          data`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: {
        ...stageOptions,
        requested: { type: "boolean", default: false },
        list: { type: "boolean", default: false },
        statements: { type: "string" },
        yes: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    });
    const { requested, list, yes, json } = values;
    if (Number(requested) + Number(list) + Math.min(1, positionals.length) !== 1)
      throw new Misuse("It is jlt erase USER, jlt erase --requested, or jlt erase --list.");
    if (!list) ensureAnswer({ yes, json }, "Say --yes to erase; jlt export shows what is kept.");
    if (json && !list && values.statements === undefined)
      throw new Misuse("With --json, --statements names the file for what cannot be voided.");
    const username = requested || list ? undefined : userIn(positionals, "erase");
    const site = await readSite(".");
    if (values.statements !== undefined && !list) await addTo(values.statements, "");
    return withStage(values, site, (stage) => {
      if (list) return listErasures(stage, json);
      const ask = yes ? undefined : askOnTerminal;
      const run = { stage, site, ask, json, file: values.statements };
      return username === undefined ? eraseRequested(run) : eraseUser(run, username);
    });
  },
};
