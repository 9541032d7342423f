/**
 * The story of a replay: from archived events, through the mappings as they are now, to an endpoint's queue. What the
 * endpoint has in the same form is left alone, so that it may be done again at any moment. Memory is needed for the ids of
 * events and statements only, and for what is just under way: events are read from the archive twice, first to find which
 * are meant, so that of everything that was ever delivered only what is of them is remembered, and then to tell them.
 */
import type { OnTrouble } from "../archive/damaged.ts";
import { dayOf, daysAfter } from "../archive/days.ts";
import type { EditableBucket } from "../archive/layout.ts";
import { readRaw } from "../archive/raw.ts";
import type { AskChoices } from "../consent/ask.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { framesFor } from "../endpoint/frame.ts";
import type { PseudonymKeys } from "../learner/pseudonym-keys.ts";
import { batchReteller } from "../retell/retelling.ts";
import { type Past, reviserOf } from "../retell/revision.ts";
import type { Site } from "../site.ts";
import { charactersIn, type Reading, rawOptions } from "./collect.ts";
import type { ReplayCounts } from "./counts.ts";
import { decider } from "./decide.ts";
import type { Events } from "./events.ts";
import { idIn } from "./fits.ts";
import { readHad } from "./had.ts";
import { type Become, gathering } from "./occurrences.ts";
import { type OutboxParts, outboxTo } from "./outbox.ts";
import { dayOfKey, folderOf, listedOn, type Position } from "./position.ts";
import { sentAgain } from "./sent-again.ts";
import { readSetAside } from "./set-aside.ts";
import { successorsOf } from "./successors.ts";

export interface ReplayParts extends Reading {
  readonly bucket: EditableBucket;
  readonly site: Site;
  readonly endpoint: Endpoint;
  /** The secrets that pseudonyms and ids are made from. */
  readonly keys: PseudonymKeys;
  /** What learners have chosen by now, by the archive's names of them: whoever has said no since is not told of. */
  readonly choices: AskChoices;
  /** The events that are meant (see `collectEvents`). */
  readonly events: Events;
  /** What is counted so far. It is counted on as far as is noted, and in the end to the last. */
  readonly counts: ReplayCounts;
  /** Sends what the endpoint has once more, too. */
  readonly delivered: boolean;
  /** Voids what the mappings do not make any more. */
  readonly retract: boolean;
  /** How it is sent; where absent, it is only counted what would be. */
  readonly sending?: Sending | undefined;
  /** Told of each event that is done with. */
  readonly onEvent?: (() => void) | undefined;
  readonly onTrouble?: OnTrouble | undefined;
  readonly now?: () => number;
}

export interface Sending extends Pick<OutboxParts, "send" | "turn"> {
  /** Keeps how far it has come: all that comes before is in the queue. */
  note(position: Position): Promise<void>;
  /** So many events are sent at once; 500, where absent. */
  readonly together?: number;
  /** After so many events it is noted how far it has come; four times as many as are sent at once, where absent. */
  readonly noted?: number;
}

const TOGETHER = 500;

/**
 * Replays events to one endpoint, and counts what becomes of them. Cut off at any moment, and done again from what was
 * noted last, it comes to the same: every statement has the same id each time. Throws Untaken where a queue does not take
 * what is sent, GoneObject where somebody else moves what is just read, and what `note` throws.
 */
