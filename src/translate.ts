/**
 * The story of the first function: messages of the events queue become archived events, and statements in the
 * endpoints' delivery queues.
 */
import { ComesAgain } from "./again.ts";
import { type Bucket, prefixOf } from "./archive/layout.ts";
import { writeLines } from "./archive/lines.ts";
import { failedLine, quarantineLine } from "./archive/records.ts";
import type { AskChoices } from "./consent/ask.ts";
import { pack } from "./delivery/pack.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import { framesFor } from "./endpoint/frame.ts";
import { eventReader } from "./event/catalog.ts";
import type { Reason } from "./event/reason.ts";
import {
  type AcceptedEvent,
  type EventMessage,
  type Intake,
  type QuarantinedEvent,
  type Readers,
  takeInAll,
} from "./intake.ts";
import { courseReader } from "./learner/course-rules.ts";
import { type PseudonymKeys, pseudonymKeys } from "./learner/pseudonym-keys.ts";
import { senderReader } from "./learner/sender.ts";
import { learnerTags } from "./learner/tag.ts";
import { ledgerLine, type Made, withheldLine } from "./ledger/ledger.ts";
import type { Site } from "./site.ts";
import { type StatementOfMessage, type Told, tellAll } from "./statements.ts";
import { type Withheld, withholder } from "./withhold.ts";

export interface TranslateParts {
  readonly site: Site;
  readonly bucket: Bucket;
  readonly send: SendToDelivery;
  /** The values of the secrets that translator.yml names, by their references (see `secretReferences`). */
  readonly secrets: Readonly<Record<string, string>>;
  /** What learners have chosen. */
  readonly choices: AskChoices;
}

/** Puts messages into an endpoint's delivery queue; tells for each whether the queue has it. */
export type SendToDelivery = (endpoint: string, bodies: readonly string[]) => Promise<readonly boolean[]>;

export interface TranslateResult {
  /** For each message: undefined where it may be acknowledged, or why it must come again. */
  readonly settled: readonly (Error | undefined)[];
  readonly counts: TranslateCounts;
}

