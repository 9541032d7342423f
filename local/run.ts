import { once } from "node:events";
import { join, relative } from "node:path";
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
import { type RunOptions, readOptions } from "./run-options.ts";
import { type LocalService, settled, startService } from "./service.ts";
import { FolderTaken, openState } from "./state.ts";
import type { LocalWorkbench } from "./workbench.ts";

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
  const built = buildSite(project, dist);
  const stopping = new AbortController();
  const stopped = once(stopping.signal, "abort");
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopping.abort());
  const service = await startService({ state, dist, built, site, visibility: options.visibility });
  say(`Learning systems to play with, for this machine only: ${service.sandbox.url}`);

  const report = (fed: Fed) =>
    reportOf(
      service,
      fed,
      site.endpoints.map(({ endpoint }) => endpoint),
    );
  // Before anything is fed, so that one can see it flow.
  const workbench = options.once ? undefined : await workbenchOf(service, options, stopping.signal);
  const sayWorkbench = (): void => {
    // Machines read the other output.
    const tell = options.json ? console.error : console.log;
    if (workbench !== undefined)
      tell(`\nThe workbench, to see it work and to edit mappings: ${workbench.url}\n`);
  };
  sayWorkbench();
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
    sayWorkbench();
    say("Running on. Ctrl+C ends it.");
    await stopped;
  }
  await workbench?.stop();
  await service.stop();
  // What still waits is taken up by the next run.
  if (inTime) await state.close();
  return balances(last) && fed.refused.length === 0 ? 0 : 1;
};

/** The service runs, whatever becomes of its workbench. */
const workbenchOf = async (
  service: LocalService,
  { state, port }: RunOptions,
  starting: AbortSignal,
): Promise<LocalWorkbench | undefined> => {
  const onEnd = (why: string): void => console.error(`The workbench has ended: ${why}`);
  try {
    // Its views take their time to load, and --once needs none.
    const { openWorkbench } = await import("./workbench.ts");
    return await openWorkbench({ folder: project, state, port, service, starting, onEnd });
  } catch (error) {
    if (starting.aborted) return undefined;
    console.error(`There is no workbench: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
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
