import { entity } from "./check-entity.ts";
import { event, eventTypeOf } from "./check-event.ts";
import { entityTypes } from "./entities.ts";
import { eventTypes } from "./general.ts";
import { at, complain, hint, isObject, member, type Place } from "./problems.ts";

/** Complains of what is neither a good event nor a good entity that is described by itself: an item of an envelope. */
export const described = (value: unknown, place: Place): void => {
  const type = isObject(value) ? member(value, "type") : undefined;
  if (eventTypeOf(type) !== undefined) event(value, place);
  else if (isObject(value) && typeof type === "string" && Object.hasOwn(entityTypes, type))
    entity(value, ["Entity"], place, "required");
  else {
    const words = [...Object.keys(eventTypes), ...Object.keys(entityTypes)];
    const where = type === undefined ? place : at(place, "type");
    complain(
      where,
      "not-caliper",
      `This is neither an event nor an entity of Caliper${hint(where, type, words)}`,
    );
  }
};