/** What a batch came to, for the log: numbers only. */
export interface TranslateCounts {
  readonly messages: number;
  readonly accepted: number;
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

/**
 * Makes the translator of a site. It settles a batch message by message: bad events are quarantined and their
 * messages acknowledged; a message comes again only where a queue did not take what came of it, or where the
 * function's time was over. What there is no room for at once has its turn in another round. Throws where the archive
 * does not take the batch: then all of it comes again.
 */
export const translator = (parts: TranslateParts): TranslateBatch => {
  const run = rounds(parts);
  return async (messages, remaining = () => Number.POSITIVE_INFINITY) => {
    const settled: (Error | undefined)[] = messages.map(() => OVER);
    const all: Round[] = [];
    let open = [...messages.keys()];
    do {
      const round = await run(open.flatMap((at) => messages[at] ?? []));
      all.push(round);
      for (const [at, error] of round.settled) settled[open[at] ?? at] = error;
      open = open.filter((_, at) => round.left.has(at));
    } while (open.length > 0 && remaining() > ROUND);
    return { settled, counts: countRounds(messages.length, all) };
  };
};

/** The function's time was over before a message had its turn. */
const OVER = new ComesAgain("There was no time left for it.");

/** What became of the messages of a round, by their positions in it. */
interface Round {
  readonly settled: ReadonlyMap<number, Error | undefined>;
  /** Those for which there was no room. */
  readonly left: ReadonlySet<number>;
  readonly accepted: readonly AcceptedEvent[];
  readonly quarantined: readonly QuarantinedEvent[];
  readonly withheld: readonly Withheld[];
  readonly told: ReadonlyMap<Endpoint, Told>;
}

/** Takes in as many messages as there is room for, archives their events, and tells the endpoints of them. */
const rounds = (parts: TranslateParts): ((messages: readonly EventMessage[]) => Promise<Round>) => {
  const { site, bucket } = parts;
  const keys = keysOf(parts);
  const readers = readersOf(parts, keys);
  const frames = new Map(
    site.endpoints.map((endpoint) => [endpoint, framesFor(endpoint, site.settings, keys)]),
  );
  const withhold = withholder(site.settings.consent, parts.choices, keys);
  return async (messages) => {
    const intakes = await takeInAll(messages, readers);
    const known = await withhold(intakes);
    const { told, events, late } = tellAll(known.accepted, site, frames, { isTold: known.isTold });
    const left = new Set([...messages.keys()].filter((at) => late.has(at) || intakes[at] === undefined));
    // What is late comes whole in the next round.
    const lateIds = new Set(intakes.flatMap((each, at) => (late.has(at) ? idsOf(each) : [])));
    const quarantined = known.quarantined.filter(({ id }) => !lateIds.has(id));
    const withheld = known.withheld.filter(({ id }) => !lateIds.has(id));

    await Promise.all([
      writeLines(
        bucket,
        prefixOf("raw"),
        events.map(({ line }) => line),
      ),
      writeLines(bucket, prefixOf("quarantine"), quarantined.map(quarantineLine)),
    ]);

    const [, ...unsent] = await Promise.all([
      keepAccount(events, withheld, told, bucket),
      ...[...told].map(([endpoint, { statements }]) => sendAll(endpoint, statements, parts.send)),
    ]);

    const again = new Map([...unsent.flatMap((each) => [...each]), ...known.again]);
    const settled = new Map(
      intakes.flatMap(({ crash }, at) => (left.has(at) ? [] : [[at, crash ?? again.get(at)] as const])),
    );
    return { settled, left, accepted: events, quarantined, withheld, told };
  };
};

const idsOf = ({ accepted, quarantined }: Intake): readonly string[] =>
  [...accepted, ...quarantined].map(({ id }) => id);

const countRounds = (messages: number, all: readonly Round[]): TranslateCounts => {
  const sum = (count: (round: Round) => number): number =>
    all.reduce((total, round) => total + count(round), 0);
  const inTold = (count: (told: Told) => number): number =>
    sum(({ told }) => [...told.values()].reduce((total, each) => total + count(each), 0));
  return {
    messages,
    accepted: sum(({ accepted }) => accepted.length),
    quarantined: countReasons(all.flatMap(({ quarantined }) => quarantined)),
    withheld: sum(({ withheld }) => withheld.length),
    statements: inTold(({ statements }) => statements.length),
    setAside: inTold(({ failed }) => failed.length),
  };
};

const keysOf = ({ site, secrets }: TranslateParts): PseudonymKeys =>
  pseudonymKeys(site.settings.pseudonyms, (reference) => {
    const value = secrets[reference];
    if (value !== undefined) return value;
    throw new Error(`The key of pseudonyms is missing. Look at the secret ${reference}.`);
  });

const readersOf = ({ site, secrets }: TranslateParts, { key }: PseudonymKeys): Readers => ({
  readEvent: eventReader(site.schemas),
  trust: site.settings.trust,
  readSender: senderReader(site.settings.trust, secrets),
  naming: { courseOf: courseReader(site.settings.courses), tagOf: learnerTags(key) },
});

/** Writes what became of each event into the ledger, and what was set aside under `failed/`. */
const keepAccount = async (
  accepted: readonly AcceptedEvent[],
  withheld: readonly Withheld[],
  told: ReadonlyMap<Endpoint, Told>,
  bucket: Bucket,
): Promise<void> => {
  const lines = accepted.map(({ id, arrived, learner }, at) => {
    const to: Record<string, Made> = {};
    for (const [endpoint, { made }] of told) to[endpoint.name] = made[at] ?? "mapping";
    return ledgerLine(arrived, { event: id, to, ...(learner.tag !== undefined && { learner: learner.tag }) });
  });
  const others = withheld.map(({ arrived, name }) => withheldLine(arrived, name));
  await Promise.all([
    writeLines(bucket, prefixOf("ledger"), [...lines, ...others]),
    ...[...told].map(([endpoint, { failed }]) =>
      writeLines(bucket, prefixOf("failed", endpoint.name), failed.map(failedLine)),
    ),
  ]);
};

/** Sends an endpoint's statements to its queue; gives the messages that must come again, by their position. */
const sendAll = async (
  endpoint: Endpoint,
  statements: readonly StatementOfMessage[],
  send: SendToDelivery,
): Promise<ReadonlyMap<number, Error>> => {
  const packs = pack(statements, endpoint.batch);
  const sent =
    packs.length === 0
      ? []
      : await send(
          endpoint.name,
          packs.map(({ body }) => body),
        );
  const again = new Map<number, Error>();
  for (const [at, { statements: inside }] of packs.entries()) {
    if (sent[at] === true) continue;
    const error = new ComesAgain(`The delivery queue of ${endpoint.name} did not take a message.`);
    for (const { message } of inside) again.set(message, error);
  }
  return again;
};

const countReasons = (refusals: readonly { readonly reason: Reason }[]): TranslateCounts["quarantined"] => {
  const counts: Partial<Record<Reason, number>> = {};
  for (const { reason } of refusals) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};
