import { didYouMean } from "../../src/document/problem.ts";
import { FILTERS } from "../../src/ledger/ledger.ts";
import { Misuse } from "../../src/misuse.ts";
import type { EventState, EventsQuery } from "../api/events.ts";
import type { EventFilter } from "../index/archive-index.ts";

/** What is asked for as an address has it: whatever anybody wrote there. */
export type WrittenQuery = { readonly [Key in keyof EventsQuery]?: string | undefined };

/** Where a page of events ended: when its last event arrived, and its id. */
export interface Cursor {
  readonly arrived: string;
  readonly id: string;
}

/** What is asked for, but for whose events: only a secret of the service leads to these. */
export interface AskedEvents {
  readonly filter: EventFilter;
  readonly learner: string | undefined;
  readonly after: Cursor | undefined;
}

const STATES: readonly EventState[] = ["delivered", "waiting", "setAside", "filtered", "untold"];

/** Checks what is asked for, where what is empty is not asked for. Throws Misuse where it cannot be. */
export const askedEvents = (query: WrittenQuery, endpoints: readonly string[]): AskedEvents => {
  const { source, translation, learner, after } = query;
  const endpoint = oneOf(query.endpoint, endpoints, "endpoint");
  const state = oneOf(query.state, STATES, "state of an event");
  const filter = oneOf(query.filter, FILTERS, "reason to tell nothing");
  return {
    filter: {
      endpoint,
      state,
      filter,
      source: given(source),
      translation: given(translation),
      from: timeIn(query.from, "from"),
      to: timeIn(query.to, "to"),
    },
    learner: given(learner),
    after: cursorIn(given(after)),
  };
};

/** A cursor as the page gets it, and brings it back. */
export const writeCursor = ({ arrived, id }: Cursor): string => `${arrived}|${id}`;

const cursorIn = (text: string | undefined): Cursor | undefined => {
  if (text === undefined) return undefined;
  const [arrived = "", id, ...others] = text.split("|");
  const time = timeOf(arrived);
  if (id === undefined || others.length > 0 || time === undefined)
    throw new Misuse("This page of events was not begun here. Start at the first one.");
  return { arrived: time, id };
};

const given = (value: string | undefined): string | undefined => (value === "" ? undefined : value);

const oneOf = <T extends string>(
  value: string | undefined,
  known: readonly T[],
  what: string,
): T | undefined => {
  const asked = given(value);
  if (asked === undefined) return undefined;
  const found = known.find((each) => each === asked);
  if (found !== undefined) return found;
  throw new Misuse(
    `There is no ${what} ${JSON.stringify(asked)}${didYouMean(asked, known)} There are ${known.join(", ")}.`,
  );
};

const timeIn = (value: string | undefined, name: string): string | undefined => {
  const asked = given(value);
  if (asked === undefined) return undefined;
  const time = timeOf(asked);
  if (time === undefined) throw new Misuse(`"${name}" is a time, such as 2026-11-22T08:00:00Z.`);
  return time;
};

/** A time as the archive writes it; undefined where it is none, or in a year of other than four digits. */
const timeOf = (text: string): string | undefined => {
  const time = Date.parse(text);
  const written = Number.isNaN(time) ? "" : new Date(time).toISOString();
  return /^\d/.test(written) ? written : undefined;
};
