import type { Accounts } from "./accounts.ts";
import { LONGEST_WAIT } from "./ledger.ts";

/** How many messages wait or are under way. */
export interface Depths {
  /** In the events queue. */
  readonly events: number;
  /** In each endpoint's queue. */
  readonly deliveries: Readonly<Record<string, number>>;
  /** In the dead-letter queues of both. */
  readonly deadLetters: Pick<Depths, "events" | "deliveries">;
}

/** Why accounts do not balance. */
export type Fault =
  | { readonly fault: "unaccounted" | "forgotten"; readonly count: number }
  | {
      readonly fault: "lost" | "overdue" | "unexplained";
      readonly endpoint: string;
      readonly count: number;
    }
  /** Without an endpoint, of the events queue. */
  | { readonly fault: "deadLetters"; readonly endpoint?: string; readonly count: number };

/**
 * Judges accounts by what the queues held whenever they were asked while the archive was read; none where everything
 * that came in is where it should be.
 */
export const faultsOf = (accounts: Accounts, asked: readonly Depths[]): readonly Fault[] => [
  ...faultsOfAccounts(accounts, asked),
  ...deadLettersOf(asked.at(-1)),
];

/**
 * What is at fault with the accounts themselves. What waits must be in a queue: as the counts of SQS are approximate and
 * things move, it is only missed where no queue that it could be in ever held anything.
 */
export const faultsOfAccounts = (accounts: Accounts, asked: readonly Depths[]): readonly Fault[] => {
  const always = (isEmpty: (depths: Depths) => boolean): boolean => asked.length > 0 && asked.every(isEmpty);
  const noEvents = always(({ events, deadLetters }) => events === 0 && deadLetters.events === 0);
  const faults: Fault[] = [];
  const found = (fault: Fault): void => {
    if (fault.count > 0) faults.push(fault);
  };
  const { unaccounted, forgotten } = accounts;
  found({ fault: "forgotten", count: forgotten });
  if (noEvents) found({ fault: "unaccounted", count: unaccounted - forgotten });
  for (const { endpoint, waiting, overdue, unexplained } of accounts.endpoints) {
    const isNowhere =
      noEvents &&
      always(
        ({ deliveries, deadLetters }) =>
          (deliveries[endpoint] ?? 0) === 0 && (deadLetters.deliveries[endpoint] ?? 0) === 0,
      );
    found({ fault: "overdue", endpoint, count: overdue });
    if (isNowhere) found({ fault: "lost", endpoint, count: waiting - overdue });
    found({ fault: "unexplained", endpoint, count: unexplained });
  }
  return faults;
};

/** What no function could take, of whatever day it is. */
export const deadLettersOf = (depths: Depths | undefined): readonly Fault[] => {
  const { events = 0, deliveries = {} } = depths?.deadLetters ?? {};
  const all: readonly Fault[] = [
    { fault: "deadLetters", count: events },
    ...Object.entries(deliveries).map(
      ([endpoint, count]): Fault => ({ fault: "deadLetters", endpoint, count }),
    ),
  ];
  return all.filter(({ count }) => count > 0);
};

/** What is wrong, and what to do. */
export const sentenceOf = (fault: Fault): string => {
  const { count } = fault;
  switch (fault.fault) {
    case "unaccounted":
      return `${count} archived event(s) are not in the ledger, and no message of theirs waits: nobody was told of them. Look at the log of the function translate.`;
    case "forgotten":
      return `${count} archived event(s) are not in the ledger, and came more than ${LONGEST_WAIT} days ago: nobody was told of them, and no queue holds them any more.`;
    case "lost":
      return `${fault.endpoint}: ${count} should wait, but no queue holds anything that they could be in. Counts of queues can lag by a minute; if it says so again, they are lost. Look at the log of the endpoint's function.`;
    case "overdue":
      return `${fault.endpoint}: ${count} have neither been delivered nor set aside in more than ${LONGEST_WAIT} days, which is longer than a queue keeps anything: they are lost.`;
    case "unexplained":
      return `${fault.endpoint}: ${count} ended without having been made: lines of the ledger are missing.`;
    case "deadLetters":
      return `${count} message(s) in the dead-letter queue of ${fault.endpoint ?? "the events"}: no function could take them. Mend what its function's log says, then send them back to their queue with a redrive (aws sqs start-message-move-task).`;
  }
};
