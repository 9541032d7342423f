import { dayIn, daysAfter } from "../archive/days.ts";
import { isObject, type JsonObject } from "../event/json.ts";
import { LONGEST_WAIT } from "../ledger/ledger.ts";
import { isVoiding } from "../xapi/voiding.ts";
import type { Found } from "./find.ts";

/** What one endpoint was told of a learner. */
export interface ToldOf {
  /** Statements that it has, by their ids. */
  readonly has: ReadonlyMap<string, Had>;
  /** Those of them that void others. */
  readonly voidings: ReadonlySet<string>;
  /** Those that may still be on their way to it. */
  readonly waiting: ReadonlySet<string>;
}

export interface Had {
  /** When the endpoint got it. */
  readonly at: string;
  /** Where it went, where the learner's launch said so. */
  readonly to?: string;
}

interface Telling {
  readonly delivered: Map<string, Had>;
  /** What it refused as it has another statement under the id, which can only be ours. */
  readonly conflicts: Map<string, Had>;
  readonly voidings: Set<string>;
  readonly standings: Map<string, Standing>;
  /** Statements that were made, with the last day on which their event arrived, or was taken in after all. */
  readonly made: Map<string, string>;
}

interface Standing {
  readonly at: string;
  /** Since when it waits again, where it was sent again. */
  readonly again?: string;
}

/**
 * What each endpoint was told of a learner, from what was found of them; `today` is a day (`YYYY-MM-DD`, UTC). Of `ended`
 * it is known that they do not wait, and those of which it is known now are added to it.
 */
export const toldOf = (
  { objects }: Found,
  today: string,
  ended = new Set<string>(),
): ReadonlyMap<string, ToldOf> => {
  const all = new Map<string, Telling>();
  const of = (endpoint: string): Telling => {
    const known = all.get(endpoint) ?? {
      delivered: new Map(),
      conflicts: new Map(),
      voidings: new Set(),
      standings: new Map(),
      made: new Map(),
    };
    all.set(endpoint, known);
    return known;
  };
  for (const { key, part, endpoint, lines } of objects) {
    for (const { record } of lines) {
      if (part === "ledger") addMade(of, record, dayIn(key) ?? "");
      else if (endpoint !== undefined && part === "receipts") addReceipt(of(endpoint), record);
      else if (endpoint !== undefined && part === "failed") addFailure(of(endpoint), record);
    }
  }
  return new Map([...all].map(([endpoint, telling]) => [endpoint, closed(telling, today, ended)]));
};

const addMade = (of: (endpoint: string) => Telling, { to, recovered }: JsonObject, arrived: string): void => {
  if (!isObject(to)) return;
  // What was in quarantine has waited only since it was taken in after all.
  const day = typeof recovered === "string" ? recovered.slice(0, 10) : arrived;
  for (const [endpoint, ids] of Object.entries(to)) {
    if (!Array.isArray(ids)) continue;
    const { made } = of(endpoint);
    for (const id of ids.map(textIn)) if ((made.get(id) ?? "") < day) made.set(id, day);
  }
};

const addReceipt = ({ delivered, voidings }: Telling, record: JsonObject): void => {
  const id = textIn(record.id);
  delivered.set(id, hadOf(record));
  if (record.voids === true) voidings.add(id);
};

const addFailure = ({ standings, conflicts, voidings }: Telling, record: JsonObject): void => {
  const { class: why, status, since, statement } = record;
  const [id, at] = [textIn(record.id), textIn(record.at)];
  if (isVoiding(statement)) voidings.add(id);
  if (status === 409) conflicts.set(id, hadOf(record));
  if ((standings.get(id)?.at ?? "") > at) return;
  standings.set(id, { at, ...(why === "again" && { again: typeof since === "string" ? since : at }) });
};

const closed = (
  { delivered, conflicts, voidings, standings, made }: Telling,
  today: string,
  ended: Set<string>,
): ToldOf => {
  const waiting = new Set<string>();
  for (const id of delivered.keys()) ended.add(id);
  for (const [id, { again }] of standings) if (again === undefined) ended.add(id);
  for (const [id, day] of made) {
    if (ended.has(id)) continue;
    const standing = standings.get(id);
    // A queue keeps nothing for longer: it is lost, and nothing comes of it any more.
    const since = standing?.again?.slice(0, 10) ?? day;
    if (daysAfter(since, LONGEST_WAIT) >= today) waiting.add(id);
  }
  return {
    has: new Map([...conflicts, ...delivered]),
    voidings,
    waiting,
  };
};

const hadOf = ({ at, to }: JsonObject): Had => ({ at: textIn(at), ...(typeof to === "string" && { to }) });

const textIn = (value: unknown): string => (typeof value === "string" ? value : "");
