import { CannotRun } from "../src/cannot-run.ts";
import { beginDiff } from "../src/diff/diff.ts";
import type { Shown } from "../src/diff/tallied.ts";
import { parseJson } from "../src/event/json.ts";
import { pathText } from "../src/mapping/difference.ts";
import { type Command, parseArguments } from "./command.ts";
import { diffOptions, ensureEndpoint, numberIn, originOf, sourcesIn } from "./diff-options.ts";
import { runDiff } from "./diff-run.ts";
import { BUILT, readDeployed, readEdited } from "./diff-sites.ts";
import { diffText, type Told } from "./diff-text.ts";
import { STAGE_HELP } from "./stage-options.ts";
import { visibleJson } from "./visible.ts";

/** `jlt diff`: which statements would change if this folder were deployed. */
export const diff: Command = {
  name: "diff",
  usage:
    "diff [--from D [--to D] | --events FILE… | --examples] [--deployed FOLDER] [--schema S]… [--endpoint E] [--limit N] [--show N] [--stage S | --state FOLDER] [--json]",
  summary: "shows which statements would change if this folder were deployed",
  help: `Translates events twice, by the files as they are deployed and by those in this folder, and compares what each
endpoint would be told: which statements would change, and in which fields, which would appear, and which would vanish.
Deployed is what the last build kept in ${BUILT}, or another folder. Sends nothing, keeps nothing, and reads no secret.
Exit code 0: nothing would change; 1: something would, or some of the events could not be read; 2: it could not run.

  jlt diff --stage prod
  jlt diff --stage prod --from 2026-11-16 --to 2026-11-22 --endpoint campus-lrs
  jlt diff --events old-logs/ --course stat101 --show 3
  jlt diff --examples --deployed ../deployed

  --from D, --to D   the archived events of these days (UTC; default: of yesterday; --to: up to today)
  --events FILE…  instead, those of files or of all files in a folder, - for standard input: copies of the archive's
                  objects, or events as Jupyter emits them, one per line
  --examples      instead, the examples beside the mappings
  --learner NAME, --course ID   with these two: whose events are, and in which course, where they do not say so
  --deployed F    the folder with the files as they are deployed (default: ${BUILT})
  --schema S      only events of this mapping, by its name, its folder or the id of its schema; may be repeated
  --endpoint E    only for this endpoint
  --limit N       at most so many events
  --show N        shows up to N statements of each kind with their values, which may be a learner's
${STAGE_HELP}
  --json          data`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: diffOptions,
    });
    const origin = originOf(values, positionals);
    const limit = numberIn("limit", values.limit, 1, 1_000_000_000);
    const show = numberIn("show", values.show, 0, 100);
    const after = await readEdited();
    const before = await readDeployed(values.deployed ?? BUILT);
    const { endpoint } = values;
    ensureEndpoint(endpoint, [before, after]);
    const sources = sourcesIn(values.schema, [before, after]);
    const begun = beginDiff(before, after, { endpoint, sources, limit, show });
    const told = await runDiff({ before, after, diff: begun, values, endpoint, sources }, origin);
    const isDamaged = told.passedOver.length + told.damagedFiles.length + told.tallied.damaged > 0;
    if (told.tallied.events === 0 && !isDamaged)
      throw new CannotRun(
        `There are no such events in ${told.events}, so nothing was compared. Name other days (--from), files (--events), or --examples.`,
      );
    console.log(values.json ? diffJson(told) : diffText(told));
    return told.tallied.differs || isDamaged ? 1 : 0;
  },
};

const diffJson = ({ tallied, events, before, notes, passedOver, damagedFiles }: Told): string =>
  visibleJson({
    deployed: before,
    origin: events,
    ...tallied,
    endpoints: tallied.endpoints.map((endpoint) => ({
      ...endpoint,
      translations: endpoint.translations.map((each) => ({ ...each, shown: each.shown.map(shownJson) })),
    })),
    notes,
    passedOver: [...passedOver, ...damagedFiles],
  });

const shownJson = ({ changes, before, after, ...rest }: Shown): object => ({
  ...rest,
  ...(changes !== undefined && {
    changes: changes.map(({ path, ...values }) => ({ path: pathText(path.map(String)), ...values })),
  }),
  ...(before !== undefined && { before: parsed(before) }),
  ...(after !== undefined && { after: parsed(after) }),
});

const parsed = (text: string): unknown => {
  const read = parseJson(text);
  return "value" in read ? read.value : text;
};
