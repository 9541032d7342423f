import { readSite, type SiteFiles } from "../build/site.ts";
import { CannotRun } from "../src/cannot-run.ts";
import type { InOrOut } from "../src/consent/choice.ts";
import { type ChoiceStore, DamagedChoice } from "../src/consent/store.ts";
import { Misuse } from "../src/misuse.ts";
import { learnersOf } from "../stage/learners.ts";
import { withStage } from "../stage/stage.ts";
import { type Command, parseArguments } from "./command.ts";
import { importChoices, readImport } from "./consent-import.ts";
import { effectOf, recordJson, recordText } from "./consent-text.ts";
import { readInput } from "./input.ts";
import { endpointsOf } from "./ledger.ts";
import { progressOn } from "./progress.ts";
import { STAGE_HELP, stageOptions } from "./stage-options.ts";
import { visibleJson } from "./visible.ts";

/** `jlt consent`: what learners have chosen, and choosing for them. */
export const consent: Command = {
  name: "consent",
  usage: "consent show|in|out USER | import FILE | export | rekey [--stage S | --state FOLDER] [--json]",
  summary: "shows and changes what learners have chosen, one of them or many",
  help: `Shows what a learner has chosen, or chooses for them; what they said themselves is kept as well. A change takes effect
within a minute. Exit code 0: done; 1: lines of the file are wrong, and nothing was imported.

  jlt consent show ada
  jlt consent out ada --stage prod
  jlt consent import choices.csv --stage prod --dry-run
  jlt consent export --stage prod > choices.ndjson

  show USER       what a learner has chosen, and when
  in USER         says yes for a learner
  out USER        says no for a learner
  import FILE     many at once: lines of username,choice[,endpoint], or NDJSON of objects with these keys; - is
                  standard input. The same file twice changes nothing the second time
  export          all choices, as NDJSON that import takes; those who were erased are counted only
  rekey           after a new key for pseudonyms was deployed: puts all choices under it

  --endpoint E    in, out: for this endpoint only, where translator.yml lets learners choose for each
  --dry-run       import: says what would change, and changes nothing
${STAGE_HELP}
  --json          data`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: {
        ...stageOptions,
        endpoint: { type: "string" },
        "dry-run": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    });
    const [what, whom, ...others] = positionals;
    const isOf = what === "show" || what === "in" || what === "out" || what === "import";
    if (
      (!isOf && what !== "export" && what !== "rekey") ||
      (whom !== undefined) !== isOf ||
      others.length > 0
    )
      throw new Misuse(
        "It is jlt consent show, in or out with a USER, import with a FILE, export, or rekey.",
      );
    if (values.endpoint !== undefined && what !== "in" && what !== "out")
      throw new Misuse("--endpoint goes with in and out.");
    if (values["dry-run"] && what !== "import") throw new Misuse("--dry-run goes with import.");
    const site = await readSite(".");
    if (what === "export") return exportAll(values, site);
    if (what === "rekey") return rekey(values, site);
    if (whom === undefined || whom === "") throw new Misuse("The user name is empty.");
    if (what === "show") return show(whom, values, site);
    return what === "import" ? importFile(whom, values, site) : change(whom, what, values, site);
  },
};

type Values = Parameters<typeof withStage>[0] & {
  readonly endpoint?: string | undefined;
  readonly "dry-run": boolean;
  readonly json: boolean;
};

/** Opens the choices of a service. Throws CannotRun where one of them is damaged. */
const withChoices = (
  values: Values,
  site: SiteFiles,
  use: (store: ChoiceStore, stage: string) => Promise<number>,
): Promise<number> =>
  withStage(values, site, async (stage) => {
    const { store } = await learnersOf(stage, site.settings);
    try {
      return await use(store, stage.name);
    } catch (error) {
      throw error instanceof DamagedChoice ? new CannotRun(error.message) : error;
    }
  });

