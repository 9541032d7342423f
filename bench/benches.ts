import type { Bench } from "./support/result.ts";

/** A bench by its name on the command line, and what people are told of it. */
export interface Listed {
  readonly name: string;
  /** Of its section in docs/performance.md, which others link to: it is not to be changed lightly. */
  readonly heading: string;
  /** A line of the help. */
  readonly about: string;
  readonly load: () => Promise<Bench>;
}

/** All benches, in the order in which they run and stand on the page. Only those are loaded that are to run. */
export const BENCHES: readonly Listed[] = [
  {
    name: "mapping",
    heading: "Writing a statement",
    about: "a compiled mapping → JSON text, against hand-written code, an interpreter, and JSON itself",
    load: async () => (await import("./mapping/mapping.ts")).benchMapping,
  },
  {
    name: "translate",
    heading: "Translating an event",
    about:
      "the whole translate function by batch, step, endpoints and mappings, and its memory; some minutes",
    load: async () => (await import("./translate/translate.ts")).benchTranslate,
  },
  {
    name: "profile",
    heading: "Where the time goes",
    about: "which files and functions translating spends its time in",
    load: async () => (await import("./translate/profile.ts")).benchProfile,
  },
  {
    name: "deliver",
    heading: "Delivering statements",
    about:
      "statements per second of the deliver function, alone and one by one; and how much of it is waiting",
    load: async () => (await import("./deliver/deliver.ts")).benchDeliver,
  },
  {
    name: "archive",
    heading: "Going over the archive",
    about: "jlt replay of ten thousand, a hundred thousand and a million archived events; takes some minutes",
    load: async () => (await import("./archive/archive.ts")).benchArchive,
  },
  {
    name: "cold-start",
    heading: "Starting a function",
    about: "a function's start until its handler is ready, against an empty one; and what is in its bundle",
    load: async () => (await import("./cold-start/cold-start.ts")).benchColdStart,
  },
  {
    name: "end-to-end",
    heading: "From the queue to the store",
    about: "the whole local service: events per second, and how long one takes; takes three minutes",
    load: async () => (await import("./end-to-end/end-to-end.ts")).benchEndToEnd,
  },
  {
    name: "peers",
    heading: "Beside other translators",
    about:
      "one event beside Open edX's event-routing-backends and Ralph; installs both the first time, needs Python 3.11",
    load: async () => (await import("./peers/peers.ts")).benchPeers,
  },
  {
    name: "cost",
    heading: "What a million events cost",
    about: "dollars for a million events, from what was measured and AWS's prices; and what packing saves",
    load: async () => (await import("./cost/bench.ts")).benchCost,
  },
  {
    name: "steps",
    heading: "What cost and simulation count with",
    about: "processor time and bytes of translating and delivering, which npm run simulate counts with",
    load: async () => (await import("./steps/steps.ts")).benchSteps,
  },
  {
    name: "isolation",
    heading: "While another endpoint hangs",
    about: "the time of events from queue to store, while another endpoint hangs; takes three minutes",
    load: async () => (await import("./isolation/isolation.ts")).benchIsolation,
  },
  {
    name: "workbench",
    heading: "How fast the workbench answers",
    about: "how long the workbench's server takes for each view over a hundred thousand archived events",
    load: async () => (await import("./workbench/workbench.ts")).benchWorkbench,
  },
  {
    name: "server",
    heading: "What a Jupyter Server notices",
    about:
      "a Jupyter Server's request times with the shipped sender and without, while SQS is slow, silent or gone",
    load: async () => (await import("./server/server.ts")).benchServer,
  },
];
