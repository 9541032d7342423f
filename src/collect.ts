/**
 * The story of what follows the intake, wherever events come from: what learners do not want is withheld, the rest is
 * archived, and endpoints are told of it. Nothing is sent before it is archived.
 */
import type { ComesAgain } from "./again.ts";
import { type Bucket, prefixOf } from "./archive/layout.ts";
import { writeLines } from "./archive/lines.ts";
import { failedLine, quarantineLine } from "./archive/records.ts";
import type { AskChoices } from "./consent/ask.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import { framesFor } from "./endpoint/frame.ts";
import { type AcceptedEvent, type Intake, idsOf, type QuarantinedEvent } from "./intake.ts";
import type { PseudonymKeys } from "./learner/pseudonym-keys.ts";
import { ledgerLine, type Made, withheldLine } from "./ledger/ledger.ts";
import { type SendToDelivery, sending } from "./sending.ts";
import type { Site } from "./site.ts";
import { type Became, type Told, tellAll } from "./statements.ts";
import { tellOnward } from "./telling.ts";
import { type Collected, type Withheld, withholder } from "./withhold.ts";

export interface CollectParts {
  readonly site: Site;
  readonly bucket: Bucket;
  readonly send: SendToDelivery;
  /** The secrets that pseudonyms are made from. */
  readonly keys: PseudonymKeys;
  /** What learners have chosen. */
  readonly choices: AskChoices;
}

/** What became of what was in messages. */
export interface CollectResult {
  readonly accepted: readonly AcceptedEvent[];
  readonly quarantined: readonly QuarantinedEvent[];
  readonly withheld: readonly Withheld[];
  readonly told: ReadonlyMap<Endpoint, Became>;
  /** The messages that are not told of as yet, by their positions: nothing of them is in this. */
  readonly late: ReadonlySet<number>;
  /** The messages that must come again: what their learners have chosen is damaged, or a queue did not take them. */
  readonly again: ReadonlyMap<number, ComesAgain>;
}

/** What is to become of it. */
export interface Plan extends CollectResult {
  readonly told: ReadonlyMap<Endpoint, Told>;
}

export interface Collecting {
  /**
   * The whole way: statements are sent while others are made. What there was no time for is late: it is archived, and no
   * more. Throws where the archive does not take something, what learners have chosen cannot be asked for, or sending ends
   * with an error that nobody foresaw.
   */
  collect(intakes: readonly Intake[], hasTime: () => boolean): Promise<CollectResult>;
  /**
   * The same, step by step, for those who want to know it all before. Keeps and sends nothing; throws where what learners
   * have chosen cannot be asked for. The others are to follow in their order; each may be repeated.
   */
  plan(intakes: readonly Intake[]): Promise<Plan>;
  archive(plan: Plan): Promise<void>;
  /**
   * Writes what became of each event into the ledger, and what was set aside under `failed/`. `recovered`, in ISO 8601:
   * when events were told that had arrived long before.
   */
  account(plan: Plan, recovered: string): Promise<void>;
  /** Gives the messages that must come again, as a queue did not take what came of them. */
  send(plan: Plan): Promise<ReadonlyMap<number, Error>>;
}

export const collecting = ({ site, bucket, send, keys, choices }: CollectParts): Collecting => {
  const frames = new Map(
    site.endpoints.map((endpoint) => [endpoint, framesFor(endpoint, site.settings, keys)]),
  );
  const withhold = withholder(site.settings.consent, choices, keys);
  return {
    collect: async (intakes, hasTime) => {
      const known = await withhold(intakes);
      await archive(known, bucket);
      const { put: give, room, end } = sending(send);
      const went = await tellOnward(known.accepted, site, frames, {
        isTold: known.isTold,
        hasTime,
        give,
        room,
      });
      const all = { ...without(went.late, intakes, known), accepted: went.events, told: went.told };
      const [unsent] = await Promise.all([end(), account(all, bucket)]);
      return { ...all, late: went.late, again: new Map([...unsent, ...known.again]) };
    },
    plan: async (intakes) => {
      const known = await withhold(intakes);
      const { told, events, late } = tellAll(known.accepted, site, frames, { isTold: known.isTold });
      return { ...without(late, intakes, known), accepted: events, told, late, again: known.again };
    },
    archive: (plan) => archive(plan, bucket),
    account: (plan, recovered) => account(plan, bucket, recovered),
    send: async ({ told }) => {
      const { put, room, end } = sending(send);
      for (const [endpoint, { statements }] of told) {
        for (const statement of statements) {
          put(endpoint, statement);
          await room();
        }
      }
      return end();
    },
  };
};

/** What is known, but for messages that are late: they come whole another time. */
const without = (
  late: ReadonlySet<number>,
  intakes: readonly Intake[],
  { quarantined, withheld }: Collected,
): Pick<Collected, "quarantined" | "withheld"> => {
  if (late.size === 0) return { quarantined, withheld };
  const ids = new Set(intakes.flatMap((each, at) => (late.has(at) ? idsOf(each) : [])));
  return {
    quarantined: quarantined.filter(({ id }) => !ids.has(id)),
    withheld: withheld.filter(({ id }) => !ids.has(id)),
  };
};

const archive = async (
  { accepted, quarantined }: Pick<CollectResult, "accepted" | "quarantined">,
  bucket: Bucket,
): Promise<void> => {
  await Promise.all([
    writeLines(
      bucket,
      prefixOf("raw"),
      accepted.map(({ line }) => line),
    ),
    writeLines(bucket, prefixOf("quarantine"), quarantined.map(quarantineLine)),
  ]);
};

const account = async (
  { accepted, withheld, told }: Pick<CollectResult, "accepted" | "withheld" | "told">,
  bucket: Bucket,
  recovered?: string,
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
