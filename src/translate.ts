/**
 * The story of the first function: messages of the events queue become archived events, and statements in the
 * endpoints' delivery queues.
 */
import { ComesAgain } from "./again.ts";
import type { Bucket } from "./archive/layout.ts";
import { type CollectResult, collecting } from "./collect.ts";
import type { AskChoices } from "./consent/ask.ts";
import { eventReader } from "./event/catalog.ts";
import type { Reason } from "./event/reason.ts";
import { countReasons, type Incident, setAside } from "./incident.ts";
import { type AcceptedEvent, type EventMessage, idsOf, type Readers, takeInAll } from "./intake.ts";
import { courseReader } from "./learner/course-rules.ts";
import { type PseudonymKeys, pseudonymKeys } from "./learner/pseudonym-keys.ts";
import { senderReader } from "./learner/sender.ts";
import { learnerTags } from "./learner/tag.ts";
import { PROBE_SOURCE } from "./probe/event.ts";
import type { SendToDelivery } from "./sending.ts";
import type { Site } from "./site.ts";

export type { SendToDelivery } from "./sending.ts";

export interface TranslateParts {
  readonly site: Site;
  readonly bucket: Bucket;
  readonly send: SendToDelivery;
  /** The values of the secrets that translator.yml names, by their references (see `secretReferences`). */
  readonly secrets: Readonly<Record<string, string>>;
  /** What learners have chosen. */
  readonly choices: AskChoices;
}

export interface TranslateResult {
  /** For each message: undefined where it may be acknowledged, or why it must come again. */
  readonly settled: readonly (Error | undefined)[];
  readonly counts: TranslateCounts;
  /** What left the usual way, of messages that may be acknowledged. */
  readonly incidents: readonly Incident[];
}

/** What a batch came to, for the log: numbers only. An event counts once its message may be acknowledged. */
export interface TranslateCounts {
  readonly messages: number;
  readonly accepted: number;
  /** Test events, which are not among the accepted. */
  readonly probes: number;
  readonly quarantined: Readonly<Partial<Record<Reason, number>>>;
  /** Events that are not collected, as their learners do not want it. */
  readonly withheld: number;
  readonly statements: number;
  readonly setAside: number;
}

/** Translates a batch; `remaining` tells how many milliseconds the function still has. */
export type TranslateBatch = (
  messages: readonly EventMessage[],
  remaining?: () => number,
) => Promise<TranslateResult>;

/** How long a round may take at the most, in milliseconds: no other is begun with less time left. */
const ROUND = 20_000;

/** With less time left, a round tells of no other message, so that it can be ended: in milliseconds. */
const END = 10_000;

/**
 * Makes the translator of a site. It settles a batch message by message: bad events are quarantined and their
 * messages acknowledged; a message comes again only where a queue did not take what came of it, or where the
 * function's time was over. What there is no room for at once has its turn in another round. Throws where the archive
 * does not take the first round: then all of it comes again; where it does not take another, what is left.
 */
