import type { Delivery } from "./message.ts";
import type { Statement } from "./pack.ts";
import type { Outcome } from "./settle.ts";

/**
 * Some endpoints fail at a statement (500, or no answer at all) instead of refusing it. A message that has failed so
 * often, though the endpoint takes others, is sent in requests of its own; where it fails once more, it goes back into
 * the queue in halves. So in the end what the endpoint fails at waits alone.
 */
const SUSPICIOUS = 8;

export const isSuspect = ({ tries }: Delivery): boolean => tries >= SUSPICIOUS;

/** The statements to be sent, each once: first those that may share requests, then those of each suspect message. */
export const groupsOf = (deliveries: Iterable<Delivery>): readonly (readonly Statement[])[] => {
  const known = new Set<string>();
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

/** The statements, by id, that an endpoint may have failed at. One that says itself that it is busy has not. */
export const blamedAmong = (outcomes: readonly Outcome[]): ReadonlySet<string> =>
  new Set(
    outcomes.flatMap((each) =>
      each.end === "waiting" && each.sent && each.why === "retry" && !BUSY.has(each.answer?.status)
        ? [each.statement.id]
        : [],
    ),
  );

const BUSY: ReadonlySet<unknown> = new Set([408, 429, 503]);
