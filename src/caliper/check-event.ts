import { checkWord, inContext } from "./check-context.ts";
import { entityOrIri } from "./check-entity.ts";
import { capital, checkExtensions, checkPlain, checkRequired } from "./check-values.ts";
import type { EventType } from "./events.ts";
import {
  type Condition,
  conditions,
  type EventPart,
  eventParts,
  eventTypes,
  generalEvent,
} from "./general.ts";
import { aOrAn, at, complain, hint, inside, isObject, member, type Place } from "./problems.ts";
import { lacking, wider } from "./v1p1.ts";

type Json = Readonly<Record<string, unknown>>;

/** What Caliper says of an event type; undefined for other words. */
export const eventTypeOf = (type: unknown): EventType | undefined =>
  typeof type === "string" && Object.hasOwn(eventTypes, type) ? eventTypes[type] : undefined;

/** Complains of what Caliper does not allow in an event (Caliper 1.2, Event, and the tables of its profiles). */
export const event = (value: unknown, outside: Place): void => {
  if (!isObject(value)) {
    complain(outside, "not-an-object", "An event is an object.");
    return;
  }
  const around = inside({ ...outside, section: "Event" }, value);
  if (around === undefined) return;
  const type = member(value, "type");
  const known = eventTypeOf(type);
  const section = known === undefined ? "Event" : String(type);
  const place = inContext({ ...around, section }, value, "required");
  checkRequired(value, ["id", "type", "actor", "action", "object", "eventTime"], section, place);
  checkProperties(value, place);
  if (known === undefined || typeof type !== "string") {
    const end = hint(place, type, Object.keys(eventTypes));
    if (type !== undefined)
      complain(at(place, "type"), "wrong-type", `This is not a Caliper event type${end}`);
    checkParts(value, "Event", generalEvent, place);
    return;
  }
  checkWord(type, at(place, "type"));
  checkTerms(value, type, known, place);
  checkParts(value, type, known, place);
};

const OWN = ["@context", "id", "type", "profile", "action", "eventTime", "extensions"] as const;

/** A UUID as a URN (RFC 4122, section 3). */
const ID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const checkProperties = (value: Json, place: Place): void => {
  const words = [...OWN, ...Object.keys(eventParts)];
  for (const key of Object.keys(value)) {
    const here = at(place, key);
    if (!words.includes(key))
      complain(here, "unknown-property", `An event has no such property${hint(place, key, words)}`);
    else if (place.version === "1.1" && lacking.event.has(key))
      complain(here, "not-in-version", `An event of Caliper 1.1 has no "${key}".`);
    else if (key !== "@context") checkWord(key, here);
  }
  const { id, eventTime, extensions } = value;
  if (id !== undefined && (typeof id !== "string" || !ID.test(id)))
    complain(at(place, "id"), "wrong-id", 'The "id" of an event is a UUID that is written as urn:uuid:….');
  if (eventTime !== undefined) checkPlain(eventTime, "time", "eventTime", at(place, "eventTime"));
  if (extensions !== undefined) checkExtensions(extensions, at(place, "extensions"));
};

/** Whether action and profile go with the type. */
const checkTerms = (value: Json, type: string, known: EventType, place: Place): void => {
  const { action, profile } = value;
  if (action !== undefined) {
    const here = at(place, "action");
    if (typeof action === "string" && known.actions.includes(action)) checkWord(action, here);
    else {
      const which = known === generalEvent ? "the words of Caliper's list" : known.actions.join(", ");
      complain(
        here,
        "wrong-action",
        `The actions of ${aOrAn(type)} are ${which}${hint(place, action, known.actions)}`,
      );
    }
  }
  if (profile === undefined || place.version === "1.1") return;
  const here = at(place, "profile");
  if (typeof profile === "string" && known.profiles.includes(profile)) checkWord(profile, here);
  else {
    const which = known.profiles.join(", ");
    complain(
      here,
      "wrong-profile",
      `${capital(aOrAn(type))} belongs to ${which}${hint(place, profile, known.profiles)}`,
    );
  }
};

const checkParts = (value: Json, type: string, known: EventType, place: Place): void => {
  const applying = conditions.filter((each) => applies(each, type, value));
  for (const [part, general] of Object.entries(eventParts)) {
    const each = member(value, part);
    if (each === undefined || !isPart(part)) continue;
    const narrower = applying.map(({ parts }) => parts?.[part]).find((types) => types !== undefined);
    const older = place.version === "1.1" ? wider[type]?.[part] : undefined;
    entityOrIri(each, narrower ?? older ?? typesOf(known, part) ?? general, part, at(place, part));
  }
  for (const key of applying.flatMap(({ required = [] }) => required)) {
    if (member(value, key) !== undefined) continue;
    complain(place, "missing-property", `${capital(aOrAn(type))} with this action needs "${key}".`);
  }
};

const isPart = (key: string): key is EventPart => Object.hasOwn(eventParts, key);

const typesOf = (type: EventType, part: EventPart): readonly string[] | undefined =>
  part === "actor" || part === "object" || part === "generated" || part === "target" || part === "referrer"
    ? type[part]
    : undefined;

const applies = ({ event: of, actions, profile }: Condition, type: string, value: Json): boolean =>
  of === type &&
  (actions === undefined || actions.some((action) => action === value.action)) &&
  (profile === undefined || profile === value.profile);
