/**
 * The story of a morning: the ledger of the days that must balance by now is drawn up, each in its share of the time, and
 * what is at fault with it is looked at a second time before anybody is told.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Trouble } from "../archive/damaged.ts";
import { dayOf, daysAfter } from "../archive/days.ts";
import type { Bucket } from "../archive/layout.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { PROBE_ENDPOINT } from "../probe/endpoint.ts";
import type { Settings } from "../settings.ts";
import { type Accounts, readAccounts } from "./accounts.ts";
import { type Depths, deadLettersOf, type Fault, faultsOfAccounts } from "./balance.ts";
import { LONGEST_WAIT } from "./ledger.ts";
import { allDays, oneDay } from "./window.ts";

export interface AuditParts {
  readonly bucket: Bucket;
  readonly endpoints: readonly string[];
  readonly retention: Settings["retention"];
  /** Asks the queues how many messages they hold. */
  readonly ask: () => Promise<Depths>;
  /** How many milliseconds are left. */
  readonly remaining?: () => number;
  readonly now?: () => number;
  /** Waits between the two looks, so many milliseconds. */
  readonly pause?: (time: number) => Promise<unknown>;
}

export interface Audit {
  /** Those that were drawn up. */
  readonly days: readonly string[];
  /** Those for which there was not enough time: nobody knows whether they balance. */
  readonly tooLarge: readonly string[];
  readonly faults: readonly AuditFault[];
  /** Objects that cannot be read: what was in them is in no account. */
  readonly troubles: readonly Trouble[];
  /** How often it was looked: twice where something was found, and there was time for it. */
  readonly looks: 1 | 2;
}

/** Something that is wrong, and with which day; dead letters are of no day. */
export interface AuditFault {
  readonly day?: string;
  readonly fault: Fault;
}

/** What is told of a day that was too large, and what to do. */
export const tooLargeSentence = (day: string): string =>
  `The ledger of ${day} was not audited: its time was over before all of that day was read. Draw it up yourself: jlt ledger --day ${day}.`;

/**
 * The endpoints that are audited, of those that are deployed: not the test target, which no file names, so that `jlt
 * ledger` knows nothing of it. There is an alarm of its own for that.
 */
export const auditedEndpoints = (deployed: readonly Pick<Endpoint, "name">[]): readonly string[] =>
  deployed.map(({ name }) => name).filter((name) => name !== PROBE_ENDPOINT);

/** What it takes to tell what was found, in milliseconds: nothing is begun with less time left. */
const SPARE = 30_000;

/**
 * How long the counts of SQS may lag, in milliseconds:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 */
const LAG = 60_000;

/**
 * Draws up the ledger of the days that must balance, and asks the queues. What is found is looked at once more when the
 * counts of the queues have had the time to be right, with all that moved meanwhile; where there is no time for it, what
 * was seen once counts. A day that is too large for its share of the time is left, and said to be; the other is drawn up
 * all the same. Throws what the bucket and the queues throw.
 */
export const audit = async (parts: AuditParts): Promise<Audit> => {
  const { remaining = () => Number.MAX_SAFE_INTEGER, now = Date.now, pause = sleep } = parts;
  const today = dayOf(now());
  const asked = auditedDays(parts.retention, today);
  const look = lookerAt({ ...parts, remaining }, today);

  const first = await look(asked, new Map());
  const { tooLarge } = first;
  const days = asked.filter((day) => !tooLarge.includes(day));
  if (first.faults.length === 0 || remaining() < LAG + 2 * SPARE) return { days, ...first, looks: 1 };
  await pause(LAG);
  // A day that balanced needs no second look; of dead letters, only the queues know.
  const open = days.filter((each) => first.faults.some(({ day }) => day === each));
  const second = await look(open, first.asked);
  // What was not read to its end the second time was seen once.
  const once = first.faults.filter(({ day }) => day !== undefined && second.tooLarge.includes(day));
  return { days, ...second, tooLarge, faults: [...once, ...second.faults], looks: once.length > 0 ? 1 : 2 };
};

/**
 * Yesterday first, all of which has come and most of which has ended; then the last day of which nothing can be in a queue any
 * more, so that all of it must have ended. A day is left out where the archive does not keep everything of it any more.
 */
export const auditedDays = (retention: Settings["retention"], today: string): readonly string[] => {
  const { from } = allDays(retention, today).counted;
  return [daysAfter(today, -1), daysAfter(today, -LONGEST_WAIT - 1)].filter((day) => from <= day);
};

/** Ends the reading of a day whose share of the time is over. */
class TooLarge extends Error {}

interface Look extends Pick<Audit, "faults" | "troubles" | "tooLarge"> {
  /** What the queues held whenever they were asked, by the day that was read. */
  readonly asked: ReadonlyMap<string, readonly Depths[]>;
}

/** Makes what draws up days, one after the other, as only the ids of one are to be held at a time. */
const lookerAt = (
  { bucket, endpoints, ask, remaining }: AuditParts & Required<Pick<AuditParts, "remaining">>,
  today: string,
) => {
  const troubles = new Map<string, Trouble>();
  /** Undefined where less time than `left` is left before all is read. */
  const accountsOf = (day: string, left: number, asked: Depths[]): Promise<Accounts | undefined> => {
    const ensureTime = (): void => {
      if (remaining() < left) throw new TooLarge();
    };
    return readAccounts(bucket, endpoints, {
      window: oneDay(day, today),
      untilEnded: true,
      between: async () => {
        ensureTime();
        asked.push(await ask());
      },
      onObject: ensureTime,
      onTrouble: (trouble) => troubles.set(trouble.key, trouble),
    }).catch((error: unknown) => {
      if (error instanceof TooLarge) return undefined;
      throw error;
    });
  };
  return async (days: readonly string[], before: Look["asked"]): Promise<Look> => {
    const faults: AuditFault[] = [];
    const tooLarge: string[] = [];
    const asked = new Map<string, readonly Depths[]>();
    for (const [at, day] of days.entries()) {
      const now: Depths[] = [];
      // What one leaves over, those after it have too.
      const share = (remaining() - SPARE) / (days.length - at);
      const accounts = await accountsOf(day, Math.max(SPARE, remaining() - share), now);
      if (accounts === undefined) {
        tooLarge.push(day);
        continue;
      }
      // What a queue held at the first look may be what was missed at the second.
      const all = [...(before.get(day) ?? []), ...now];
      asked.set(day, all);
      faults.push(...faultsOfAccounts(accounts, all).map((fault) => ({ day, fault })));
    }
    faults.push(...deadLettersOf(await ask()).map((fault) => ({ fault })));
    return { faults, troubles: [...troubles.values()], tooLarge, asked };
  };
};
