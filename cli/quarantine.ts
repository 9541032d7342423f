import { loadSiteForQuarantine } from "../build/quarantine-site.ts";
import { readSite } from "../build/site.ts";
import { Misuse } from "../src/misuse.ts";
import { groupQuarantine } from "../src/recovery/groups.ts";
import { readShown } from "../src/recovery/shown.ts";
import { withStage } from "../stage/stage.ts";
import { askOnTerminal, ensureAnswer } from "./ask.ts";
import { type Command, parseArguments } from "./command.ts";
import { passedOver, passedOverLines } from "./passed-over.ts";
import { progressOn } from "./progress.ts";
import { meantBy, type QuarantineFilters, quarantineOptions, readMeant } from "./quarantine-options.ts";
import { type RecoverOptions, recoverEvents } from "./quarantine-recover.ts";
import { groupsText, recordText } from "./quarantine-text.ts";
import { STAGE_HELP } from "./stage-options.ts";
import { visible, visibleJson } from "./visible.ts";

/** `jlt quarantine`: what could not be accepted, and why; and takes it in once it can be. */
export const quarantine: Command = {
  name: "quarantine",
  usage:
    "quarantine [list | show ID | recover] [--reason R] [--schema ID] [--from DAY] [--to DAY] [--stage S | --state FOLDER] [--json]",
  summary: "shows what could not be accepted and what to do about it, and takes it in once it can be",
  help: `Lists the events in quarantine, by reason and schema, with what to do, and how many of them the files in this folder
would accept. After a schema was added or corrected, recover takes these in: they are archived as of when they
arrived, and told to endpoints, like other events. Exit code 0: there is none, or all that was asked for was recovered;
1: there is some, some were not or are withheld, or something could not be read.

  jlt quarantine
  jlt quarantine --stage prod --reason schema.unknown
  jlt quarantine show 4b2392b0-a83b-56a4-a675-1a9615751562
  jlt quarantine recover --stage prod --schema https://events.example.edu/attendance/v1 --dry-run

  list            the groups; the same without it
  show ID         one of them whole, as it came; it may hold learners' data
  recover         takes in those that the files in this folder accept: deploy these first

  --reason R      only with this reason, such as schema.unknown
  --schema ID     only of this schema; * stands for any text
  --from DAY      only what came on this day (UTC) or later
  --to DAY        only what came on this day or before
  --dry-run       recover: says what would come of it, and changes nothing
  --yes           recover: without a question
${STAGE_HELP}
  --json          data`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: {
        ...quarantineOptions,
        "dry-run": { type: "boolean", default: false },
        yes: { type: "boolean", default: false },
      },
    });
    const [what = "list", ...others] = positionals;
    const [id] = others;
    if (what === "list" && others.length === 0) return list(values);
    if (what === "show" && id !== undefined && others.length === 1) return show(id, values);
    if (what === "recover" && others.length === 0) return recover(values);
    throw new Misuse("It is jlt quarantine list, jlt quarantine show ID, or jlt quarantine recover.");
  },
};

type Values = QuarantineFilters & Parameters<typeof withStage>[0] & { readonly json: boolean };

const list = async (values: Values): Promise<number> => {
  const site = await readSite(".");
  const meant = meantBy(values);
  return withStage(values, site, async (stage) => {
    const troubles = passedOver();
    const found = await readMeant(stage, await loadSiteForQuarantine(site), meant, troubles.onTrouble);
    const groups = groupQuarantine(found);
    const passed = troubles.all();
    console.log(
      values.json
        ? visibleJson({ stage: stage.name, count: found.length, groups, passedOver: passed })
        : groupsText(groups, stage.name, passed),
    );
    return found.length + passed.length === 0 ? 0 : 1;
  });
};

const show = async (id: string, values: Values): Promise<number> => {
  const site = await readSite(".");
  return withStage(values, site, async (stage) => {
    const troubles = passedOver();
    const quarantineSite = await loadSiteForQuarantine(site);
    const progress = progressOn(process.stderr, (objects) => `${objects} objects of the archive read …`);
    const found = await readShown(stage.bucket, quarantineSite, id, {
      onTrouble: troubles.onTrouble,
      onObject: progress.step,
    }).finally(progress.clear);
    const passed = troubles.all();
    for (const line of passedOverLines(passed)) console.error(line);
    if (found.length === 0) throw new Misuse(`Nothing with the id ${visible(id)} is in quarantine, or was.`);
    console.log(
      values.json
        ? visibleJson(found.map(({ record, judged, note }) => ({ ...record, now: nowOf(judged), note })))
        : found.map(({ record, judged, note }) => recordText(record, judged, note)).join("\n\n"),
    );
    return passed.length === 0 ? 0 : 1;
  });
};

const nowOf = (judged: Awaited<ReturnType<typeof readShown>>[number]["judged"]) =>
  "stays" in judged ? judged.stays : { why: "accepted" };

const recover = async (values: Values & RecoverOptions): Promise<number> => {
  const { yes, json } = values;
  ensureAnswer(
    { yes: yes || values["dry-run"], json },
    "Say --yes to recover, or --dry-run to see what would come of it.",
  );
  const site = await readSite(".");
  meantBy(values);
  return withStage(values, site, async (stage) =>
    recoverEvents(stage, await loadSiteForQuarantine(site), values, askOnTerminal),
  );
};
