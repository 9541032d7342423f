import { rawLine } from "../../src/archive/records.ts";
import type { EventMessage } from "../../src/intake.ts";
import type { Site } from "../../src/site.ts";
import { byTurns, type Spent, spentOn } from "../support/turns.ts";
import { eventsOf, type Shape } from "./events.ts";
import { follow, pipelineOf, stepsOf, written } from "./pipeline.ts";

/** Milliseconds for a batch, in each round. */
export interface FloorSamples {
  /** Reading, identifying, validating, ids, and translating; with the archive's lines, which are made on the way. */
  readonly ours: readonly Spent[];
  /** The archive's lines alone. */
  readonly line: readonly Spent[];
  /** JSON.parse of each event's text, and JSON.stringify of each statement. */
  readonly floor: readonly Spent[];
  /** JSON.parse alone. */
  readonly parse: readonly Spent[];
  /** The ids alone: each event's, and that of its statement. */
  readonly ids: readonly Spent[];
}

/** How long each is done before it is measured, in milliseconds. */
const WARM = 400;

/** The translation that a statement's id is made with. */
const TRANSLATION = "jupyter-server/contents:saved";

/**
 * Times what any translator would have to do, and what this one does, by turns. With `isNew`, the files of each round
 * have names that were never seen, so that nothing of them is remembered.
 */
export const floorSamples = async (
  site: Site,
  shape: Shape,
  rounds: number,
  isNew = false,
): Promise<FloorSamples> => {
  const pipeline = pipelineOf(site);
  const ours = async (batch: readonly EventMessage[]): Promise<number> => {
    const intakes = await pipeline.takeIn(batch);
    return written(
      pipeline,
      intakes.flatMap(({ accepted }) => accepted),
    );
  };
  const first = await subjectsOf(site, shape, pipeline, ours);
  for (const piece of Object.values(first))
    for (const end = performance.now() + WARM; performance.now() < end; ) await piece();
  if (!isNew) return byTurns(first, rounds);
  // Everything is warm but what is remembered of names.
  const samples: Record<keyof FloorSamples, Spent[]> = { ours: [], line: [], floor: [], parse: [], ids: [] };
  for (let round = 0; round < rounds; round++) {
    const each = await subjectsOf(site, shape, pipeline, ours, `round-${round}`);
    const fresh = await Promise.all(
      Array.from({ length: 20 }, (_, at) => eventsOf(site, shape, { names: `new-${round}-${at}` })),
    );
    const { ours: _, ...others } = each;
    const { line, floor, parse, ids } = await byTurns(others, 1);
    let next = 0;
    samples.ours.push(await spentOn(() => ours(fresh[next++] ?? []), fresh.length));
    samples.line.push(...line);
    samples.floor.push(...floor);
    samples.parse.push(...parse);
    samples.ids.push(...ids);
  }
  return samples;
};

const subjectsOf = async (
  site: Site,
  shape: Shape,
  pipeline: ReturnType<typeof pipelineOf>,
  ours: (batch: readonly EventMessage[]) => Promise<number>,
  names?: string,
) => {
  const batch = await eventsOf(site, shape, names === undefined ? {} : { names });
  const followed = await follow(pipeline, batch);
  const { singles, told } = followed;
  const statements = [...told.values()].flatMap((each) => each.statements);
  if (statements.length !== singles.length) throw new Error("Each event has one statement here.");
  // Texts of their own, and not pieces of a message.
  const texts = singles.map(({ text }) => Buffer.from(text).toString());
  const values: readonly unknown[] = statements.map(({ text }) => JSON.parse(text));
  const { ids } = stepsOf(pipeline, batch, followed);
  return {
    ours: () => ours(batch),
    line: () => {
      let sum = 0;
      for (const { event, text } of singles)
        sum += rawLine(event.id, event.arrived, event.source, event.learner, text).text.length;
      return sum;
    },
    floor: () => {
      let sum = 0;
      for (const text of texts) if (JSON.parse(text) !== null) sum++;
      for (const value of values) sum += JSON.stringify(value).length;
      return sum;
    },
    parse: () => {
      let sum = 0;
      for (const text of texts) if (JSON.parse(text) !== null) sum++;
      return sum;
    },
    ids: () => {
      let sum = ids().length;
      for (const frames of pipeline.frames.values())
        for (const { event } of singles) sum += frames.id(event.id, TRANSLATION, 0, event.arrived).length;
      return sum;
    },
  };
};
