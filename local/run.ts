import { once } from "node:events";
import { statSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { buildSite, project } from "../build/bundle.ts";
import { readSite } from "../build/site.ts";
import { prefixOf } from "../src/archive/layout.ts";
import { readDated } from "../src/archive/read.ts";
import type { QuarantineRecord } from "../src/archive/records.ts";
import { SiteError } from "../src/document/problem.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { readAccounts } from "../src/ledger/accounts.ts";
import type { Fed } from "./feed.ts";
import {
  asJson,
  balances,
  countLost,
  formatReport,
  formatSamples,
  type Quarantined,
  type Report,
} from "./report.ts";
import { type LocalService, settled, startService, VISIBILITY } from "./service.ts";
import { FolderTaken, openState } from "./state.ts";

const HELP = `The whole service on this machine: a queue, the functions, an archive, and learning systems to play with.

  npm start                           feeds the shipped events and keeps running; Ctrl+C ends it
  npm start -- --once                 ends when everything has settled: 0 if the counts balance, 1 if not, or if
                                      a line could not be fed
  npm start -- --once my.ndjson       the same for your own events, one per line
  npm start -- my.ndjson              feeds them and keeps running

  --json          prints the report as JSON, for machines
  --state FOLDER  keeps queues, archive and secrets there (default: .local)
  --timeout SECS  how long --once waits for everything to settle (default: 120)
  --visibility S  after how many seconds a message that was cut off comes again (default: ${VISIBILITY})
  --help          this text

--once begins with an empty folder, unless an earlier run was interrupted: then it takes up that run's work first.`;

interface Options {
  readonly once: boolean;
  readonly json: boolean;
  readonly state: string;
  readonly timeout: number;
  readonly visibility: number;
  readonly file: string;
}

const main = async (): Promise<number> => {
  const options = readOptions();
  if (typeof options === "number") return options;
  const say = (text: string): void => {
    if (!options.json) console.log(text);
  };
  const site = await readSite(project);
  const state = await openState(options.state, options.once);
  if (state.interrupted) say("An earlier run was interrupted. Its work is taken up first.");
  const dist = join(state.folder, "functions");
  await buildSite(project, dist);
  const service = await startService({ state, dist, site, visibility: options.visibility });
  say(`Learning systems to play with, for this machine only: ${service.sandbox.url}`);

  const report = (fed: Fed) =>
    reportOf(
      service,
      fed,
      site.endpoints.map(({ endpoint }) => endpoint),
    );
  const stopping = new AbortController();
  const stopped = once(stopping.signal, "abort");
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopping.abort());
  say(`Feeding ${relative(process.cwd(), options.file) || options.file} …`);
  const fed = await service.feed(options.file, stopping.signal);
  say(`Fed ${fed.messages} messages.`);
  const inTime = await Promise.race([settled(service, options.timeout * 1000), stopped.then(() => false)]);
  const last = await report(fed);
  console.log(options.json ? JSON.stringify(asJson(last), null, 2) : formatReport(last));
  if (!options.json) console.log(formatSamples(last));
  const ends = options.once || stopping.signal.aborted;
  if (ends && !inTime)
    say("\nIt ended before everything had settled. Start it again: it takes up what waits.");
  if (!ends) {
    if (service.page !== undefined) say(`\nA learner's own page, such as ada's: ${service.page.hubUrl}`);
    if (service.ingest !== undefined) {
      const token = relative(process.cwd(), service.ingest.token);
      say(`Where events can be posted, with the learner context in ${token}: ${service.ingest.url}`);
    }
    say("\nRunning on. Ctrl+C ends it.");
    await stopped;
  }
  await service.stop();
  // What still waits is taken up by the next run.
  if (inTime) await state.close();
  return balances(last) && fed.refused.length === 0 ? 0 : 1;
};

const reportOf = async (service: LocalService, fed: Fed, endpoints: readonly Endpoint[]): Promise<Report> => {
  const samples = endpoints.flatMap(({ name, protocol, title }) => {
    const { sandbox } = service;
    const [what, all] = {
      caliper: ["A Caliper event", sandbox.caliper(name)] as const,
      xapi: ["An xAPI statement", sandbox.statements(name)] as const,
      json: ["A record", sandbox.records(name)] as const,
    }[protocol];
    return all.length === 0
      ? []
      : [[`${what}, as ${title} has it`, all[Math.floor(all.length / 2)]] as const];
  });
  return {
    fed,
    lost: await countLost(service.bucket, fed.events, service.key),
    accounts: await readAccounts(
      service.bucket,
      endpoints.map(({ name }) => name),
    ),
    quarantine: await quarantineOf(service),
    depths: await service.depths(),
    archive: service.archive,
    samples: Object.fromEntries(samples),
  };
};

const quarantineOf = async ({ bucket }: LocalService): Promise<readonly Quarantined[]> => {
  const all = new Map<string, Quarantined>();
  const recovered = new Set<string>();
  for await (const { line } of readDated(bucket, prefixOf("quarantine"))) {
    const { id, reason, detail, recovered: isRecovered } = line as QuarantineRecord;
    if (isRecovered !== undefined) recovered.add(id);
    all.set(id, { id, reason, detail });
  }
  return [...all.values()].filter(({ id }) => !recovered.has(id));
};

const readOptions = (): Options | number => {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        once: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        state: { type: "string", default: join(project, ".local") },
        timeout: { type: "string", default: "120" },
        visibility: { type: "string", default: String(VISIBILITY) },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    const [file = join(project, "examples", "events.ndjson"), ...others] = positionals;
    const timeout = Number(values.timeout);
    if (others.length > 0) return misuse("One file at a time.");
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined) return misuse(`There is no file ${file}.`);
    if (found.isDirectory()) return misuse(`${file} is a folder. Name a file with one event per line.`);
    const visibility = Number(values.visibility);
    if (!(timeout > 0)) return misuse("--timeout takes a number of seconds.");
    if (!Number.isInteger(visibility) || visibility < 1)
      return misuse("--visibility takes a whole number of seconds.");
    return { once: values.once, json: values.json, state: values.state, timeout, visibility, file };
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error));
  }
};

const misuse = (message: string): number => {
  console.error(`${message}\nSee: npm start -- --help`);
  return 2;
};

// Whoever reads the output may stop, as `head` does: the run itself goes on.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SiteError || error instanceof FolderTaken)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
