import { previousEvents, repeatsAmong } from "../../src/batch.ts";
import { ANONYMOUS_PERSON } from "../../src/caliper/frame.ts";
import type { Problem } from "../../src/document/problem.ts";
import type { JsonObject } from "../../src/event/json.ts";
import { personalInAny } from "../../src/event/personal.ts";
import { compileMapping, compileRules } from "../../src/mapping/compile.ts";
import { constantsOf } from "../../src/mapping/constants.ts";
import * as f from "../../src/mapping/functions.ts";
import { readMapping } from "../../src/mapping/read.ts";
import { refusalsOf } from "../../src/mapping/refusals.ts";
import * as r from "../../src/mapping/runtime.ts";
import { SIDES, type Side, type UnderstoodMapping, understand } from "../../src/mapping/understand.ts";
import type { BatchRules, Scope, Translate, WrittenStatement } from "../../src/site.ts";
import type { MappingDetail, Sample, SampleFrame } from "../api/mappings.ts";

/** What of a mapping's detail is needed to check its text, to compile it and to run it. */
export type TriedMapping = Pick<
  MappingDetail,
  "name" | "file" | "schemas" | "hub" | "versions" | "isPseudonymised"
>;

/** What is wrong with a mapping's text; or what it makes of a sample. */
export interface Tried {
  readonly problems: readonly Problem[];
  /** For each side of which the mapping says anything; none, where there are problems or no sample. */
  readonly sides: Readonly<Partial<Record<Side, TriedSide>>>;
}

export interface TriedSide {
  readonly statements: readonly TriedStatement[];
  /** How many are left out, as they repeat what was told shortly before. */
  readonly repeated: number;
  /** Why the mapping fails for the sample. */
  readonly failed?: string;
}

export interface TriedStatement {
  /** With its mapping: `jupyter-server/contents:saved`. */
  readonly translation: string;
  readonly statement: unknown;
  /** What the standard's checker refuses in it: none, unless the event is another than its schema says. */
  readonly complaints: readonly string[];
}

/**
 * Checks the text of a mapping, and translates a sample by it, for an endpoint of each side that takes everything. Ids and
 * pseudonyms of texts are made up, as the real ones need the service's secrets. It makes code of the text, so that a page
 * with a strict policy cannot do it, but only a worker that may (see `WORKER_POLICY`).
 */
export const tryMapping = (detail: TriedMapping, text: string, sample: Sample | undefined): Tried => {
  const understood = understoodFor(detail, text);
  if (!("translations" in understood)) return { problems: understood, sides: {} };
  if (sample === undefined) return { problems: [], sides: {} };
  const personal = detail.isPseudonymised ? personalInAny(detail.schemas) : "free";
  const events = eventsOf(detail, understood, sample);
  const sides: Partial<Record<Side, TriedSide>> = {};
  for (const side of SIDES) {
    const code = compileMapping(understood, {
      protocol: side,
      version: detail.versions[side],
      application: detail.hub,
      takes: () => true,
      personal,
    });
    if (code === undefined) continue;
    const translate = loaded<Translate>(code);
    const scope = scopes(sample.frames[side]);
    sides[side] = trySide(side, events, (event) => translate(event.data, scope(event)));
  }
  return { problems: [], sides };
};

/** Checks the text of a mapping against its event's schemas, as a build does: what it means, or what is wrong with it. */
export const understoodFor = (
  { name, file, schemas, hub }: Pick<TriedMapping, "name" | "file" | "schemas" | "hub">,
  text: string,
): UnderstoodMapping | readonly Problem[] => {
  const read = readMapping(name, file, text);
  return "translations" in read ? understand(read, schemas, constantsOf(hub)) : read;
};

/** Code of a mapping as the service has it. It is what the compiler writes, and none of what people write. */
const loaded = <T>(code: string): T => new Function("r", "f", `return ${code};`)(r, f);

/** An event of a batch, as far as others of the batch have to do with it. */
interface TriedEvent {
  readonly source: string;
  readonly data: JsonObject;
  readonly time: string;
  readonly previous?: JsonObject;
  readonly learner: { readonly username?: string; readonly course?: { readonly id: string } };
}

/** The sample and what came before it in its batch, itself the last. */
const eventsOf = (
  { name }: TriedMapping,
  understood: UnderstoodMapping,
  sample: Sample,
): readonly TriedEvent[] => {
  const { id } = sample.frames.caliper.learner;
  const whose = id === ANONYMOUS_PERSON ? {} : { username: id };
  const own = { data: sample.data, time: sample.time, course: sample.frames.caliper.course?.id };
  const events = [...sample.before, own].map(
    ({ data, time, course }): TriedEvent => ({
      source: name,
      data,
      time,
      learner: { ...whose, ...(course !== undefined && { course: { id: course } }) },
    }),
  );
  const rules = compileRules(understood);
  if (rules === undefined) return events;
  const previous = previousEvents(events, { [name]: loaded<BatchRules>(rules) });
  return events.map((event) => {
    const before = previous.get(event);
    return before === undefined ? event : { ...event, previous: before };
  });
};

const trySide = (
  side: Side,
  events: readonly TriedEvent[],
  translate: (event: TriedEvent) => readonly WrittenStatement[],
): TriedSide => {
  const acts = events.map((event) => {
    try {
      return translate(event).map((written) => ({ ...written, of: event }));
    } catch (error) {
      const isTold = error instanceof r.MappingError || error instanceof r.TooMuch;
      return isTold ? error.message : `The mapping ${event.source} failed.`;
    }
  });
  const own = acts.at(-1) ?? [];
  if (typeof own === "string") return { statements: [], repeated: 0, failed: own };
  const repeats = repeatsAmong(acts.flatMap((each) => (typeof each === "string" ? [] : each)));
  const told = own.filter((act) => !repeats.has(act));
  return {
    statements: told.map(({ translation, text }) => {
      const statement: unknown = JSON.parse(text);
      return { translation, statement, complaints: refusalsOf(side, statement) };
    }),
    repeated: own.length - told.length,
  };
};

const scopes = (frame: SampleFrame): ((event: TriedEvent) => Scope) => {
  const pseudonym = madeUpPseudonyms();
  return ({ time, previous }) => ({ ...frame, pseudonym, time, previous, id: madeUpIds() });
};

/** UUIDs of the version that statements have, the first of which ends in 1. */
const madeUpIds = (): Scope["id"] => {
  let made = 0;
  return () => `00000000-0000-5000-8000-${digits(++made, 12)}` as ReturnType<Scope["id"]>;
};

/** As long as real ones: the same for the same text, and others for others, as is their first half that paths are made of. */
const madeUpPseudonyms = (): Scope["pseudonym"] => {
  const made = new Map<string, string>();
  return (name) => {
    if (typeof name !== "string") return undefined;
    const pseudonym = made.get(name) ?? digits(made.size + 1, 16).repeat(2);
    made.set(name, pseudonym);
    return pseudonym;
  };
};

const digits = (number: number, count: number): string => number.toString(16).padStart(count, "0");
