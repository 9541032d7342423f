import type { Bench } from "../support/result.ts";
import type { Shape } from "./events.ts";
import { startInstance } from "./instances.ts";

const SHAPE: Shape = { messages: 100, each: 10 };

const SECONDS = 6;

/** What is told of: more of it is not worth a line. */
const FILES = 30;
const FUNCTIONS = 20;

/** Where the time goes when batches are translated for one endpoint. */
export const benchProfile: Bench = async () => {
  await using instance = startInstance({ endpoint: "campus-lrs", copies: 1 });
  const { files, functions, samples } = await instance.ask({
    what: "profile",
    shape: SHAPE,
    seconds: SECONDS,
  });
  const others = files.slice(FILES).reduce((sum, [, share]) => sum + share, 0);
  return {
    title: `where the time goes when batches of 100 × 10 events are translated for one endpoint; ${samples.toLocaleString("en-GB")} samples`,
    how: HOW,
    tables: [
      [
        ["of all time, by file", "itself"],
        ...files.slice(0, FILES).map(([file, share]) => [file, percent(share)]),
        ["all others", percent(others)],
      ],
      [
        ["of all time, by function", "itself"],
        ...functions.slice(0, FUNCTIONS).map(([name, share]) => [name, percent(share)]),
      ],
    ],
    notes: [
      "JSON.parse, JSON.stringify, regular expressions and what else the engine brings with it count for the function that calls them; what is native to Node is told by itself.",
    ],
    figures: {},
  };
};

const HOW = `the profiler of Node, in a process that does nothing else, looks five thousand times a second for ${SECONDS} seconds which function is at work, while the whole translate function translates the same batch again and again for the shipped xAPI endpoint, with a bucket and queues that cost nothing. A function's time is its own, without that of those that it calls. Only the main thread is looked at: what others do, such as a part of collecting memory, is not in it.`;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
