/**
 * The story of telling an endpoint again: from what is set aside to what is sent. It writes nothing itself. Whoever
 * retells writes the lines for the ledger, sends the statements, and then marks them as sent again, in this order:
 * what was marked but not sent would be lost, and what is sent twice a store recognises.
 */

import type { Bucket } from "../archive/layout.ts";
import type { FailedRecord } from "../archive/records.ts";
import type { AskChoices } from "../consent/ask.ts";
import { mayTell } from "../consent/choice.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { framesFor } from "../endpoint/frame.ts";
import type { PseudonymKeys } from "../learner/pseudonym-keys.ts";
import type { Filter } from "../ledger/ledger.ts";
import type { Site } from "../site.ts";
import { isVoiding } from "../xapi/voiding.ts";
import { findEvents } from "./find.ts";
import { readDelivered, successorsReader } from "./past.ts";
import type { UnreadableEvent } from "./raw.ts";
import { type Resending, resending } from "./resend.ts";
import { type Became, batchReteller, type RetellBatch } from "./retelling.ts";
import { addedLine, type Retold, type UnsentReason, unsent, unsentReasons } from "./retold.ts";
import { type Past, reviserOf } from "./revision.ts";
import { daysOfEvent } from "./when.ts";

export interface RetellParts {
  readonly site: Site;
  readonly endpoint: Endpoint;
  /** The secrets that pseudonyms and ids are made from. */
  readonly keys: PseudonymKeys;
  /** What learners have chosen by now, by the archive's names of them: whoever has said no since is not told of. */
  readonly choices: AskChoices;
  readonly bucket: Bucket;
  /** `now`: of the archived events, by the mappings as they are now; `as-it-was`: the statements as they were set aside. */
  readonly mode: "now" | "as-it-was";
  /** What the endpoint accepted of the failures' events (see `readDelivered`); where it is absent, it is read. */
  readonly delivered?: Past["delivered"];
  readonly said?: Past["said"];
}

/**
 * Tells an endpoint again what was set aside: gives for each of its failures, in any order, what is to be sent, or why
 * there is nothing. What was never delivered has the same id as before; what was delivered in another form is revised.
 * The archive is read as far as it is needed, a few objects at once; besides these and the failures, only ids are held.
 * Throws where the archive cannot be read.
 */
export async function* retell(failures: readonly FailedRecord[], parts: RetellParts): AsyncGenerator<Retold> {
  const { site, endpoint, bucket, mode } = parts;
  const { hub } = site.settings;
  const events = new Set(failures.map(({ event }) => event));
  const { delivered, said } =
    parts.delivered === undefined
      ? await readDelivered(bucket, endpoint.name, events)
      : { delivered: parts.delivered, said: parts.said };
  const frames = framesFor(endpoint, site.settings, parts.keys);
  const reviser = reviserOf(endpoint, frames, hub.id);
  const past = { delivered, said };
  const sending = resending(endpoint, reviser, past, successorsReader(bucket, endpoint.name, events));

  // What voids a statement says the same by every mapping.
  const isKept = ({ statement }: FailedRecord): boolean => mode === "as-it-was" || isVoiding(statement);
  const all = [...new Map(failures.map((failure) => [failure.id, failure])).values()];
  const kept = all.filter(isKept);
  const chosen = await parts.choices(kept.flatMap(({ learner }) => learner ?? []));
  for (const failure of kept) {
    const { learner } = failure;
    // To take something back, nobody need agree.
    const mayBeTold =
      learner === undefined ||
      isVoiding(failure.statement) ||
      mayTell(site.settings.consent, chosen.get(learner), endpoint.name);
    yield mayBeTold ? await sending.asItWas(failure) : unsent(failure, "learner.out");
  }
  const open = Map.groupBy(
    all.filter((failure) => !isKept(failure)),
    ({ event }) => event,
  );
  const answer = answererOf(endpoint, delivered, sending);
  yield* tellEvents(open, bucket, batchReteller(site, endpoint, frames, parts.choices), answer);
}

