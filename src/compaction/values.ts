import type { ReadValues } from "../archive/day-file-write.ts";
import { type EventSchema, eventReader } from "../event/catalog.ts";
import { asKept } from "../retell/raw.ts";

/**
 * Reads what a table's typed columns have of events, by the schemas as they are now: less what they say is never to be
 * stored, whatever was stored then.
 */
export const valuesReader = (schemas: readonly EventSchema[]): ReadValues => {
  const readEvent = eventReader(schemas.map(asKept));
  return ({ value }) => {
    const arrived = Date.parse(String(value.arrived));
    if (Number.isNaN(arrived)) return undefined;
    const event = readEvent(value.event, arrived);
    return "reason" in event ? undefined : event;
  };
};
