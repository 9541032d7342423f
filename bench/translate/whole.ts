import { PerformanceObserver } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventMessage } from "../../src/intake.ts";
import type { Site } from "../../src/site.ts";
import { translating } from "../steps/batches.ts";
import { type Spent, scaled, spentOn } from "../support/turns.ts";
import { eventsOf, recordsOf, type Shape, shapeText } from "./events.ts";
import { nobodyChose } from "./pipeline.ts";

/** What the whole function takes for one event, in microseconds. */
export interface Whole extends Spent {
  /** The share of the time in which memory was collected, and nothing else was done. */
  readonly collecting: number;
  /** The bytes of the batch as Lambda would hand it over. */
  readonly bytes: number;
}

/** How many events are translated at the least, before and while it is measured: smaller batches are repeated. */
const LEAST = 20_000;

/**
 * Translates batches for all endpoints of a site, with a bucket and queues that cost nothing: what the archive keeps is
 * compressed, but goes nowhere. Memory is collected before, so that no batch pays for another.
 */
export const wholeOf = (
  site: Site,
): ((asked: { readonly shape: Shape; readonly mappings?: number }) => Promise<Whole>) => {
  const { translate } = translating(site, site.endpoints.length, {
    choices: nobodyChose(site),
    keeps: false,
  });
  const batches = new Map<string, readonly EventMessage[]>();
  const collections = collectionsSeen();
  return async ({ shape, mappings }) => {
    const name = shapeText(shape);
    const batch = batches.get(name) ?? (await eventsOf(site, shape, { ...(mappings && { mappings }) }));
    batches.set(name, batch);
    const events = shape.messages * shape.each;
    const times = Math.ceil(LEAST / events);
    const work = async () => {
      const { counts } = await translate(batch);
      if (counts.accepted !== events) throw new Error("Not every event was accepted.");
    };
    globalThis.gc?.();
    // What is largest is warm by what came before.
    if (events <= 2 * LEAST) await spentOn(work, times);
    const began = performance.now();
    const spent = await spentOn(work, times);
    const collecting = await collections.between(began, began + spent.wall * times);
    return {
      ...scaled(spent, 1000 / events),
      collecting: collecting / (spent.wall * times),
      bytes: Buffer.byteLength(JSON.stringify(recordsOf(batch))),
    };
  };
};

/** Remembers when memory was collected. */
const collectionsSeen = () => {
  const seen: { readonly at: number; readonly duration: number }[] = [];
  new PerformanceObserver((list) => {
    for (const { startTime: at, duration } of list.getEntries()) seen.push({ at, duration });
  }).observe({ entryTypes: ["gc"] });
  return {
    /** Milliseconds of it in a time. */
    between: async (from: number, to: number): Promise<number> => {
      // They are told a little later.
      await sleep(20);
      const inside = seen.splice(0).filter(({ at }) => at >= from && at <= to);
      return inside.reduce((sum, { duration }) => sum + duration, 0);
    },
  };
};
