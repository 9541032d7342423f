import type { ArchiveLine } from "../archive/layout.ts";
import { contentHash } from "../delivery/content.ts";
import type { Statement } from "../delivery/pack.ts";
import { addressOf, destinationOf } from "../endpoint/destination.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import type { AcceptedEvent } from "../intake.ts";
import { addedLine } from "../retell/retold.ts";
import type { Past, Reviser } from "../retell/revision.ts";
import { countFiltered, countStatement, countTrouble, type ReplayCounts } from "./counts.ts";
import type { Had } from "./had.ts";
import type { Become } from "./occurrences.ts";
import type { SetAside } from "./set-aside.ts";

/** Statements that are sent together, and what the ledger must know before. */
export interface Outgoing {
  /** In this order and, where it fits, in one message. */
  readonly statements: readonly Statement[];
  readonly ledger: readonly ArchiveLine[];
  /** The ids of what they stand for: their own, and those of earlier forms. */
  readonly of: ReadonlySet<string>;
}

export interface DecideParts {
  readonly endpoint: Endpoint;
  readonly reviser: Reviser;
  /** Whether what the endpoint has is sent once more, and whether what is made no more is voided. */
  readonly delivered: boolean;
  readonly retract: boolean;
  /** Whether all that the archive has was read: of what endpoints have, and of events. */
  readonly whole: { readonly receipts: boolean; readonly events: boolean };
  readonly counts: ReplayCounts;
  /** When it is sent, in ISO 8601. */
  readonly now: () => string;
}

/** What is known of an event besides what it becomes. */
export interface Known {
  /** What the endpoint has of it, by the ids of the statements. */
  readonly had: ReadonlyMap<string, Had>;
  /** Which statements took the place of others; undefined where nobody can tell. */
  readonly successors: Past["successors"] | undefined;
  /** What of it was set aside. */
  readonly setAside: readonly SetAside[];
}

/** The status by which an endpoint says that it has another statement under an id (xAPI 1.0.3 Part Three, 3.2). */
const CONFLICT = 409;

/** Decides what an endpoint is sent of an event, and counts what becomes of it. */
export type Decide = (become: Become, known: Known) => readonly Outgoing[];

export const decider = (parts: DecideParts): Decide => {
  const { endpoint, reviser, counts } = parts;
  const isSaid = (form: Statement, conflict: string | undefined, past: Past): boolean =>
    reviser.revise(form, conflict, past) === "delivered.already";

  /** What the endpoint has that is neither voided nor made any more. */
  const goneOf = (
    { made, repeated, isPartial }: Become,
    past: Past,
    had: Known["had"],
  ): readonly string[] => {
    if (had.size === 0 || isPartial) return [];
    const explained = new Set([...made, ...repeated].flatMap((id) => reviser.chainOf(id, past)));
    return [...had].flatMap(([id, { voids }]) =>
      voids || explained.has(id) || had.has(reviser.voidingOf(id)) ? [] : [id],
    );
  };

  const retract = (event: AcceptedEvent, gone: readonly string[], had: Known["had"]): readonly Outgoing[] => {
    const destination = destinationOf(endpoint, event.learner);
    const to = destination.by === "launch" ? destination.url : undefined;
    const isPossible = endpoint.protocol === "xapi" && addressOf(endpoint, to) !== undefined;
    const isProven = parts.whole.receipts && parts.whole.events;
    const isMeant = parts.retract && isProven && isPossible && destination.by !== "nowhere";
    return gone.flatMap((id) => {
      const translation = had.get(id)?.translation ?? "";
      countStatement(counts, translation, isMeant ? "retracted" : "gone");
      if (!isMeant) return [];
      const { tag: learner } = event.learner;
      const whose = { ...(learner !== undefined && { learner }), ...(to !== undefined && { to }) };
      const voiding = reviser.retract(id, { event: event.id, translation, mapping: "", ...whose });
      return [sendingOf(event, [voiding], [voiding.id], [id], parts.now(), endpoint.name)];
    });
  };

  return ({ event, failed, filter, statements, made, ...become }, known) => {
    const { had, setAside } = known;
    counts.events++;
    if (event === undefined) {
      countTrouble(counts, "event.unknown", failed[0]?.detail);
      return [];
    }
    if (statements.size === 0 && made.size === 0 && failed.length === 0 && filter !== undefined)
      countFiltered(counts, filter);
    for (const { reason, detail } of failed)
      countTrouble(counts, reason === "size.exceeded" ? "size.exceeded" : "mapping.failed", detail);
    // Whom nobody may tell of may not have anything taken back in their name either; and a mapping that fails says nothing.
    if (filter === "consent" || (statements.size === 0 && failed.length > 0)) return [];

    const past = pastOf(had, known.successors ?? (() => []));
    const gone = goneOf({ event, failed, filter, statements, made, ...become }, past, had);
    if (isUnclear(statements, gone, past, known, reviser)) {
      countTrouble(counts, "ledger.gap");
      return [];
    }
    const sendings: Outgoing[] = [];
    const fresh: Statement[] = [];
    for (const [id, forms] of statements) {
      // Where it is known what it has, a refusal says no more: the event may have come twice, and been told otherwise.
      const isKnown = (had.get(id)?.contents.length ?? 0) > 0;
      const refused = setAside.find((each) => each.id === id && each.status === CONFLICT);
      const conflict = isKnown ? undefined : refused?.mappingHash;
      const statement =
        (forms.length > 1 && had.size > 0 && forms.find((form) => isSaid(form, conflict, past))) ||
        formOf(forms, had.get(id));
      const chain = reviser.chainOf(id, past);
      const count = (what: Parameters<typeof countStatement>[2]): void =>
        countStatement(counts, statement.translation, what);
      if (!had.has(id) && chain.length === 1 && conflict === undefined) {
        count("sent");
        fresh.push(statement);
        continue;
      }
      const revision = reviser.revise(statement, conflict, past);
      if (revision === "delivered.already") {
        count(parts.delivered ? "again" : "unchanged");
        if (!parts.delivered) continue;
        const standing = reviser.standing(statement, past);
        sendings.push({ statements: [standing], ledger: [], of: new Set([standing.id]) });
      } else if (typeof revision === "string") countTrouble(counts, revision);
      else if (!parts.whole.receipts) countTrouble(counts, "ledger.gap");
      else {
        count(revision.replaces.length > 0 ? "revised" : "sent");
        const { made: ids } = revision;
        sendings.push(sendingOf(event, revision.statements, ids, chain, parts.now(), endpoint.name));
      }
    }
    if (fresh.length > 0) {
      const ids = fresh.map(({ id }) => id);
      sendings.push(sendingOf(event, fresh, ids, ids, parts.now(), endpoint.name));
    }
    return [...sendings, ...retract(event, gone, had)];
  };
};

