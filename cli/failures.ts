import { readSite } from "../build/site.ts";
import { groupFailures } from "../src/ledger/failure-groups.ts";
import { Misuse } from "../src/misuse.ts";
import { withStage } from "../stage/stage.ts";
import { askOnTerminal, ensureAnswer } from "./ask.ts";
import { type Command, parseArguments } from "./command.ts";
import { failuresOptions, readFailuresOf, wantedBy } from "./failures-options.ts";
import { type RetryOptions, retryAll } from "./failures-retry.ts";
import { readRecord } from "./failures-show.ts";
import { groupsText, recordText } from "./failures-text.ts";
import { endpointsOf } from "./ledger.ts";
import { STAGE_HELP } from "./stage-options.ts";
import { visibleJson } from "./visible.ts";

/** `jlt failures`: what no endpoint gets without an administrator, and why. */
export const failures: Command = {
  name: "failures",
  usage:
    "failures [list | show ID | retry] [--endpoint E] [--reason R] [--stage S | --state FOLDER] [--json]",
  summary: "shows what is set aside and what to do about it, and sends it again",
  help: `Lists what is set aside: refused by an endpoint, in its queue for too long, or failed at by a mapping; and neither
delivered nor sent again since. It is grouped by cause, with what to do. Exit code 0: there is none, or all was sent
again; 1: there is some.

  jlt failures
  jlt failures --stage prod --endpoint campus-lrs --reason endpoint.refused
  jlt failures show 4b2392b0-a83b-56a4-a675-1a9615751562
  jlt failures retry --stage prod --endpoint campus-lrs --dry-run

  list            the groups; the same without it
  show ID         one of them whole, with its statement; it may hold learners' data
  retry           sends them to the endpoint again, as the mappings in this folder make them now

  --endpoint E    only of this endpoint
  --reason R      only with this reason, such as endpoint.refused
  --class C       only of this class: setAside, split, waited, mapping or size
  --translation T only of this translation; * stands for any text
  --since D       only what was set aside on this day (UTC) or later
  --until D       only what was set aside on this day or before
  --as-it-was     retry: the statements as they were, instead of what the mappings make of the events now
  --dry-run       retry: says what would be sent, and sends nothing
  --yes           retry: without a question
${STAGE_HELP}
  --json          data`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: {
        ...failuresOptions,
        "as-it-was": { type: "boolean", default: false },
        "dry-run": { type: "boolean", default: false },
        yes: { type: "boolean", default: false },
      },
    });
    const [what = "list", ...others] = positionals;
    const [id] = others;
    if (what === "list" && others.length === 0) return list(values);
    if (what === "show" && id !== undefined && others.length === 1) return show(id, values);
    if (what === "retry" && others.length === 0) return retry(values);
    throw new Misuse("It is jlt failures list, jlt failures show ID, or jlt failures retry.");
  },
};

type Values = Parameters<typeof readFailuresOf>[2] &
  Parameters<typeof withStage>[0] & { readonly json: boolean };

const list = async (values: Values): Promise<number> => {
  const site = await readSite(".");
  wantedBy(values);
  return withStage(values, site, async (stage) => {
    const found = await readFailuresOf(stage, site, values);
    const hashes = new Map(site.sources.map(({ name, hash }) => [name, hash]));
    const groups = groupFailures(found, hashes);
    console.log(
      values.json
        ? visibleJson({ stage: stage.name, count: found.length, groups })
        : groupsText(groups, stage.name),
    );
    return found.length === 0 ? 0 : 1;
  });
};

const show = async (id: string, values: Values): Promise<number> => {
  const site = await readSite(".");
  const endpoints = endpointsOf(site, values.endpoint);
  return withStage(values, site, async (stage) => {
    const found = await readRecord(stage.bucket, endpoints, id);
    if (found.length === 0) throw new Misuse(`Nothing with the id ${id} is set aside, or was.`);
    console.log(
      values.json
        ? visibleJson(found.map(({ record }) => record))
        : found.map(({ record, note }) => recordText(record, note)).join("\n\n"),
    );
    return 0;
  });
};

const retry = async (values: Values & RetryOptions): Promise<number> => {
  const { yes, json } = values;
  ensureAnswer(
    { yes: yes || values["dry-run"], json },
    "Say --yes to send, or --dry-run to see what would be sent.",
  );
  const site = await readSite(".");
  wantedBy(values);
  return withStage(values, site, (stage) => retryAll(stage, site, values, askOnTerminal));
};
