import { readSite } from "../build/site.ts";
import { dayOf, daysAfter } from "../src/archive/days.ts";
import { prefixOf } from "../src/archive/layout.ts";
import { readDated } from "../src/archive/read.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { endpointSecrets } from "../src/learner/pseudonym.ts";
import type { PseudonymKeys } from "../src/learner/pseudonym-keys.ts";
import { Misuse } from "../src/misuse.ts";
import { learnersOf } from "../stage/learners.ts";
import { type Stage, withStage } from "../stage/stage.ts";
import { type Command, parseArguments } from "./command.ts";
import { endpointsOf } from "./ledger.ts";
import { progressOn } from "./progress.ts";
import { STAGE_HELP, stageOptions } from "./stage-options.ts";
import { visible, visibleJson } from "./visible.ts";

/** The names under which one endpoint knows a learner. */
interface Names {
  readonly endpoint: string;
  readonly pseudonym: string;
  /** Under the key before, where translator.yml names one. */
  readonly former?: string;
}

/** `jlt pseudonym`: from a learner to the pseudonyms, and back. */
export const pseudonym: Command = {
  name: "pseudonym",
  usage:
    "pseudonym of USER | whose PSEUDONYM [--endpoint E] [--days N] [--stage S | --state FOLDER] [--json]",
  summary: "tells under which pseudonyms endpoints know a learner, and whose a pseudonym is",
  help: `Works out the pseudonyms of a learner, under the current key and the one before it, or finds the learner of a
pseudonym among those whose events the archive holds. Reads the site's secret key, so it tells only whom you may ask
about; changes nothing. Exit code 0: found; 1: nobody of that pseudonym is in the archive.

  jlt pseudonym of ada
  jlt pseudonym whose 6e2b6a4143e8e133db2354cbf986e8ea --endpoint campus-lrs --stage prod

  --endpoint E    only this endpoint
  --days N        whose: looks through the events of so many days back (default: 30)
${STAGE_HELP}
  --json          data`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: {
        ...stageOptions,
        endpoint: { type: "string" },
        days: { type: "string", default: "30" },
        json: { type: "boolean", default: false },
      },
    });
    const [what, name, ...others] = positionals;
    if ((what !== "of" && what !== "whose") || name === undefined || others.length > 0)
      throw new Misuse("Say of and a user's name, or whose and a pseudonym.");
    const days = Number(values.days);
    if (!Number.isInteger(days) || days < 1) throw new Misuse("--days takes a whole number.");
    const site = await readSite(".");
    const asked = endpointsOf(site, values.endpoint);
    const endpoints = site.endpoints
      .map(({ endpoint }) => endpoint)
      .filter((each) => asked.includes(each.name));
    return withStage(values, site, async (stage) => {
      const { keys } = await learnersOf(stage, site.settings);
      const namesOf = namesFor(endpoints, keys);
      const found =
        what === "of" ? [{ username: name, names: namesOf(name) }] : await whose(name, namesOf, stage, days);
      console.log(values.json ? visibleJson({ stage: stage.name, learners: found }) : textOf(found, what));
      return found.length === 0 ? 1 : 0;
    });
  },
};

interface Found {
  readonly username: string;
  readonly names: readonly Names[];
}

const namesFor = (
  endpoints: readonly Endpoint[],
  { key, former }: PseudonymKeys,
): ((username: string) => readonly Names[]) => {
  const all = endpoints.map(({ name }) => ({
    name,
    now: endpointSecrets(key, name).learner,
    before: former && endpointSecrets(former.key, name).learner,
  }));
  return (username) =>
    all.map(({ name, now, before }) => ({
      endpoint: name,
      pseudonym: now(username),
      ...(before !== undefined && { former: before(username) }),
    }));
};

/** Looks for the learner of a pseudonym among those who are in the archive. */
const whose = async (
  wanted: string,
  namesOf: (username: string) => readonly Names[],
  { bucket }: Stage,
  days: number,
): Promise<readonly Found[]> => {
  const today = dayOf(Date.now());
  const progress = progressOn(process.stderr, (objects) => `${objects} objects of the archive read …`);
  const seen = new Set<string>();
  try {
    const period = { from: daysAfter(today, 1 - days), to: daysAfter(today, 1) };
    for await (const { line } of readDated(bucket, prefixOf("raw"), {
      days: period,
      onObject: progress.step,
    })) {
      const { username } = (line as { readonly learner: { readonly username?: string } }).learner;
      if (username === undefined || seen.has(username)) continue;
      seen.add(username);
      const names = namesOf(username).filter(
        ({ pseudonym: now, former }) => now === wanted || former === wanted,
      );
      if (names.length > 0) return [{ username, names }];
    }
  } finally {
    progress.clear();
  }
  return [];
};

const textOf = (found: readonly Found[], what: "of" | "whose"): string => {
  if (found.length === 0)
    return "Nobody of that pseudonym is in these days of the archive. More days: --days 365";
  return found
    .flatMap(({ username, names }) => [
      ...(what === "whose" ? [visible(username)] : []),
      ...names.map(
        ({ endpoint, pseudonym: now, former }) =>
          `  ${endpoint}   ${now}${former === undefined ? "" : `   before: ${former}`}`,
      ),
    ])
    .join("\n");
};