/**
 * The ledger books what is made on the day on which it is sent, and with its event as well, where it is looked for: by
 * whoever draws up that day, and whoever asks what took the place of what. In both places it waits from now on.
 */
const sendingOf = (
  { id, arrived, learner: { tag } }: AcceptedEvent,
  statements: readonly Statement[],
  made: readonly string[],
  of: readonly string[],
  now: string,
  endpoint: string,
): Outgoing => ({
  statements,
  ledger: [
    addedLine(id, now, endpoint, made, tag),
    ...(arrived.slice(0, 10) === now.slice(0, 10) ? [] : [addedLine(id, arrived, endpoint, made, tag, now)]),
  ],
  of: new Set([...of, ...made]),
});

const pastOf = (had: Known["had"], successors: Past["successors"]): Past => ({
  delivered: new Map([...had].map(([id, { mapping }]) => [id, mapping])),
  said: new Map([...had].flatMap(([id, { contents }]) => (contents.length > 0 ? [[id, contents]] : []))),
  successors,
});

/**
 * Of several forms of a statement, the one that the endpoint has, or else the one that says most: not the one that is
 * read first, as a table has its batches in another order.
 */
const formOf = (forms: readonly Statement[], had: Had | undefined): Statement => {
  const known = had && forms.find(({ text }) => had.contents.includes(contentHash(text)));
  const [first] = forms.toSorted(
    (one, other) => other.text.length - one.text.length || (one.text < other.text ? -1 : 1),
  );
  if (first === undefined) throw new Error("A statement has at least one form.");
  return known ?? first;
};

/**
 * Whether something that is made was voided, nobody knows what took its place, and the endpoint has something that could
 * have: then another beside it would be one too many.
 */
const isUnclear = (
  statements: Become["statements"],
  gone: readonly string[],
  past: Past,
  { had, successors }: Known,
  reviser: Reviser,
): boolean => {
  const isVoided = ([id]: readonly [string, unknown]): boolean => had.has(reviser.voidingOf(id));
  const voided = [...statements].filter(isVoided);
  if (voided.length === 0) return false;
  if (successors === undefined) return true;
  return voided.some(([id, [statement]]) => {
    const isLost = reviser.chainOf(id, past).length === 1;
    return isLost && gone.some((each) => had.get(each)?.translation === statement?.translation);
  });
};
