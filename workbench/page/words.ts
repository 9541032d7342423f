import type { Filter } from "../../src/ledger/ledger.ts";
import type { EventState } from "../api/events.ts";

/** Numbers, times and states in words, the same on all pages. */

/** A number as it is read: `12,345`. */
export const count = (number: number): string => NUMBER.format(number);

const NUMBER = new Intl.NumberFormat("en-GB");

/** `1 event`, `12,345 events`. */
export const counted = (number: number, what: string): string =>
  `${count(number)} ${what}${number === 1 ? "" : "s"}`;

/** A time where the reader is, with seconds: `16 Nov 2026, 09:04:51`. What is no time stays as it is. */
export const when = (iso: string): string => shown(WHEN, iso);

/** The same without the day: `09:04:51`. */
export const clock = (iso: string): string => shown(CLOCK, iso);

/** A day, as the archive counts them: `16 Nov 2026`. */
export const dayOf = (day: string): string => shown(DAY_ONLY, day);

const WHEN = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

const DAY_ONLY = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

const shown = (format: Intl.DateTimeFormat, iso: string): string => {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : format.format(time);
};

/** How long ago something was: `just now`, `3 minutes ago`, `2 days ago`. */
export const ago = (iso: string, now: number): string => {
  const seconds = Math.floor((now - Date.parse(iso)) / 1000);
  if (Number.isNaN(seconds)) return iso;
  if (seconds < 5) return "just now";
  for (const [most, each, what] of UNITS)
    if (seconds < most) return `${counted(Math.floor(seconds / each), what)} ago`;
  return `${counted(Math.floor(seconds / DAY), "day")} ago`;
};

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];
const UNITS = [
  [MINUTE, 1, "second"],
  [HOUR, MINUTE, "minute"],
  [2 * DAY, HOUR, "hour"],
] as const;

/** What became of an event or a statement, in a word. */
export const stateWord = (state: EventState): string => STATES[state].word;

/** The class of a state's colour. A word always stands beside it. */
export const stateClass = (state: EventState): string => STATES[state].class;

const STATES: Readonly<Record<EventState, { readonly word: string; readonly class: string }>> = {
  delivered: { word: "delivered", class: "good" },
  waiting: { word: "waiting", class: "wait" },
  setAside: { word: "set aside", class: "bad" },
  filtered: { word: "filtered", class: "soft" },
  untold: { word: "not told yet", class: "soft" },
};

/** All states, in the order in which they are listed. */
export const EVENT_STATES = Object.keys(STATES) as readonly EventState[];

/** Why an endpoint is told nothing of an event, in a few words. */
export const filterWord = (filter: Filter): string => FILTER_WORDS[filter];

const FILTER_WORDS: Readonly<Record<Filter, string>> = {
  consent: "the learner said no",
  selection: "not selected",
  launch: "no launch that leads there",
  where: "kept back by the condition",
  mapping: "no translation applies",
  repeat: "a repeat",
};

export const FILTER_REASONS = Object.keys(FILTER_WORDS) as readonly Filter[];

/** Where events are listed: `eventsAt({ endpoint: "campus-lrs", state: "delivered" })`. */
export const eventsAt = (query: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? "/events" : `/events?${new URLSearchParams(given)}`;
};

/** The editor of a mapping: its folder may lie in others. */
export const mappingAt = (source: string): string =>
  `/mappings/${source.split("/").map(encodeURIComponent).join("/")}`;
