import { hash } from "node:crypto";
import { loadSite } from "../build/load.ts";
import { readSite, type SiteFiles } from "../build/site.ts";
import type { Trouble } from "../src/archive/damaged.ts";
import { eventReader } from "../src/event/catalog.ts";
import { wantedEvents } from "../src/imports/archived.ts";
import { type Fit, type Judge, judgeWith } from "../src/imports/judge.ts";
import type { Tally } from "../src/imports/tally.ts";
import { Misuse } from "../src/misuse.ts";
import { type OpenStage, withStage } from "../stage/stage.ts";
import { askOnTerminal, ensureAnswer } from "./ask.ts";
import { type Command, parseArguments } from "./command.ts";
import { archivedLines, lookUp } from "./import-archived.ts";
import { closeFiles, type ImportFile, openFiles } from "./import-file.ts";
import {
  type Imported,
  type ImportParts,
  type Looked,
  lookAt,
  lookAtStream,
  sendFile,
  sendStream,
} from "./import-run.ts";
import { checkSender, type SenderOptions, senderOf, senderOptions } from "./import-sender.ts";
import { importedText, leftOut, tallyText } from "./import-text.ts";
import { STAGE_HELP, stageOptions } from "./stage-options.ts";
import { visibleJson } from "./visible.ts";

/** `jlt import`: old log files into the events queue. */
export const importEvents: Command = {
  name: "import",
  usage:
    "import FILE…|- [--service NAME | --learner USER [--server S] | --token FILE] [--course ID] [--stage S | --state FOLDER] [--json]",
  summary: "puts the events of old log files into the queue",
  help: `Puts events into the queue of a service, as if they came now: one event on each line, or an array of some, in any
dialect that the service knows; plain or gzip. All of a file is looked at first; what would end in quarantine is told by
line and reason, and left out; so is what the archive has already. May be interrupted: run again, it goes on where it
was cut off. Exit code 0: the service has all of it; 1: something was left out that it has not.

  jlt import hub-events.log.2026-10.gz --service jupyterhub --stage prod --dry-run
  jlt import ada.log --learner ada --course stat101 --stage prod --rate 500
  zstd -dc old.log.zst | jlt import - --service jupyterhub --stage prod --yes

  --service NAME  from the hub, or another service of this name: events name their learners themselves
  --learner USER  from the server of one learner, whose events they all are
  --server NAME   with --learner: from this named server
  --course ID     in this course
  --token FILE    from whom this token of the hub says, where nothing here can sign
  --rate N        so many events per second at most
  --all           also what would end in quarantine; jlt quarantine finds it there
  --again         also what is in the archive already
  --dry-run       looks only, and sends nothing
  --anew          from the beginning, also where an earlier run was cut off
  --yes           without a question
${STAGE_HELP}
  --json          data`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: {
        ...stageOptions,
        ...senderOptions,
        rate: { type: "string" },
        all: { type: "boolean", default: false },
        again: { type: "boolean", default: false },
        "dry-run": { type: "boolean", default: false },
        anew: { type: "boolean", default: false },
        yes: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    });
    const isStream = positionals.includes("-");
    if (positionals.length === 0 || (isStream && positionals.length > 1))
      throw new Misuse("Name one file or more, or - alone for standard input.");
    const rate = rateIn(values.rate);
    const isDry = values["dry-run"];
    const instead = "Say --yes to send, or --dry-run to see what would be sent.";
    if (isStream && !values.yes && !isDry)
      throw new Misuse(`Standard input has the events, so nobody can be asked. ${instead}`);
    if (!isStream) ensureAnswer({ yes: values.yes || isDry, json: values.json }, instead);
    const site = await readSite(".");
    checkSender(values, site.settings.trust);
    const files = isStream ? [] : await openFiles(positionals);
    try {
      return await withStage(values, site, (stage) =>
        importAll(stage, site, files, { ...values, rate, isDry, isStream }),
      );
    } finally {
      await closeFiles(files);
    }
  },
};

interface Options extends SenderOptions {
  readonly rate: number | undefined;
  readonly all: boolean;
  readonly again: boolean;
  readonly anew: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly isDry: boolean;
  readonly isStream: boolean;
}