/** Looks for the events of failures in the archive, tells each in its batch, and answers its failures by what it becomes. */
async function* tellEvents(
  open: Map<string, readonly FailedRecord[]>,
  bucket: Bucket,
  tell: RetellBatch,
  answer: Answerer,
): AsyncGenerator<Retold> {
  const seen = new Set<string>();
  for (let step = 0; open.size > 0; step++) {
    const days = daysOf(open, step);
    if (days === undefined) break;
    const found = tellFound(
      open,
      findEvents(
        bucket,
        days.filter((day) => !seen.has(day)),
        open,
      ),
      tell,
      answer,
    );
    yield* found;
    for (const day of days) seen.add(day);
  }
  for (const failures of open.values()) for (const failure of failures) yield unsent(failure, "event.gone");
}

/** The days to look in next, the latest first; undefined where there is none any more. */
const daysOf = (
  open: ReadonlyMap<string, readonly FailedRecord[]>,
  step: number,
): readonly string[] | undefined => {
  const days = [...open.values()].flatMap((failures) => failures.map((each) => daysOfEvent(each, step)));
  return days.every((each) => each === undefined)
    ? undefined
    : [...new Set(days.flatMap((each) => each ?? []))].sort().reverse();
};

/**
 * Answers the failures whose events are in these batches, and takes them from what is open. An event that came twice may
 * be without a statement in one batch, as it repeats another there, and have it in the next.
 */
async function* tellFound(
  open: Map<string, readonly FailedRecord[]>,
  batches: AsyncIterable<readonly string[]>,
  tell: RetellBatch,
  answer: Answerer,
): AsyncGenerator<Retold> {
  const without = new Map<FailedRecord, Retold>();
  for await (const lines of batches) {
    for await (const became of tell(lines, (id) => open.has(id))) {
      const id = "event" in became ? became.event.id : became.id;
      const left: FailedRecord[] = [];
      for (const failure of open.get(id) ?? []) {
        const retold = await answer(failure, became);
        if (retold.end === "unsent" && retold.reason === "no.statement") {
          without.set(failure, retold);
          left.push(failure);
          continue;
        }
        without.delete(failure);
        yield retold;
      }
      if (left.length > 0) open.set(id, left);
      else open.delete(id);
    }
  }
  for (const [failure, retold] of without) {
    open.delete(failure.event);
    yield retold;
  }
}

/** Answers a failure by what its event becomes now. */
type Answerer = (failure: FailedRecord, became: Became | UnreadableEvent) => Promise<Retold>;

const answererOf =
  ({ name }: Endpoint, delivered: Past["delivered"], sending: Resending): Answerer =>
  async (failure, became) => {
    if (!("event" in became))
      return unsent(failure, "event.unknown", `${became.detail} ${unsentReasons["event.unknown"]}`);
    const { event, made, statements, failed } = became;
    if (failure.id === event.id) {
      const pending = statements.filter(({ id }) => !delivered.has(id));
      if (pending.length === 0)
        return statements.length > 0 ? unsent(failure, "delivered.already") : whyNot(failure, became);
      return {
        failure,
        end: "sent",
        statements: pending,
        replaces: [],
        ledger: [addedLine(event.id, event.arrived, name, made, event.learner.tag)],
        setAside: failed,
        becomes: "again",
      };
    }
    const { arrived } = event;
    const same = statements.find(({ id }) => id === failure.id);
    if (same !== undefined) return sending.as(failure, same, arrived);
    const alike = statements.filter(({ translation }) => translation === failure.translation);
    const revised = await sending.revised(failure, alike, arrived);
    return revised === undefined ? whyNot(failure, became) : sending.as(failure, revised, arrived);
  };

/** Why there is no statement where one was looked for. */
const whyNot = (failure: FailedRecord, { made, failed }: Became): Retold => {
  const found = failed.find(({ id }) => id === failure.id) ?? (made === "failed" ? failed[0] : undefined);
  if (found !== undefined) {
    const reason = found.reason === "size.exceeded" ? "size.exceeded" : "mapping.failed";
    return unsent(failure, reason, `${found.detail} ${unsentReasons[reason]}`);
  }
  if (typeof made === "string" && made !== "failed") return unsent(failure, FILTERED[made]);
  const isOfEvent = failure.id === failure.event;
  return unsent(failure, isOfEvent && failed.length > 0 ? "size.exceeded" : "no.statement");
};

const FILTERED: Readonly<Record<Filter, UnsentReason>> = {
  consent: "learner.out",
  launch: "no.place",
  selection: "not.selected",
  where: "not.selected",
  mapping: "no.statement",
  repeat: "no.statement",
};
