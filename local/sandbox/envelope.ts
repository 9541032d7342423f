import { Refusal } from "./refusal.ts";
import type { JsonObject } from "./shape.ts";
import {
  into,
  isIri,
  isObject,
  isUuid,
  requireArray,
  requireIri,
  requireKnown,
  requireObject,
} from "./shape.ts";
import type { CaliperItem } from "./store.ts";
import { checkLinkedContext, V1P1 } from "./versions.ts";

const ENVELOPE = new Set(["sensor", "sendTime", "dataVersion", "data"]);

/**
 * Checks an envelope (Caliper 1.1 and 1.2, Sensor API: Envelope) by the rules of the version that its dataVersion names,
 * and returns its events and entities. Throws a Refusal: 422 for a version that `takes` does not take, else 400.
 */
export const checkEnvelope = (body: unknown, takes: (version: string) => boolean): readonly CaliperItem[] => {
  const envelope = requireObject(body, "", "The envelope");
  requireKnown(envelope, ENVELOPE, "", "The envelope");
  requireIri(envelope.sensor, "/sensor", "sensor");
  requireTime(envelope.sendTime, "/sendTime", "sendTime");
  const { dataVersion } = envelope;
  if (typeof dataVersion !== "string")
    throw new Refusal(400, "dataVersion must be a string.", "/dataVersion");
  if (!takes(dataVersion)) throw new Refusal(422, "This dataVersion is not supported.", "/dataVersion");
  const data = requireArray(envelope.data, "/data", "data");
  if (data.length === 0) throw new Refusal(400, "data must hold at least one event or entity.", "/data");
  return data.map((item, index) => checkItem(item, into("/data", index), dataVersion));
};

const checkItem = (value: unknown, at: string, version: string): CaliperItem => {
  const item = requireObject(value, at, "An event or entity");
  const type = requireType(item, at);
  const isEvent = type.endsWith("Event") || Object.hasOwn(item, "action") || Object.hasOwn(item, "eventTime");
  if (isEvent) checkEvent(item, at, version);
  else {
    if (Object.hasOwn(item, "@context")) checkLinkedContext(item, at, version);
    checkEntity(item, at, version);
  }
  return { ...item, id: String(item.id), type };
};

/** What an event holds that is an entity, or the IRI of one (Caliper 1.2, Event). */
const PARTS = [
  "actor",
  "object",
  "edApp",
  "generated",
  "target",
  "referrer",
  "group",
  "membership",
  "session",
  "federatedSession",
];

const checkEvent = (event: JsonObject, at: string, version: string): void => {
  checkLinkedContext(event, at, version);
  const id =
    typeof event.id === "string" && event.id.startsWith("urn:uuid:")
      ? event.id.slice("urn:uuid:".length)
      : "";
  if (!isUuid(id)) throw new Refusal(400, "An event's id must be urn:uuid: and a UUID.", into(at, "id"));
  requireTime(event.eventTime, into(at, "eventTime"), "eventTime");
  if (typeof event.action !== "string" || event.action === "") {
    throw new Refusal(400, "action must be a term.", into(at, "action"));
  }
  for (const part of ["actor", "object", ...requiredBy(event)]) {
    if (!Object.hasOwn(event, part)) throw new Refusal(400, `This event needs ${part}.`, into(at, part));
  }
  for (const part of PARTS) {
    if (Object.hasOwn(event, part)) checkEntity(event[part], into(at, part), version);
  }
  if (Object.hasOwn(event, "profile")) {
    if (version === V1P1) throw new Refusal(400, "Caliper 1.1 does not know profile.", into(at, "profile"));
    if (typeof event.profile !== "string")
      throw new Refusal(400, "profile must be a term.", into(at, "profile"));
  }
  checkExtensions(event, at);
};

/** What a profile asks of an action: a copy is named, and a launch comes with the session it came from. */
const requiredBy = ({ type, action }: JsonObject): readonly string[] => {
  if (type === "ResourceManagementEvent" && action === "Copied") return ["generated"];
  if (type === "ToolLaunchEvent" && action === "Launched") return ["federatedSession"];
  return [];
};

/** Objects inside an entity that are not entities, so that they need neither id nor type. */
const OPAQUE = new Set(["@context", "extensions", "messageParameters", "otherIdentifiers", "selection"]);

/** An entity is an object with id and type, or the IRI of one (or a blank node), all the way down. */
const checkEntity = (value: unknown, at: string, version: string): void => {
  if (typeof value === "string") {
    requireEntityId(value, at);
    return;
  }
  const entity = requireObject(value, at, "An entity that is not an IRI");
  requireEntityId(entity.id, into(at, "id"));
  requireType(entity, at);
  checkExtensions(entity, at);
  if (Object.hasOwn(entity, "otherIdentifiers")) {
    checkOtherIdentifiers(entity.otherIdentifiers, into(at, "otherIdentifiers"), version);
  }
  for (const [key, inner] of Object.entries(entity)) {
    if (OPAQUE.has(key)) continue;
    if (isObject(inner)) checkEntity(inner, into(at, key), version);
    if (!Array.isArray(inner)) continue;
    for (const [index, member] of inner.entries()) {
      if (isObject(member)) checkEntity(member, into(into(at, key), index), version);
    }
  }
};

/** Names that others have for an entity; each is no entity itself (Caliper 1.2, SystemIdentifier). */
const checkOtherIdentifiers = (value: unknown, at: string, version: string): void => {
  if (version === V1P1) throw new Refusal(400, "Caliper 1.1 does not know otherIdentifiers.", at);
  for (const [index, given] of requireArray(value, at, "otherIdentifiers").entries()) {
    const place = into(at, index);
    const identifier = requireObject(given, place, "A SystemIdentifier");
    if (identifier.type !== "SystemIdentifier") {
      throw new Refusal(400, "type must be SystemIdentifier.", into(place, "type"));
    }
    for (const key of ["identifier", "identifierType"]) {
      if (typeof identifier[key] !== "string" || identifier[key] === "")
        throw new Refusal(400, `${key} must be a string that is not empty.`, into(place, key));
    }
    if (Object.hasOwn(identifier, "source")) checkEntity(identifier.source, into(place, "source"), version);
    checkExtensions(identifier, place);
  }
};

const requireEntityId = (id: unknown, at: string): void => {
  const isBlankNode = typeof id === "string" && /^_:[^\s]+$/.test(id);
  if (!isBlankNode && !isIri(id))
    throw new Refusal(400, "An entity's id must be an IRI or a blank node (_:name).", at);
};

const requireType = (item: JsonObject, at: string): string => {
  const { type } = item;
  if (typeof type !== "string" || type === "")
    throw new Refusal(400, "type must be a term.", into(at, "type"));
  return type;
};

const checkExtensions = (item: JsonObject, at: string): void => {
  if (Object.hasOwn(item, "extensions")) requireObject(item.extensions, into(at, "extensions"), "extensions");
};

/** UTC with milliseconds, and a moment that exists: `2024-02-30T…` does not. */
const requireTime = (value: unknown, at: string, what: string): void => {
  const parts = typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
  const time = parts ? new Date(value) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime()) || time.toISOString() !== value) {
    throw new Refusal(400, `${what} must be a moment written YYYY-MM-DDTHH:mm:ss.SSSZ.`, at);
  }
};
