import type { Delivery } from "./message.ts";
import type { Statement } from "./pack.ts";
import type { Outcome } from "./settle.ts";

/**
 * Some endpoints fail at a statement (500, or no answer at all) instead of refusing it. A message that was received so
 * often is sent in requests of its own; where it fails though the endpoint works, it goes back into the queue in
 * halves. So in the end what the endpoint fails at waits alone.
 */
const SUSPICIOUS = 8;

export const isSuspect = ({ tries }: Delivery): boolean => tries >= SUSPICIOUS;

/**
 * The statements to be sent, each once: first those that may share requests, then those of each suspect message. Those
 * that are `known`, by their ids, are left out; all others are from then on.
 */
export const groupsOf = (
  deliveries: Iterable<Delivery>,
  known: Set<string> = new Set(),
): readonly (readonly Statement[])[] => {
  const shared: Statement[] = [];
  const apart: Statement[][] = [];
  for (const delivery of deliveries) {
    const group = isSuspect(delivery) ? [] : shared;
    for (const statement of delivery.statements) {
      if (!known.has(statement.id)) group.push(statement);
      known.add(statement.id);
    }
    if (group !== shared) apart.push(group);
  }
  return [shared, ...apart].filter((group) => group.length > 0);
};

/** An endpoint works that has taken something so lately, in milliseconds, and in so many batches since it failed at another thing. */
const LATELY = 600_000;
const STREAK = 3;

/** Tells of each batch's outcomes which statements, by their ids, the endpoint fails at though it works. */
export type Blame = (outcomes: readonly Outcome[]) => ReadonlySet<string>;

/**
 * What blames statements, for as long as a function lives. An endpoint that fails now and then at whatever it is sent
 * is overloaded, and no statement is to blame: to halve messages would only make more requests.
 */
export const blameOf = (now: () => number): Blame => {
  let streak = 0;
  let taken = Number.NEGATIVE_INFINITY;
  let last: ReadonlySet<string> = new Set();
  return (outcomes) => {
    if (outcomes.some(({ end }) => end === "delivered")) {
      streak++;
      taken = now();
    }
    const failed = failedAt(outcomes);
    const isBlamed = streak >= STREAK && now() - taken < LATELY;
    if (failed.size > 0) {
      if (![...failed].some((id) => last.has(id))) streak = 0;
      last = failed;
    }
    return isBlamed ? failed : new Set();
  };
};

/** The statements, by id, at which a request failed. An endpoint that says itself that it is busy has not. */
const failedAt = (outcomes: readonly Outcome[]): ReadonlySet<string> =>
  new Set(
    outcomes.flatMap((each) =>
      each.end === "waiting" && each.sent && each.why === "retry" && !BUSY.has(each.answer?.status)
        ? [each.statement.id]
        : [],
    ),
  );

const BUSY: ReadonlySet<unknown> = new Set([408, 429, 503]);
