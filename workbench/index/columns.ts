import type { Filter } from "../../src/ledger/ledger.ts";
import { FILTERS } from "../../src/ledger/ledger.ts";
import type { EventState } from "../api/events.ts";
import { countedStates, type KnownEvent, stateOf, translationOf, unitState } from "./known.ts";

/**
 * What events are found by, in numbers that lie side by side, each event at its own position: so all of them can be looked
 * at in a few milliseconds.
 */
export interface Columns {
  /** Takes what an event is like now. */
  describe(event: KnownEvent): void;
  /** Takes what became of an event at an endpoint. */
  conclude(event: KnownEvent, endpoint: number): void;
  readonly sources: Names;
  readonly tags: Names;
  /** Which translations made the statements of an event, and how these ended: names of lists, see `madeBy`. */
  readonly translations: Names;
  sourceOf(event: number): number;
  tagOf(event: number): number;
  /** See `codeOf`. */
  stateOf(event: number, endpoint: number): number;
  /** How its statements ended, each way a bit: see `bitOf`. */
  endsOf(event: number, endpoint: number): number;
  translationsOf(event: number, endpoint: number): number;
}

/** Texts by numbers, from 1 on; 0 is none. */
export interface Names {
  /** The number of a text; a new one where it has none. */
  number(text: string): number;
  /** The number of a text that is known; undefined where it is not. */
  find(text: string): number | undefined;
  all(): readonly string[];
}

const STATES: readonly EventState[] = ["untold", "delivered", "waiting", "setAside", "filtered"];

/** What stands for a state, and where it is filtered, for why. */
export const codeOf = (state: EventState, filter?: Filter): number =>
  STATES.indexOf(state) + (state === "filtered" && filter !== undefined ? FILTERS.indexOf(filter) : 0);

/** Whether a code stands for a state. */
export const isState = (code: number, state: EventState): boolean =>
  state === "filtered" ? code >= codeOf("filtered") : code === codeOf(state);

const ENDS: readonly EventState[] = ["delivered", "waiting", "setAside"];

/** The bit of an end; none of what is no end of a statement. */
export const bitOf = (state: EventState): number => {
  const at = ENDS.indexOf(state);
  return at < 0 ? 0 : 1 << at;
};

/** Between what stands in a list of translations: none of their names holds it. */
const BETWEEN = "\n";

/** Whether a list has a statement of a translation that ended so; however it ended, where no end is asked for. */
export const madeBy = (list: string, translation: string, end?: EventState): boolean =>
  list
    .split(BETWEEN)
    .some((each) =>
      end === undefined ? each.endsWith(` ${translation}`) : each === `${end} ${translation}`,
    );

export const newColumns = (endpoints: number): Columns => {
  const source = column(Uint16Array);
  const tag = column(Uint32Array);
  const states = Array.from({ length: endpoints }, () => column(Uint8Array));
  const ends = Array.from({ length: endpoints }, () => column(Uint8Array));
  const lists = Array.from({ length: endpoints }, () => column(Uint32Array));
  const [sources, tags, translations] = [names(), names(), names()];
  return {
    describe: (event) => {
      source.set(event.number, sources.number(event.source));
      tag.set(event.number, event.tag === undefined ? 0 : tags.number(event.tag));
    },
    conclude: (event, endpoint) => {
      const told = event.told[endpoint];
      states[endpoint]?.set(event.number, codeOf(stateOf(told), told?.filter));
      let bits = 0;
      for (const state of countedStates(told)) bits |= bitOf(state);
      ends[endpoint]?.set(event.number, bits);
      const made = told?.units.flatMap((unit) => {
        const translation = translationOf(unit);
        return translation === undefined ? [] : [`${unitState(unit)} ${translation}`];
      });
      const list = made === undefined ? "" : listOf(made);
      lists[endpoint]?.set(event.number, list === "" ? 0 : translations.number(list));
    },
    sources,
    tags,
    translations,
    sourceOf: source.get,
    tagOf: tag.get,
    stateOf: (event, endpoint) => states[endpoint]?.get(event) ?? 0,
    endsOf: (event, endpoint) => ends[endpoint]?.get(event) ?? 0,
    translationsOf: (event, endpoint) => lists[endpoint]?.get(event) ?? 0,
  };
};

const listOf = (made: readonly string[]): string =>
  made.length > 1 ? [...new Set(made)].sort().join(BETWEEN) : (made[0] ?? "");

type Numbers = Uint8Array | Uint16Array | Uint32Array;

/** Numbers by position, 0 where none was set; it grows as it must. */
const column = <T extends Numbers>(kind: new (length: number) => T) => {
  let all = new kind(1024);
  return {
    get: (at: number): number => all[at] ?? 0,
    set: (at: number, value: number): void => {
      if (at >= all.length) {
        const more = new kind(Math.max(at + 1, all.length * 2));
        more.set(all);
        all = more;
      }
      all[at] = value;
    },
  };
};

const names = (): Names => {
  const numbers = new Map<string, number>();
  const all: string[] = [""];
  return {
    number: (text) => {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, all.length);
      all.push(text);
      return all.length - 1;
    },
    find: (text) => numbers.get(text),
    all: () => all,
  };
};