export const translator = (parts: TranslateParts): TranslateBatch => {
  const run = rounds(parts);
  return async (messages, remaining = () => Number.POSITIVE_INFINITY) => {
    const hasTime = () => remaining() > END;
    const settled: (Error | undefined)[] = messages.map(() => OVER);
    const all: Tally[] = [];
    let open = [...messages.keys()];
    do {
      const some = open.flatMap((at) => messages[at] ?? []);
      const round = await run(some, hasTime).catch((error: unknown) => asError(error));
      if (round instanceof Error) {
        // What earlier rounds have told must not come again.
        if (all.length === 0) throw round;
        for (const at of open) settled[at] = round;
        break;
      }
      all.push(round.tally);
      for (const [at, error] of round.settled) settled[open[at] ?? at] = error;
      open = open.filter((_, at) => !round.settled.has(at));
    } while (open.length > 0 && remaining() > ROUND);
    return {
      settled,
      counts: addUp(messages.length, all),
      incidents: all.flatMap(({ incidents }) => incidents),
    };
  };
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** The function's time was over before a message had its turn. */
const OVER = new ComesAgain("There was no time left for it.");

/** What became of a round. What it was made of is not kept: the next needs the memory. */
interface Round {
  /** By their positions in it, the messages that had their turn: undefined where one may be acknowledged. */
  readonly settled: ReadonlyMap<number, Error | undefined>;
  readonly tally: Tally;
}

/** What a round came to. */
interface Tally extends Omit<TranslateCounts, "messages" | "quarantined" | "setAside"> {
  readonly incidents: readonly Incident[];
}

/** Takes in as many messages as there is room for, archives their events, and tells the endpoints of them. */
const rounds = (
  parts: TranslateParts,
): ((messages: readonly EventMessage[], hasTime: () => boolean) => Promise<Round>) => {
  const keys = keysOf(parts);
  const readers = readersOf(parts, keys);
  const { collect } = collecting({ ...parts, keys });
  return async (messages, hasTime) => {
    const intakes = await takeInAll(messages, readers);
    const collected = await collect(intakes, hasTime);
    const { again, late } = collected;
    const open = new Set(intakes.flatMap((each, at) => (again.has(at) ? idsOf(each) : [])));
    return {
      settled: new Map(
        intakes.flatMap(({ crash }, at) => (late.has(at) ? [] : [[at, crash ?? again.get(at)] as const])),
      ),
      tally: tallyOf(collected, (event) => !open.has(event)),
    };
  };
};

/** `isDone`: whether an event, by its id, counts now; it does not where its message comes again, as it counts then. */
const tallyOf = (collected: CollectResult, isDone: (event: string) => boolean): Tally => {
  const done = collected.accepted.filter(({ id }) => isDone(id));
  const probes = done.filter(isProbe).length;
  return {
    accepted: done.length - probes,
    probes,
    withheld: collected.withheld.filter(({ id }) => isDone(id)).length,
    statements: statementsOf(collected, isDone),
    incidents: incidentsOf(collected).filter(({ event }) => isDone(event)),
  };
};

/** How many statements were sent. */
const statementsOf = ({ accepted, told }: CollectResult, isDone: (event: string) => boolean): number => {
  let count = 0;
  for (const { made, failed } of told.values()) {
    for (const [at, { id }] of accepted.entries()) {
      const ids = made[at];
      if (typeof ids === "object" && isDone(id)) count += ids.length;
    }
    // Those that are too large were made as well.
    for (const { id, event } of failed) if (id !== event && isDone(event)) count--;
  }
  return count;
};

const isProbe = ({ source }: AcceptedEvent): boolean => source === PROBE_SOURCE;

const incidentsOf = ({ quarantined, told }: CollectResult): readonly Incident[] => [
  ...quarantined.map(({ id, reason }): Incident => ({ end: "quarantined", reason, event: id })),
  ...[...told.values()].flatMap(({ failed }) => failed.map(setAside)),
];

const addUp = (messages: number, all: readonly Tally[]): TranslateCounts => {
  const sum = (of: "accepted" | "probes" | "withheld" | "statements"): number =>
    all.reduce((total, tally) => total + tally[of], 0);
  const incidents = all.flatMap((tally) => tally.incidents);
  return {
    messages,
    accepted: sum("accepted"),
    probes: sum("probes"),
    quarantined: countReasons(incidents, "quarantined"),
    withheld: sum("withheld"),
    statements: sum("statements"),
    setAside: incidents.filter(({ end }) => end === "setAside").length,
  };
};

const keysOf = ({ site, secrets }: TranslateParts): PseudonymKeys =>
  pseudonymKeys(site.settings.pseudonyms, (reference) => {
    const value = secrets[reference];
    if (value !== undefined) return value;
    throw new Error(`The key of pseudonyms is missing. Look at the secret ${reference}.`);
  });

const readersOf = ({ site, secrets }: TranslateParts, keys: PseudonymKeys): Readers => ({
  readEvent: eventReader(site.schemas),
  trust: site.settings.trust,
  readSender: senderReader(site.settings.trust, secrets, keys),
  naming: { courseOf: courseReader(site.settings.courses), tagOf: learnerTags(keys.key) },
});
