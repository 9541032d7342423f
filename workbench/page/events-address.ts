import type { EventsQuery } from "../api/events.ts";

/** The address of a list of events: what is asked for is all in it, so that it can be kept and sent on. */

/** All that can be asked for, by its name in the address. */
const NAMES: readonly (keyof EventsQuery)[] = [
  "endpoint",
  "state",
  "filter",
  "source",
  "translation",
  "learner",
  "from",
  "to",
  "after",
];

/** What an address asks for, without what is empty or unknown. */
export const given = (query: URLSearchParams): URLSearchParams =>
  new URLSearchParams(
    NAMES.flatMap((name): readonly [string, string][] => {
      const value = query.get(name);
      return value === null || value === "" ? [] : [[name, value]];
    }),
  );

/** The address that a form asks for, by the names and values of its fields; `before` is what was asked for until now. */
export const addressOf = (
  fields: Iterable<readonly [name: string, value: unknown]>,
  before: URLSearchParams,
): string => {
  const asked = new URLSearchParams();
  for (const [name, value] of fields) {
    const text = typeof value === "string" ? value.trim() : "";
    if (text === "") continue;
    asked.set(name, name === "from" || name === "to" ? timeIn(text, before.get(name) ?? "") : text);
  }
  const query = given(asked);
  return query.size === 0 ? "/events" : `/events?${query}`;
};

/** A time as a field for it has it, in UTC. What nobody changed stays as exact as it was. */
const timeIn = (text: string, before: string): string => {
  if (text === asLocal(before)) return before;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
};

/** A time as the browser's field for it wants it: where the reader is, and without a zone. */
export const asLocal = (iso: string): string => {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return "";
  const minutes = new Date(time).getTimezoneOffset();
  return new Date(time - minutes * 60_000).toISOString().slice(0, 19);
};
