import { readSite, type SiteFiles } from "../build/site.ts";
import { dayOf, daysAfter, isDay } from "../src/archive/days.ts";
import { didYouMean } from "../src/document/problem.ts";
import { readAccounts } from "../src/ledger/accounts.ts";
import { type Depths, faultsOf } from "../src/ledger/balance.ts";
import { allDays, oneDay, type Window } from "../src/ledger/window.ts";
import { Misuse } from "../src/misuse.ts";
import { withStage } from "../stage/stage.ts";
import { type Command, parseArguments } from "./command.ts";
import { type Drawn, ledgerJson, ledgerText } from "./ledger-text.ts";
import { passedOver } from "./passed-over.ts";
import { progressOn } from "./progress.ts";
import { STAGE_HELP, stageOptions } from "./stage-options.ts";

/** `jlt ledger`: what came in, where it ended, and whether anything is lost. */
export const ledger: Command = {
  name: "ledger",
  usage: "ledger [--day YYYY-MM-DD] [--endpoint E] [--stage S | --state FOLDER] [--json]",
  summary: "counts what came in and where it ended, and says whether anything is lost",
  help: `Reads the archive of a service, and counts for each endpoint what it received: delivered, filtered, set aside and
waiting. What waits must be in a queue, so the queues are asked while the archive is read. Changes nothing. Exit code
0: it balances; 1: it does not, and says why.

  jlt ledger
  jlt ledger --stage prod --day 2026-11-22

  --day D         only events that arrived on this day (UTC), wherever they ended since
  --endpoint E    only this endpoint
${STAGE_HELP}
  --json          data`,
  run: async (args) => {
    const { values } = parseArguments({
      args: [...args],
      options: {
        ...stageOptions,
        day: { type: "string" },
        endpoint: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    const site = await readSite(".");
    const endpoints = endpointsOf(site, values.endpoint);
    const window = windowOf(values.day, site);
    const passed = passedOver();
    const drawn = await withStage(values, site, async (stage): Promise<Drawn> => {
      const asked: Depths[] = [];
      const progress = progressOn(process.stderr, (objects) => `${objects} objects of the archive read …`);
      try {
        const between = async (): Promise<void> => {
          asked.push(await stage.depths(endpoints));
        };
        const accounts = await readAccounts(stage.bucket, endpoints, {
          window,
          between,
          onObject: progress.step,
          onTrouble: passed.onTrouble,
        });
        return {
          stage: stage.name,
          day: values.day,
          window,
          accounts,
          asked,
          faults: faultsOf(accounts, asked),
          passedOver: passed.all(),
        };
      } finally {
        progress.clear();
      }
    });
    console.log(values.json ? ledgerJson(drawn) : ledgerText(drawn));
    return drawn.faults.length === 0 && drawn.passedOver.length === 0 ? 0 : 1;
  },
};

/** The names of all endpoints of the site, or of the one that is asked for. Throws Misuse where there is no such one. */
export const endpointsOf = ({ endpoints }: SiteFiles, name: string | undefined): readonly string[] => {
  const names = endpoints.map(({ endpoint }) => endpoint.name);
  if (name === undefined) return names;
  if (names.includes(name)) return [name];
  throw new Misuse(`There is no endpoint "${name}"${didYouMean(name, names)} There are ${names.join(", ")}.`);
};

const windowOf = (day: string | undefined, { settings }: SiteFiles): Window => {
  const today = dayOf(Date.now());
  const all = allDays(settings.retention, today);
  if (day === undefined) return all;
  if (!isDay(day)) throw new Misuse("--day takes a day, such as 2026-11-22.");
  if (day > daysAfter(today, 1)) throw new Misuse(`${day} is yet to come.`);
  if (day < all.counted.from) {
    throw new Misuse(
      `The archive does not keep everything of ${day} any more, as translator.yml says. The first day that can be counted is ${all.counted.from}.`,
    );
  }
  return oneDay(day, today);
};
