import type { FailedRecord } from "../archive/records.ts";
import type { Statement } from "../delivery/pack.ts";
import type { AcceptedEvent } from "../intake.ts";
import { FILTERS, type Filter } from "../ledger/ledger.ts";
import type { UnreadableEvent } from "../retell/raw.ts";
import type { Became } from "../retell/retelling.ts";
import type { Events } from "./events.ts";

/** What an event becomes, wherever it stands in the archive. */
export interface Become {
  readonly id: string;
  /** Undefined where nobody can read it. */
  readonly event: AcceptedEvent | undefined;
  /** By its id, in what forms each statement is made: an event that came twice may have been told differently. */
  readonly statements: ReadonlyMap<string, readonly Statement[]>;
  /** The ids of statements that are made, also of those that are too large. */
  readonly made: ReadonlySet<string>;
  /** The ids of those that were left out as they repeat another. */
  readonly repeated: ReadonlySet<string>;
  /** Why there is no statement. */
  readonly filter: Filter | undefined;
  readonly failed: readonly Pick<FailedRecord, "reason" | "detail">[];
  /** Whether there was more of it than is known. */
  readonly isPartial: boolean;
}

/** So many events that came in several batches are remembered at once. */
const HELD = 2000;

/**
 * Brings together what an event becomes in each batch in which it came, as nobody but all of them can tell what the
 * endpoint should have of it. Most come once, and are answered at once. Where more are under way than is to be remembered,
 * the one that was met first is answered by what is known of it until then.
 */
export const gathering = (events: Events, held: number = HELD) => {
  const open = new Map<string, Become>();
  return {
    /** What is complete, now that this is known. */
    take: (became: Became | UnreadableEvent): readonly Become[] => {
      const one = becomeOf(became);
      const event = events.find(one.id);
      if (event < 0 || events.left(event) === 0) return [];
      const before = open.get(one.id);
      const all = before === undefined ? one : bothOf(before, one);
      if (events.take(event) === 0) {
        open.delete(one.id);
        return [all];
      }
      open.set(one.id, all);
      const [oldest] = open.values();
      if (open.size <= held || oldest === undefined) return [];
      open.delete(oldest.id);
      events.finish(events.find(oldest.id));
      return [{ ...oldest, isPartial: true }];
    },
    /** Whether some events are only known in part until now. */
    isEmpty: (): boolean => open.size === 0,
    /** What is left, as its other lines are gone meanwhile. */
    rest: (): readonly Become[] => {
      const all = [...open.values()];
      open.clear();
      return all.map((each) => ({ ...each, isPartial: true }));
    },
  };
};

const becomeOf = (became: Became | UnreadableEvent): Become => {
  if (!("event" in became)) {
    const { id, reason, detail } = became;
    return {
      id,
      event: undefined,
      statements: new Map(),
      made: new Set(),
      repeated: new Set(),
      filter: undefined,
      failed: [{ reason, detail }],
      isPartial: false,
    };
  }
  const { event, made, statements, failed, repeated } = became;
  return {
    id: event.id,
    event,
    // A message may be handed over twice even in one batch.
    statements: Map.groupBy(statements, ({ id }) => id),
    made: new Set(typeof made === "object" ? made : []),
    filter: typeof made === "string" && made !== "failed" ? made : undefined,
    failed,
    repeated: new Set(repeated),
    isPartial: false,
  };
};

const bothOf = (one: Become, other: Become): Become => {
  // Its learner may just have said no.
  if (one.filter === "consent") return one;
  if (other.filter === "consent") return other;
  const statements = new Map(one.statements);
  for (const [id, forms] of other.statements) statements.set(id, [...(statements.get(id) ?? []), ...forms]);
  return {
    id: one.id,
    event: one.event ?? other.event,
    statements,
    made: new Set([...one.made, ...other.made]),
    repeated: new Set([...one.repeated, ...other.repeated]),
    filter: laterOf(one.filter, other.filter),
    failed: one.failed.length > 0 ? one.failed : other.failed,
    isPartial: one.isPartial || other.isPartial,
  };
};

/** Of two filters the one that an event comes to later: it got that far at least once. */
const laterOf = (one: Filter | undefined, other: Filter | undefined): Filter | undefined => {
  if (one === undefined || other === undefined) return one ?? other;
  return FILTERS.indexOf(one) < FILTERS.indexOf(other) ? other : one;
};