const show = (username: string, values: Values, site: SiteFiles): Promise<number> =>
  withChoices(values, site, async (store, stage) => {
    const record = await store.read(username);
    console.log(
      values.json
        ? visibleJson(recordJson(site, username, record))
        : recordText(site, username, record, stage),
    );
    return 0;
  });

const change = (username: string, to: InOrOut, values: Values, site: SiteFiles): Promise<number> => {
  const { endpoint } = values;
  if (endpoint !== undefined) {
    endpointsOf(site, endpoint);
    if (!site.settings.consent.perEndpoint)
      throw new Misuse(
        "translator.yml does not let learners choose for each endpoint (consent.perEndpoint).",
      );
  }
  return withChoices(values, site, async (store, stage) => {
    const record = await store.change(
      username,
      { to, ...(endpoint !== undefined && { endpoint }) },
      "administrator",
    );
    if (values.json) console.log(visibleJson(recordJson(site, username, record)));
    else console.log(`${recordText(site, username, record, stage)}\n${effectOf(site.settings)}`);
    return 0;
  });
};

const importFile = async (file: string, values: Values, site: SiteFiles): Promise<number> => {
  const { perEndpoint } = site.settings.consent;
  const { changes, problems } = readImport(
    await readInput(file),
    perEndpoint ? endpointsOf(site, undefined) : [],
  );
  if (problems.length > 0) {
    if (values.json) console.log(visibleJson({ problems }));
    else {
      for (const { line, message } of problems) console.error(`${file}:${line} ${message}`);
      console.error(`${problems.length} lines are wrong. Nothing was imported.`);
    }
    return 1;
  }
  return withChoices(values, site, async (store, stage) => {
    const progress = progressOn(process.stderr, (done) => `${done} lines read …`, changes.length);
    const counts = await importChoices(store, changes, values["dry-run"], progress.step).finally(
      progress.clear,
    );
    if (values.json) console.log(visibleJson({ dryRun: values["dry-run"], ...counts }));
    else {
      const { changed, unchanged } = counts;
      const done = values["dry-run"] ? "would change" : "changed";
      console.log(`${changed} ${done}, ${unchanged} as they were already (${stage}).`);
      if (changed > 0 && !values["dry-run"]) console.log(effectOf(site.settings));
    }
    return 0;
  });
};

const exportAll = (values: Values, site: SiteFiles): Promise<number> =>
  withChoices(values, site, async (store) => {
    const progress = progressOn(process.stderr, (read) => `${read} choices read …`);
    const choices: unknown[] = [];
    let erased = 0;
    const give = (choice: unknown): unknown =>
      values.json ? choices.push(choice) : console.log(JSON.stringify(choice));
    for await (const { username, choice } of store.all()) {
      progress.step();
      if (username === undefined) erased++;
      else {
        if (choice.all !== undefined) give({ username, choice: choice.all });
        for (const [endpoint, to] of Object.entries(choice.endpoints))
          give({ username, choice: to, endpoint });
      }
    }
    progress.clear();
    if (values.json) console.log(visibleJson({ choices, erased }));
    else if (erased > 0) console.error(`${erased} more are of learners who were erased: nobody knows whose.`);
    return 0;
  });

const rekey = (values: Values, site: SiteFiles): Promise<number> =>
  withChoices(values, site, async (store) => {
    const progress = progressOn(process.stderr, (done) => `${done} choices done …`);
    const counts = { moved: 0, removed: 0, nameless: 0 };
    for await (const done of store.settle()) {
      progress.step();
      counts[done]++;
    }
    progress.clear();
    const { moved, removed, nameless } = counts;
    if (values.json) console.log(visibleJson(counts));
    else {
      console.log(`${moved} put under the current key, ${removed} removed that were under keys of before.`);
      if (nameless > 0)
        console.log(
          `${nameless} are of learners who were erased. They stay under their key: keep it as former, or they may be collected again.`,
        );
    }
    return 0;
  });
