import type { JsonObject } from "./event/json.ts";
import type { AcceptedEvent } from "./intake.ts";
import type { Learner } from "./learner/identify.ts";
import type { BatchRules, WrittenStatement } from "./site.ts";

/**
 * What events of one batch have to do with one another, as their mappings declare it. A batch is what a function got
 * at once: what comes in different batches is never joined.
 */

type Rules = Readonly<Record<string, BatchRules>>;

/** What is needed of an event to tell which was before it. */
interface Ordered extends Pick<AcceptedEvent, "source" | "time" | "data"> {
  readonly learner: Pick<Learner, "username" | "server">;
}

/** For each event that its mapping lets look back, the event of the same learner just before it. */
export const previousEvents = <Of extends Ordered>(
  events: readonly Of[],
  rules: Rules,
): ReadonlyMap<Of, JsonObject> => {
  const found = new Map<Of, JsonObject>();
  const looking = events.filter(({ source }) => rules[source] !== undefined);
  const pairs = Map.groupBy(looking, (event) => pairKey(event, rules[event.source]?.previous));
  for (const [key, group] of pairs) {
    if (key === undefined || group.length < 2) continue;
    const ordered = group.toSorted(byTime);
    for (const [at, event] of ordered.entries()) {
      const before = ordered[at - 1];
      if (before !== undefined && isBeginning(before, rules[event.source]?.previous))
        found.set(event, before.data);
    }
  }
  return found;
};

const pairKey = (
  { source, learner: { username, server }, data }: Ordered,
  rule: BatchRules["previous"] | undefined,
): string | undefined => {
  const same = username === undefined ? undefined : orNothing(() => rule?.same(data));
  return same === undefined ? undefined : JSON.stringify([source, username, server, same]);
};

const isBeginning = ({ data }: Ordered, rule: BatchRules["previous"] | undefined): boolean =>
  orNothing(() => rule?.when(data)) === true;

/** A value that is deeper than the stack can be neither compared nor written: one event must not stop its batch. */
const orNothing = <T>(value: () => T): T | undefined => {
  try {
    return value();
  } catch {
    return undefined;
  }
};

/** What is needed to tell whether a statement repeats another. */
interface Repeatable extends Omit<WrittenStatement, "id" | "text"> {
  readonly of: Pick<AcceptedEvent, "time"> & {
    readonly learner: Pick<Learner, "username" | "server" | "course">;
  };
}

/**
 * The statements that repeat an earlier one: the same translation, learner, server, course and object, within the time
 * that the translation declares. The first is told; what comes within that time of it is not.
 */
export const repeatsAmong = <Of extends Repeatable>(acts: readonly Of[]): ReadonlySet<Of> => {
  const repeats = new Set<Of>();
  for (const [key, group] of Map.groupBy(acts, actKey)) {
    if (key === undefined || group.length < 2) continue;
    let told = Number.NEGATIVE_INFINITY;
    for (const act of group.toSorted((a, b) => compare(timeOf(a), timeOf(b)))) {
      const time = Date.parse(timeOf(act));
      if (time - told < (act.within ?? 0)) repeats.add(act);
      else told = time;
    }
  }
  return repeats;
};

const actKey = ({ translation, act, of }: Repeatable): string | undefined => {
  const { username, server, course } = of.learner;
  return act === undefined || username === undefined
    ? undefined
    : JSON.stringify([translation, act, username, server, course?.id]);
};

const timeOf = ({ time, of }: Repeatable): string => time ?? of.time;

/** Events of the same millisecond stay in the order in which they came: sorting keeps it. */
const byTime = (a: Ordered, b: Ordered): number => compare(a.time, b.time);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
