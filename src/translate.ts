/**
 * The story of the first function: messages of the events queue become archived events, and statements in the
 * endpoints' delivery queues.
 */
import { ComesAgain } from "./again.ts";
import { type Bucket, prefixOf } from "./archive/layout.ts";
import { writeLines } from "./archive/lines.ts";
import { failedLine, quarantineLine } from "./archive/records.ts";
import { pack } from "./delivery/pack.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import { framesFor } from "./endpoint/frame.ts";
import { eventReader } from "./event/catalog.ts";
import type { Reason } from "./event/reason.ts";
import { type AcceptedEvent, type EventMessage, type Readers, takeInAll } from "./intake.ts";
import { senderReader } from "./learner/sender.ts";
import { ledgerLine, type Made } from "./ledger/ledger.ts";
import type { Site } from "./site.ts";
import { type StatementOfMessage, type Told, tellAll } from "./statements.ts";

export interface TranslateParts {
  readonly site: Site;
  readonly bucket: Bucket;
  readonly send: SendToDelivery;
  readonly keys: TranslateKeys;
}

/** Puts messages into an endpoint's delivery queue; tells for each whether the queue has it. */
export type SendToDelivery = (endpoint: string, bodies: readonly string[]) => Promise<readonly boolean[]>;

/** The values of the secrets that translator.yml names. */
export interface TranslateKeys {
  /** Needed where learners are known by signed contexts. */
  readonly learnerContext: string | undefined;
  readonly pseudonyms: string;
}

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
  readonly statements: number;
  readonly setAside: number;
}

/**
 * Makes the translator of a site. It settles a batch message by message: bad events are quarantined and their
 * messages acknowledged; a message comes again only where a queue did not take what came of it. Throws where the
 * archive does not take the batch: then all of it comes again.
 */
export const translator = (
  parts: TranslateParts,
): ((messages: readonly EventMessage[]) => Promise<TranslateResult>) => {
  const { site, bucket } = parts;
  const readers = readersOf(parts);
  const frames = new Map(
    site.endpoints.map((endpoint) => [endpoint, framesFor(endpoint, site.settings, parts.keys.pseudonyms)]),
  );
  return async (messages) => {
    const intakes = await takeInAll(messages, readers);
    const accepted = once(intakes.flatMap((each) => each.accepted));
    const quarantined = once(intakes.flatMap((each) => each.quarantined));

    await Promise.all([
      writeLines(
        bucket,
        prefixOf("raw"),
        accepted.map(({ line }) => line),
      ),
      writeLines(bucket, prefixOf("quarantine"), quarantined.map(quarantineLine)),
    ]);

    const { told, events, late } = tellAll(accepted, site, frames);
    const [, ...unsent] = await Promise.all([
      keepAccount(events, told, bucket),
      ...[...told].map(([endpoint, { statements }]) => sendAll(endpoint, statements, parts.send)),
    ]);

    const again = new Map(unsent.flatMap((each) => [...each]));
    return {
      settled: messages.map(
        (_, at) => intakes[at]?.crash ?? again.get(at) ?? (late.has(at) ? FULL : undefined),
      ),
      counts: {
        messages: messages.length,
        accepted: accepted.length,
        quarantined: countReasons(quarantined),
        statements: sum(told, ({ statements }) => statements.length),
        setAside: sum(told, ({ failed }) => failed.length),
      },
    };
  };
};

/** There was no more room in the batch for what comes of a message. */
const FULL = new ComesAgain("The batch is full.");

/** A queue may hand over a message twice, even in one batch. */
const once = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] => [
  ...new Map(all.map((each) => [each.id, each])).values(),
];

const readersOf = ({ site, keys }: TranslateParts): Readers => ({
  readEvent: eventReader(site.schemas),
  trust: site.settings.trust,
  readSender: senderReader(site.settings.trust, keys.learnerContext),
});

/** Writes what became of each event into the ledger, and what was set aside under `failed/`. */
const keepAccount = async (
  accepted: readonly AcceptedEvent[],
  told: ReadonlyMap<Endpoint, Told>,
  bucket: Bucket,
): Promise<void> => {
  const lines = accepted.map(({ id, arrived }, at) => {
    const to: Record<string, Made> = {};
    for (const [endpoint, { made }] of told) to[endpoint.name] = made[at] ?? "mapping";
    return ledgerLine(arrived, { event: id, to });
  });
  await Promise.all([
    writeLines(bucket, prefixOf("ledger"), lines),
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

const sum = (told: ReadonlyMap<Endpoint, Told>, count: (told: Told) => number): number =>
  [...told.values()].reduce((total, each) => total + count(each), 0);
