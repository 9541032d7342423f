import { once } from "node:events";
import { resolve } from "node:path";
import { readSite } from "../build/site.ts";
import { runningAt } from "../local/addresses.ts";
import { LOCAL_STATE } from "../local/names.ts";
import { Misuse } from "../src/misuse.ts";
import { type HeldStage, inWords, openStage, type StageOptions } from "../stage/stage.ts";
import { atMost } from "../workbench/at-most.ts";
import { openDesk } from "../workbench/open-desk.ts";
import { readPort } from "../workbench/port.ts";
import { startWorkbench } from "../workbench/server.ts";
import { type Command, parseArguments } from "./command.ts";
import { STAGE_HELP, stageOptions } from "./stage-options.ts";

/** `jlt workbench`: a page over a service, until it is ended. */
export const workbench: Command = {
  name: "workbench",
  usage: "workbench [--stage S | --state FOLDER] [--write] [--port N] [--days N] [--json]",
  summary: "opens a page that shows a service at work, and why something did not arrive",
  help: `Serves a page, for this machine only, that shows where events are, each event from its raw form to what endpoints
received, mappings, endpoints, failures and quarantine, and what is collected. It prints the address, with a token that lets
whoever has it in, and runs until Ctrl+C. It reads the archive's latest days with your own rights, and changes nothing
unless you say --write. A local service that runs has such a page already (npm start): its address is printed.

  jlt workbench
  jlt workbench --stage prod
  jlt workbench --stage prod --days 7 --write

  --write         lets it send again what failed, take in again what is in quarantine, and send test statements
  --port N        the page's port (default: 4747, or another where somebody has that; 0: one that is free)
  --days N        how many days of the archive are looked at (default: 2 of a deployed stage, 16 of a local service)
${STAGE_HELP}
  --json          {"url": …} in one line, as soon as it runs`,
  run: async (args) => {
    const { values } = parseArguments({
      args: [...args],
      options: {
        ...stageOptions,
        write: { type: "boolean", default: false },
        port: { type: "string" },
        days: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    const { stage, region, state, write, json } = values;
    const options: Options = {
      service: { stage, region, state },
      write,
      port: readPort(values.port),
      days: readDays(values.days),
      tell: (url, text) => console.log(json ? JSON.stringify({ url }) : text),
    };
    const running = stage === undefined && region === undefined ? await pageOf(options) : undefined;
    if (running === undefined) return serveUntilEnded(options);
    options.tell(running, `The local service runs, and its workbench is open: ${running}`);
    return 0;
  },
};

interface Options {
  readonly service: StageOptions;
  readonly write: boolean;
  readonly port: number | undefined;
  readonly days: number | undefined;
  /** Tells the address, as data or in words. */
  readonly tell: (url: string, text: string) => void;
}

/** The page of a local service that runs, where it has one. */
const pageOf = async ({ service }: Options): Promise<string | undefined> =>
  (await runningAt(service.state ?? LOCAL_STATE))?.workbench;

/** Serves it until somebody ends it; as long as it is not up, a signal ends it at once. */
const serveUntilEnded = async (options: Options): Promise<number> => {
  const { service } = options;
  const site = await readSite(".");
  const ending = new AbortController();
  const { signal } = ending;
  for (const each of SIGNALS) process.once(each, () => ending.abort());
  const opening = openStage(service, site);
  // A local folder that was only looked at must not seem to be in use for ever; of a stage, nothing is open here.
  const early = (): void => {
    const closed = service.stage === undefined ? opening.then((held) => held.close()) : undefined;
    atMost(CLOSING, closed).then(() => process.exit(130));
  };
  signal.addEventListener("abort", early);
  const held = await unlessEnded(opening, signal);
  try {
    const page = inWords(held.opened.place, () => openPage(held, options));
    const { close } = await unlessEnded(page, signal);
    signal.removeEventListener("abort", early);
    await once(signal, "abort");
    await close();
  } finally {
    await held.close();
    // A request that nobody waits for any more must not hold up the end.
    setTimeout(() => process.exit(), LINGER).unref();
  }
  return 0;
};

/** What comes of something that is opened; nothing any more where it has been ended: the process is about to exit. */
const unlessEnded = async <T>(opening: Promise<T>, ended: AbortSignal): Promise<T> => {
  try {
    return await opening;
  } finally {
    if (ended.aborted) await new Promise<never>(() => {});
  }
};

/** Opens the page, and tells its address. */
const openPage = async (
  held: HeldStage,
  { service, write, port, days, tell }: Options,
): Promise<{ close(): Promise<void> }> => {
  const { stage: name = "local" } = service;
  const desk = await openDesk({
    held,
    name,
    folder: resolve("."),
    mayWrite: write,
    days,
  });
  const page = await startWorkbench(desk, port);
  const does = write ? "" : "It only looks: to change something, start it with --write. ";
  tell(page.url, `The workbench (${held.stage.name}): ${page.url}\n${does}Ctrl+C ends it.`);
  return {
    close: async () => {
      await page.stop();
      await desk.close();
    },
  };
};

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How long it may take to close what is being opened, in milliseconds. */
const CLOSING = 5000;

/** How long a request may still be under way when it has ended, in milliseconds. */
const LINGER = 1000;

/** More days than anything is kept: what is older than the archive's retention is not there. */
const MOST_DAYS = 3660;

const readDays = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > MOST_DAYS)
    throw new Misuse("--days takes a number of days, such as 7.");
  return Number(text);
};