const importAll = async (
  stage: OpenStage,
  site: SiteFiles,
  files: readonly ImportFile[],
  options: Options,
): Promise<number> => {
  const { all, again, anew, rate, isDry, isStream, json } = options;
  const say = (text: string): void => {
    if (!json) console.log(text);
  };
  const { trust } = site.settings;
  const { attributes, context, origin } = await senderOf(stage, trust, options);
  const { schemas } = await loadSite(site);
  const judge = judgeWith({ readEvent: eventReader(schemas), trust, sender: context });
  const parts: ImportParts = {
    judge,
    bucket: stage.bucket,
    send: stage.sendEvents,
    attributes,
    rate,
    anew,
    identity: { origin, all, again, schemas: schemasOf(site) },
    onGoingOn: (name, { until, events }) =>
      say(
        `An earlier run has sent ${events.toLocaleString("en-GB")} events of ${name}: it goes on at line ${until.line.toLocaleString("en-GB")} (--anew begins again).`,
      ),
  };
  const told: Told[] = [];
  const wanted = wantedEvents(all);
  let troubles: readonly Trouble[] = [];
  if (isStream) told.push(await importStream(parts, judge, isDry));
  else {
    const looked: Looked[] = [];
    for (const file of files) {
      const each = await lookAt(file, judge, again ? undefined : wanted.add);
      looked.push(each);
      say(tallyText(file.name, each.tally, all));
    }
    troubles = await lookUp(stage, wanted, site.settings.retention.raw);
    for (const line of archivedLines(wanted.ids.marked, troubles)) say(line);
    const events = looked.reduce((sum, { tally }) => sum + toSend(tally, all), 0) - wanted.ids.marked;
    const isSent =
      !isDry && events > 0 && (options.yes || (await askOnTerminal(questionOf(events, stage.name))));
    if (!isSent) say(`Nothing was sent (${stage.name}).`);
    const isArchived = ({ id }: Fit): boolean => id !== undefined && wanted.ids.isMarked(id);
    for (const each of looked) {
      const imported = isSent ? await sendFile(each, { ...parts, isArchived }) : undefined;
      if (imported !== undefined) say(importedText(each.file.name, imported, all));
      told.push({ name: each.file.name, tally: each.tally, imported });
    }
  }
  if (isStream) for (const each of told) say(streamText(each, all));
  const archived = wanted.ids.marked;
  if (json)
    console.log(visibleJson({ stage: stage.name, files: told.map(asJson), archived, unread: troubles }));
  return troubles.length === 0 && told.every((each) => isWhole(each, all)) ? 0 : 1;
};

/** What is told of a file. */
interface Told {
  readonly name: string;
  readonly tally: Tally;
  readonly imported: Imported | undefined;
}

const importStream = async (parts: ImportParts, judge: Judge, isDry: boolean): Promise<Told> => {
  if (isDry) return { name: "-", tally: await lookAtStream(process.stdin, judge), imported: undefined };
  try {
    const imported = await sendStream(process.stdin, parts);
    return { name: "-", tally: imported.tally, imported };
  } finally {
    // Where the queue takes no more, what may come later need not be waited for.
    process.stdin.destroy();
  }
};

const streamText = ({ name, tally, imported }: Told, all: boolean): string =>
  [
    tallyText(name, tally, all),
    imported === undefined ? "Nothing was sent." : importedText(name, imported, all),
  ].join("\n");

const asJson = ({ name, tally, imported }: Told): unknown => ({
  file: name,
  ...tally,
  ...(imported !== undefined && {
    sent: { ...imported.sent, earlier: imported.earlier, archived: imported.archived },
    ...(imported.file !== undefined && { meanwhile: imported.file }),
  }),
});

const isWhole = ({ tally, imported }: Told, all: boolean): boolean =>
  leftOut(tally, all) === 0 &&
  tally.cut === undefined &&
  (imported?.sent.untaken ?? 0) === 0 &&
  imported?.file !== "changed";

const toSend = ({ fit, unfit, unreadable }: Tally, all: boolean): number =>
  all ? fit + unfit - unreadable : fit;

const questionOf = (events: number, stage: string): string =>
  `Send ${events.toLocaleString("en-GB")} events to ${stage}?`;

/** With other schemas or mappings, other lines are left out. */
const schemasOf = ({ sources }: SiteFiles): string =>
  hash(
    "sha256",
    JSON.stringify(sources.map(({ name, ids, schemas }) => [name, ids, schemas.map(({ schema }) => schema)])),
  );

const rateIn = (written: string | undefined): number | undefined => {
  if (written === undefined) return undefined;
  const rate = Number(written);
  if (Number.isInteger(rate) && rate > 0) return rate;
  throw new Misuse("--rate takes a whole number of events per second.");
};
