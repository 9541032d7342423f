import type { Bench } from "../support/result.ts";
import { measureFloor } from "./against-floor.ts";
import { measureSteps } from "./each-step.ts";
import { startInstance } from "./instances.ts";
import { measureMappings } from "./mapped.ts";
import { measureMemory } from "./memory.ts";
import { type Part, say } from "./part.ts";
import { measureSizes } from "./sizes.ts";

/**
 * What the whole translate function takes for an event, on batches of all sizes: each step of it, against the floor of any
 * translator, and how that grows with the batch, with endpoints and with mappings; and its memory.
 */
export const benchTranslate: Bench = async () => {
  const parts = [
    await measureEndpoints(),
    await measureFloor(),
    await measureMappings(),
    await measureMemory(),
  ];
  say("");
  return {
    title: "what translating an event costs, in time and memory; medians",
    how: HOW,
    tables: parts.flatMap(({ tables }) => tables),
    notes: parts.flatMap(({ notes }) => notes),
    figures: Object.assign({}, ...parts.map(({ figures }) => figures)),
  };
};

/** One site with the shipped xAPI endpoint, and one with five copies of it. */
const measureEndpoints = async (): Promise<Part> => {
  await using one = startInstance({ endpoint: "campus-lrs", copies: 1 });
  await using five = startInstance({ endpoint: "campus-lrs", copies: 5 });
  const [sizes, steps] = [await measureSizes(one, five), await measureSteps(one, five)];
  return {
    tables: [...sizes.tables, ...steps.tables],
    notes: [...sizes.notes, ...steps.notes],
    figures: { ...sizes.figures, ...steps.figures },
  };
};

const HOW =
  "every message is of a learner of its own, with a signed token, and every event a file that is saved or copied, of which each endpoint gets one statement. The site is the shipped one, with its endpoint for xAPI alone or five copies of it under other names. Each site is measured in a process of its own, by turns, on the same batches again and again: tokens, learners and choices are remembered, as they are in a function that has run before. Figures are of the processor's time, which on a machine that does nothing else is nearly the clock's. Bucket and queues cost nothing here, but what the archive keeps is compressed. Memory is that of the bundle as it is deployed, in a process of its own, whose S3 and SQS are in another one and take everything.";
