import { readSite } from "../../build/site.ts";
import type { Gather } from "../../local/connections.ts";
import { EVENTS } from "../../local/names.ts";
import { startService } from "../../local/service.ts";
import { openState } from "../../local/state.ts";

/** What the process is started with, as JSON. */
export interface Order {
  readonly state: string;
  /** The site's folder, and that of its bundles. */
  readonly site: string;
  readonly dist: string;
  readonly gathering: Gathering;
}

/** How messages are gathered: as `npm start` does it, as on AWS, or not at all: what is there is handed over at once. */
export type Gathering = "here" | "deployed" | "never";

/** What it says when it is up: where its SQS and S3 are, and its events queue. */
export interface Up {
  readonly aws: string;
  readonly events: string;
}

/** What it says whenever it is asked: its processor time in milliseconds, of all threads and of the first one. */
export interface Spent {
  readonly all: number;
  readonly first: number;
}

const GATHERS: Readonly<Record<Gathering, { readonly gather?: Gather }>> = {
  here: {},
  deployed: { gather: ({ messages, window }) => ({ messages, window: window * 1000 }) },
  never: { gather: ({ messages }) => ({ messages, window: 0 }) },
};

/** Seconds after which a message comes again: longer than any window, so never. */
const VISIBILITY = 600;

const order: Order = JSON.parse(process.argv[2] ?? "");
const state = await openState(order.state, false);
const service = await startService({
  state,
  dist: order.dist,
  site: await readSite(order.site),
  visibility: VISIBILITY,
  ...GATHERS[order.gathering],
});

process.on("message", () => {
  const [all, first] = [process.cpuUsage(), process.threadCpuUsage()];
  process.send?.({
    all: (all.user + all.system) / 1000,
    first: (first.user + first.system) / 1000,
  } satisfies Spent);
});
process.once("disconnect", async () => {
  await service.stop();
  await state.close();
});
process.send?.({ aws: service.aws.address, events: service.aws.queueUrl(EVENTS) } satisfies Up);