export const replayTo = async (parts: ReplayParts): Promise<void> => {
  const { bucket, site, endpoint, days, meant, events, sending, onObject, onTrouble } = parts;
  const counts = structuredClone(parts.counts);
  const { now = Date.now } = parts;
  const today = dayOf(now());
  const from = dayOfKey(parts.after?.key) ?? days.from;
  const whole = { receipts: true, events: true };
  /** What cannot be read is passed over, and no longer proves that there is nothing. */
  const passing = (of: keyof typeof whole): OnTrouble | undefined =>
    onTrouble &&
    ((trouble) => {
      if (trouble.why === "damaged") whole[of] = false;
      onTrouble(trouble);
    });
  const had = await readHad(bucket, endpoint.name, events, {
    // The clocks of the functions may be ahead of this one's.
    days: { from, to: daysAfter(today, 1) },
    onObject,
    onRead: parts.onRead,
    onTrouble: passing("receipts"),
  });
  const setAside = await readSetAside(bucket, endpoint.name, events, { onObject, onTrouble });
  const readSuccessors = successorsOf(bucket, endpoint.name, { events, had }, { today, onTrouble });

  const frames = framesFor(endpoint, site.settings, parts.keys);
  const reviser = reviserOf(endpoint, frames, site.settings.hub.id);
  const tell = batchReteller(site, endpoint, frames, parts.choices);
  const decide = decider({ ...parts, counts, whole, reviser, now: () => new Date(now()).toISOString() });
  const gathered = gathering(events);
  const together = sending?.together ?? TOGETHER;
  const outbox = sending && outboxTo({ bucket, endpoint, ...sending, together });

  const successorsFor = (
    { id, event }: Become,
    day: string,
  ): ReturnType<typeof readSuccessors> | undefined => {
    const known = events.find(id);
    if (!had.hasVoided(known)) return undefined;
    const voidings = [...had.of(known)].flatMap(([each, { voids }]) => (voids ? [each] : []));
    return readSuccessors(event?.arrived.slice(0, 10) ?? day, voidings);
  };

  const answer = (become: Become, successors: Past["successors"] | undefined): void => {
    const { id } = become;
    const of = had.of(events.find(id));
    const ofEvent = setAside.get(id) ?? [];
    const sendings = decide(become, { had: of, successors, setAside: ofEvent });
    for (const { statements } of sendings) {
      counts.statements += statements.length;
      // It is packed, and written into a request, before it is gone.
      for (const { text } of statements) parts.onRead?.(text.length);
    }
    const again = () => sentAgain(ofEvent, sendings, of, new Date(now()).toISOString());
    outbox?.put(sendings, ofEvent.length === 0 ? [] : again());
    parts.onEvent?.();
  };
  const answerAll = async (all: readonly Become[], day: string): Promise<void> => {
    for (const become of all) {
      const successors = successorsFor(become, day);
      answer(become, successors && (await successors));
    }
  };

  const isWanted = (id: string): boolean => {
    const event = events.find(id);
    return event >= 0 && events.left(event) > 0;
  };
  let noted = counts.events;
  const noteAt = async (position: Position): Promise<void> => {
    if (sending === undefined || outbox === undefined) return;
    const isDue = counts.events - noted >= (sending.noted ?? 4 * together);
    // Of what is held, lines that were read already are needed once more.
    if (!isDue || !gathered.isEmpty()) return;
    noted = counts.events;
    // While this is sent, more is counted.
    const until = structuredClone(counts);
    await outbox.flush(() => {
      Object.assign(parts.counts, until);
      return sending.note(position);
    });
  };

  let last: Position | undefined;
  for (let day = from; day <= days.to; day = daysAfter(day, 1)) {
    const listed = sending === undefined ? new Map<string, string>() : await listedOn(bucket, day);
    const options = rawOptions({
      ...parts,
      onObject: undefined,
      onTrouble: passing("events"),
      days: { from: day, to: day },
      after: day === from ? parts.after : undefined,
    });
    for await (const { key, part, batches } of readRaw(bucket, options)) {
      parts.onRead?.(charactersIn(batches));
      for (const batch of batches) {
        const lines = ownLines(batch, meant.tags);
        if (!lines.some((line) => isWanted(idIn(line)))) continue;
        for await (const became of tell(lines, isWanted)) {
          const complete = gathered.take(became);
          if (complete.length > 0) await answerAll(complete, day);
          if (outbox?.isFull() === true) await outbox.flush();
        }
      }
      last = { key, part, listed: listed.get(folderOf(key)) ?? "" };
      await noteAt(last);
    }
  }
  await answerAll(gathered.rest(), days.to);
  await outbox?.settle();
  Object.assign(parts.counts, counts);
  if (last !== undefined) await sending?.note(last);
};

/**
 * Of one learner's events, none depends on another's: the others of a batch need not be told. Whose a line is, it says in
 * this form, whoever wrote it.
 */
const ownLines = (lines: readonly string[], tags: readonly string[] | undefined): readonly string[] =>
  tags === undefined ? lines : lines.filter((line) => tags.some((tag) => line.includes(tag)));
