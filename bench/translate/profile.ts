import type { Bench, Table } from "../support/result.ts";
import type { Shape } from "./events.ts";
import { startInstance } from "./instances.ts";
import type { Profile, Profiled } from "./profiled.ts";

const SHAPE: Shape = { messages: 100, each: 10 };

const SECONDS = 5;

/** What is told of: more of it is not worth a line. */
const FILES = 30;
const FUNCTIONS = 20;
const TOLD = 12;

/** Where the time goes when batches are translated for one endpoint. */
export const benchProfile: Bench = async () => {
  const [whole, told] = [await look("whole"), await look("told")];
  return {
    title: `where the time goes when batches of 100 × 10 events are translated for one endpoint; ${(whole.samples + told.samples).toLocaleString("en-GB")} samples`,
    how: HOW,
    tables: [
      tableOf("the whole function, by file", whole.files, FILES),
      tableOf("the whole function, by function", whole.functions, FUNCTIONS),
      tableOf("until there are statements, by file", told.files, TOLD),
      tableOf("until there are statements, by function", told.functions, TOLD),
    ],
    notes: [
      "JSON.parse, JSON.stringify, regular expressions and what else the engine brings with it count for the function that calls them; what is native to Node is told by itself.",
    ],
    figures: {},
  };
};

/** In a process of its own, so that nothing is warmed up by the other. */
const look = async (of: Profiled): Promise<Profile> => {
  await using instance = startInstance({ endpoint: "campus-lrs", copies: 1 });
  // Waited for here: the process ends with this block.
  return await instance.ask({ what: "profile", shape: SHAPE, seconds: SECONDS, of });
};

const tableOf = (head: string, shares: Profile["files"], most: number): Table => [
  [head, "itself"],
  ...shares.slice(0, most).map(([name, share]) => [name, percent(share)]),
  ["all others", percent(shares.slice(most).reduce((sum, [, share]) => sum + share, 0))],
];

const HOW = `the profiler of Node, in a process that does nothing else, looks up to five thousand times a second for ${SECONDS} seconds which function is at work, while the whole translate function translates the same batch again and again for the shipped xAPI endpoint, with a bucket and queues that cost nothing; and then, in another process and for as long, only what is put against the floor by the bench “translate”: reading, identifying, validating, ids and translating, with the archive's lines that are made on the way, but without archive, ledger and packing. A function's time is its own, without that of those that it calls. Only the main thread is looked at: what others do, such as a part of collecting memory, is not in it.`;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
