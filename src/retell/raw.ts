import { hour } from "../archive/layout.ts";
import { type EventSchema, eventReader, type Validate } from "../event/catalog.ts";
import { isObject, parseJson } from "../event/json.ts";
import { type Refusal, refuse } from "../event/reason.ts";
import type { AcceptedEvent } from "../intake.ts";
import type { Learner } from "../learner/identify.ts";

/** An archived event as nobody can read it any more, such as one whose schema is gone from mappings/. */
export interface UnreadableEvent extends Refusal {
  readonly id: string;
}

/** Reads a line of `raw/`; `message` is what stands for its message's position in the batch. Never throws. */
export type ReadRaw = (line: string, message: number) => AcceptedEvent | UnreadableEvent;

/** A learner comes with many events; this many are remembered. */
const REMEMBERED = 10_000;

/**
 * Reads archived events back, as they were accepted when they came, by the schemas as they are now. No token is verified
 * again: only what was proven gets into the archive, whose lines say whose they are, and whom nobody else can write to;
 * and a token of then has long expired. Where a schema has become `anonymous` since, its event is nobody's from now on.
 */
export const rawReader = (schemas: readonly EventSchema[]): ReadRaw => {
  const readEvent = eventReader(schemas.map(asKept));
  const learners = new Map<string, Learner>();
  /** One object for each learner, as what is known of them is kept with it. */
  const learnerOf = (learner: Learner): Learner => {
    const key = JSON.stringify(learner);
    const known = learners.get(key) ?? learner;
    if (learners.size >= REMEMBERED) learners.clear();
    learners.set(key, known);
    return known;
  };
  return (text, message) => {
    const read = parseJson(text);
    const line = "value" in read && isRaw(read.value) ? read.value : undefined;
    if (line === undefined)
      return { id: idOfLine(text), ...refuse("json.malformed", "A line of the archive is damaged.") };
    const { id, arrived, learner } = line;
    const event = readEvent(line.event, Date.parse(arrived));
    if ("reason" in event) return { id, reason: event.reason, detail: event.detail };
    const { data, time } = event;
    const { source, anonymous } = event.schema;
    const whose = anonymous ? { roles: [], proven: learner.proven, sender: {} } : learner;
    return {
      id,
      message,
      arrived,
      time,
      source,
      learner: learnerOf(whose),
      data,
      line: { learner: learner.tag, partition: hour(arrived), time: arrived, text },
    };
  };
};

/** The id of a line of `raw/`, without reading the rest of it. */
export const idOfLine = (line: string): string => line.slice(BEFORE_ID, BEFORE_ID + UUID);

const BEFORE_ID = '{"id":"'.length;
const UUID = 36;

type RawLine = Pick<AcceptedEvent, "id" | "arrived" | "learner"> & { readonly event: unknown };

const isRaw = (value: unknown): value is RawLine =>
  isObject(value) &&
  typeof value.id === "string" &&
  typeof value.arrived === "string" &&
  !Number.isNaN(Date.parse(value.arrived)) &&
  isObject(value.learner) &&
  Array.isArray(value.learner.roles) &&
  isObject(value.learner.sender);

/** A schema that lets an event lack what is never stored: it was there, and valid, when the event came. */
export const asKept = (schema: EventSchema): EventSchema => {
  const names = new Set(schema.neverStore.flatMap((path) => path.slice(-1)));
  if (names.size === 0) return schema;
  const validate: Validate = (data) => {
    const isValid = schema.validate(data);
    const [error] = schema.validate.errors ?? [];
    validate.errors = schema.validate.errors ?? null;
    return isValid || (error?.keyword === "required" && names.has(missing(error.message)));
  };
  return { ...schema, validate };
};

/** The name in ajv's "must have required property 'source'". */
const missing = (message = ""): string => /'(.*)'$/.exec(message)?.[1] ?? "";
