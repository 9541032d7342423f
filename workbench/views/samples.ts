import { IMAGINED_KEY } from "../../build/imagined.ts";
import { DamagedArchive } from "../../src/archive/damaged.ts";
import { GoneObject } from "../../src/archive/layout.ts";
import { troubleWithAws } from "../../src/aws/trouble.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { framesFor } from "../../src/endpoint/frame.ts";
import { EXAMPLES_ARRIVE, exampleParts } from "../../src/example-parts.ts";
import type { AcceptedEvent } from "../../src/intake.ts";
import { type Example, readExamples } from "../../src/mapping/examples.ts";
import type { Side } from "../../src/mapping/understand.ts";
import { rehearse } from "../../src/rehearsal.ts";
import { type ReadRaw, rawReader } from "../../src/retell/raw.ts";
import type { Site } from "../../src/site.ts";
import type { BatchEvent, Sample, SampleFrame } from "../api/mappings.ts";
import type { Desk } from "../desk.ts";
import type { IndexedEvent } from "../index/archive-index.ts";

export type OfSides<T> = Readonly<Record<Side, T>>;

export const bySide = <T>(of: (side: Side) => T): OfSides<T> => ({
  caliper: of("caliper"),
  xapi: of("xapi"),
  json: of("json"),
});

interface SamplesOptions {
  /** The mapping's folder. */
  readonly source: string;
  /** The text of its examples.yml, where it has one. */
  readonly examples: string | undefined;
  /** Endpoints for which frames are made. */
  readonly endpoints: OfSides<Endpoint>;
}

/** So many archived events are offered. */
const ARCHIVED = 10;

/**
 * Events to try a mapping on: the examples beside it that are accepted, and its latest archived events. Names and ids around
 * them are made by a key that everybody knows, so that nothing tells of the service's own.
 */
export const samplesOf = async (
  desk: Pick<Desk, "site" | "index">,
  { source, examples, endpoints }: SamplesOptions,
): Promise<readonly Sample[]> => {
  const { site } = desk.site();
  const frames = framing(site, endpoints);
  const sampled = ({ from, name, event, batch }: Found): Sample => ({
    from,
    name,
    ...(from === "archive" && { id: event.id }),
    data: event.data,
    time: event.time,
    before: eventsBefore(event, batch),
    frames: frames(event),
  });
  const found = await Promise.all([
    ...examplesIn(source, examples).map((example) => ofExample(example, site)),
    ...archived(desk.index, source, site),
  ]);
  return found.flatMap((each) => (each?.event.source === source ? sampled(each) : []));
};

/** An event, with the batch that it came in. */
interface Found extends Pick<Sample, "from" | "name"> {
  readonly event: AcceptedEvent;
  readonly batch: readonly AcceptedEvent[];
}

/** So many events before it are given at most, and looked for among so many lines on both sides of it. */
const BEFORE = 25;
const LINES = 200;

/** Nobody's events have nothing to do with one another. */
const eventsBefore = (event: AcceptedEvent, batch: readonly AcceptedEvent[]): readonly BatchEvent[] => {
  const { username, server } = event.learner;
  const at = batch.indexOf(event);
  return batch
    .filter(
      ({ source, learner, time }, position) =>
        username !== undefined &&
        source === event.source &&
        learner.username === username &&
        learner.server === server &&
        (time < event.time || (time === event.time && position < at)),
    )
    .sort((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0))
    .slice(-BEFORE)
    .map(({ data, time, learner: { course } }) => ({
      data,
      time,
      ...(course !== undefined && { course: course.id }),
    }));
};

const framing = (
  { settings }: Site,
  endpoints: OfSides<Endpoint>,
): ((event: AcceptedEvent) => Sample["frames"]) => {
  const frames = bySide((side) => framesFor(endpoints[side], settings, { key: IMAGINED_KEY }));
  return ({ learner, arrived }) =>
    bySide((side): SampleFrame => {
      const { pseudonym: _, ...frame } = frames[side].of(learner, arrived);
      return frame;
    });
};

/** None, where the file has mistakes: a mapping can be edited all the same. */
const examplesIn = (source: string, text: string | undefined): readonly Example[] => {
  if (text === undefined) return [];
  const known = lastRead.get(source);
  if (known?.text === text) return known.examples;
  const read = readExamples(`mappings/${source}/examples.yml`, text);
  const examples = "problems" in read ? [] : read;
  lastRead.set(source, { text, examples });
  return examples;
};

/** By the mapping's folder: YAML takes its time to be read. */
const lastRead = new Map<string, { readonly text: string; readonly examples: readonly Example[] }>();

const ofExample = async (example: Example, site: Site): Promise<Found | undefined> => {
  const parts = exampleParts(example);
  // Nobody is told of it.
  const batch = await rehearse(parts, { ...site, endpoints: [] }, IMAGINED_KEY, EXAMPLES_ARRIVE);
  const accepted = batch.map((each) => each.flatMap((one) => ("event" in one ? [one.event] : [])));
  const [event] = accepted.at(-1) ?? [];
  return event && { from: "example", name: example.title, event, batch: accepted.flat() };
};

const archived = (
  index: Desk["index"],
  source: string,
  site: Site,
): readonly Promise<Found | undefined>[] => {
  const read = once(rawReader(site.schemas));
  return index
    .events({ source }, 0, ARCHIVED)
    .events.map((event) => ofArchive(index, event, read).catch(nothing));
};

/** The latest events mostly came in one batch. */
const once = (read: ReadRaw): ReadLine => {
  const known = new Map<string, ReturnType<ReadRaw>>();
  return (line) => {
    const event = known.get(line) ?? read(line, 0);
    known.set(line, event);
    return event;
  };
};

type ReadLine = (line: string) => ReturnType<ReadRaw>;

const ofArchive = async (
  index: Desk["index"],
  event: IndexedEvent,
  read: ReadLine,
): Promise<Found | undefined> => {
  const found = await index.batchOf(event);
  if (found === undefined) return undefined;
  const { line, batch } = found;
  const own = read(line);
  if ("reason" in own) return undefined;
  const at = batch.indexOf(line);
  // Lines are only read where they can be of the same learner.
  const near =
    own.learner.username === undefined
      ? [line]
      : batch.slice(Math.max(0, at - LINES), at + LINES).filter((each) => each.includes(event.tag ?? ""));
  const accepted = near.map(read).flatMap((each) => ("reason" in each ? [] : [each]));
  return { from: "archive", name: event.arrived, event: own, batch: accepted };
};

/** An object that cannot be read holds up no other; and a mapping can be edited though the archive does not answer. */
const nothing = (error: unknown): undefined => {
  const isOfArchive = error instanceof DamagedArchive || error instanceof GoneObject;
  if (!isOfArchive && troubleWithAws(error, "") === undefined) throw error;
};
