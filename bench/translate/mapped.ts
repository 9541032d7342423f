import { median, rounded } from "../support/spread.ts";
import { medianOf } from "../support/turns.ts";
import { type Shape, shapeText } from "./events.ts";
import { startInstance } from "./instances.ts";
import { micro, type Part, say, times } from "./part.ts";
import type { Whole } from "./whole.ts";

const SHAPE: Shape = { messages: 100, each: 10 };

const ROUNDS = 11;

/** The same events in a site with one mapping, and spread over twenty copies of it. */
export const measureMappings = async (): Promise<Part> => {
  await using one = startInstance({ endpoint: "campus-lrs", copies: 1, mappings: 1 });
  await using twenty = startInstance({ endpoint: "campus-lrs", copies: 1, mappings: 20 });
  const samples: { readonly one: Whole[]; readonly twenty: Whole[] } = { one: [], twenty: [] };
  for (let round = 0; round < ROUNDS; round++) {
    say(`one mapping and twenty, round ${round + 1} of ${ROUNDS} …`);
    samples.one.push(await one.ask({ what: "whole", shape: SHAPE, mappings: 1 }));
    samples.twenty.push(await twenty.ask({ what: "whole", shape: SHAPE, mappings: 20 }));
  }
  const ratio = (of: "wall" | "processor"): number =>
    median(samples.twenty.map((each, at) => each[of] / (samples.one[at]?.[of] ?? Number.NaN)));
  const [single, spread] = [medianOf(samples.one), medianOf(samples.twenty)];
  return {
    tables: [
      [
        [`${shapeText(SHAPE)} events, one endpoint`, "by the clock", "processor"],
        ["all of one mapping", micro(single.wall), micro(single.processor)],
        ["spread over twenty mappings", micro(spread.wall), micro(spread.processor)],
        ["ratio", times(ratio("wall")), times(ratio("processor"))],
      ],
    ],
    notes: ["The twenty mappings are copies of the shipped one for files, each for an event of its own."],
    figures: { "translate.mappings": rounded(ratio("processor")) },
  };
};
