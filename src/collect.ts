/**
 * The story of what follows the intake, wherever events come from: what learners do not want is withheld, the rest is
 * archived, and endpoints are told of it. Nothing is sent before it is archived.
 */
import { ComesAgain } from "./again.ts";
import { type Bucket, prefixOf } from "./archive/layout.ts";
import { writeLines } from "./archive/lines.ts";
import { failedLine, quarantineLine } from "./archive/records.ts";
import type { AskChoices } from "./consent/ask.ts";
import { pack } from "./delivery/pack.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import { framesFor } from "./endpoint/frame.ts";
import type { AcceptedEvent, Intake, QuarantinedEvent } from "./intake.ts";
import type { PseudonymKeys } from "./learner/pseudonym-keys.ts";
import { ledgerLine, type Made, withheldLine } from "./ledger/ledger.ts";
import type { Site } from "./site.ts";
import { type StatementOfMessage, type Told, tellAll } from "./statements.ts";
import { type Withheld, withholder } from "./withhold.ts";

export interface CollectParts {
  readonly site: Site;
  readonly bucket: Bucket;
  readonly send: SendToDelivery;
  /** The secrets that pseudonyms are made from. */
  readonly keys: PseudonymKeys;
  /** What learners have chosen. */
  readonly choices: AskChoices;
}

/** Puts messages into an endpoint's delivery queue; tells for each whether the queue has it. */
export type SendToDelivery = (endpoint: string, bodies: readonly string[]) => Promise<readonly boolean[]>;

/** What is to become of what was in messages. */
export interface Plan {
  readonly accepted: readonly AcceptedEvent[];
  readonly quarantined: readonly QuarantinedEvent[];
  readonly withheld: readonly Withheld[];
  readonly told: ReadonlyMap<Endpoint, Told>;
  /** The messages for which there was no room, by their positions: nothing of them is in this. */
  readonly late: ReadonlySet<number>;
  /** The messages that must come again, as nobody can tell what their learners have chosen. */
  readonly again: ReadonlyMap<number, ComesAgain>;
}

/** The steps, in their order; `account` and `send` may go at once. Each may be repeated. */
export interface Collecting {
  /** Keeps and sends nothing. Throws where what learners have chosen cannot be asked for. */
  plan(intakes: readonly Intake[]): Promise<Plan>;
  archive(plan: Plan): Promise<void>;
  /**
   * Writes what became of each event into the ledger, and what was set aside under `failed/`. `recovered`, in ISO 8601:
   * when events were told that had arrived long before.
   */
  account(plan: Plan, recovered?: string): Promise<void>;
  /** Gives the messages that must come again, as a queue did not take what came of them. */
  send(plan: Plan): Promise<ReadonlyMap<number, Error>>;
}

export const collecting = ({ site, bucket, send, keys, choices }: CollectParts): Collecting => {
  const frames = new Map(
    site.endpoints.map((endpoint) => [endpoint, framesFor(endpoint, site.settings, keys)]),
  );
  const withhold = withholder(site.settings.consent, choices, keys);
  return {
    plan: async (intakes) => {
      const known = await withhold(intakes);
      const { told, events, late } = tellAll(known.accepted, site, frames, { isTold: known.isTold });
      // What is late comes whole in the next round.
      const lateIds = new Set(intakes.flatMap((each, at) => (late.has(at) ? idsOf(each) : [])));
      return {
        accepted: events,
        quarantined: known.quarantined.filter(({ id }) => !lateIds.has(id)),
        withheld: known.withheld.filter(({ id }) => !lateIds.has(id)),
        told,
        late,
        again: known.again,
      };
    },
    archive: async ({ accepted, quarantined }) => {
      await Promise.all([
        writeLines(
          bucket,
          prefixOf("raw"),
          accepted.map(({ line }) => line),
        ),
        writeLines(bucket, prefixOf("quarantine"), quarantined.map(quarantineLine)),
      ]);
    },
    account: (plan, recovered) => keepAccount(plan, bucket, recovered),
    send: async ({ told }) => {
      const unsent = [...told].map(([endpoint, { statements }]) => sendAll(endpoint, statements, send));
      return new Map((await Promise.all(unsent)).flatMap((each) => [...each]));
    },
  };
};

const idsOf = ({ accepted, quarantined }: Intake): readonly string[] =>
  [...accepted, ...quarantined].map(({ id }) => id);

const keepAccount = async (
  { accepted, withheld, told }: Plan,
  bucket: Bucket,
  recovered: string | undefined,
): Promise<void> => {
  const lines = accepted.map(({ id, arrived, learner }, at) => {
    const to: Record<string, Made> = {};
    for (const [endpoint, { made }] of told) to[endpoint.name] = made[at] ?? "mapping";
    return ledgerLine(arrived, { event: id, to, learner: learner.tag, recovered });
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
