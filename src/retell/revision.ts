import { hash } from "node:crypto";
import { isTooLarge, type Statement } from "../delivery/pack.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import type { Frames } from "../endpoint/frame.ts";
import type { EventId } from "../event/id.ts";
import { isObject, parseJson } from "../event/json.ts";
import { writeVoiding } from "../xapi/voiding.ts";

/** What is known of an endpoint's statements of earlier times. */
export interface Past {
  /** By the ids of what the endpoint accepted, which version of its mapping made it. */
  readonly delivered: ReadonlyMap<string, string>;
  /** What was made in place of what a statement voids, by the id of the one that voids it. */
  readonly successors: (voiding: string) => readonly string[];
}

/** Statements that take back what the endpoint has, and say it as it is now. */
export interface Revision {
  /** Those that void, and after them the one that stands from now on, unless the endpoint has it already. */
  readonly statements: readonly Statement[];
  /** What they void. */
  readonly replaces: readonly string[];
  /** What the ledger must know: the ids of those that void, now or before, and last that of the one that stands. */
  readonly made: readonly string[];
}

/** Why there is no revision: nothing to do, the protocol has no way to say it, or it is too large. */
export type NoRevision = "delivered.already" | "cannot.revise" | "size.exceeded";

/**
 * Revises statements that an endpoint has under their ids in another form: it voids what it has (xAPI 1.0.3 Part Two,
 * 2.3.2), and says it anew under an id of its own. All ids derive from the first one's and from what is said, so that the
 * same revision is written in the same bytes however often, and each further one differs. What there is to void is told
 * by the receipts, and which statement took the place of which by the ledger.
 *
 * Of a statement that was refused with 409 there may be no receipt, and no proof of what the endpoint has under its id:
 * whatever it is, it is voided. It can only be ours, as ids come from a name space that is secret to us and the endpoint.
 * What is still in the queue is not known: a statement that is revised meanwhile may have to be revised again. And what
 * was delivered is not kept, only which version of the mapping made it: where something else was changed, such as the
 * endpoint's file, the text counts as the same.
 */
export const reviserOf = (
  endpoint: Pick<Endpoint, "protocol" | "batch">,
  frames: Pick<Frames, "id">,
  hub: string,
): Reviser => {
  // No event has the id of a statement, and no translation such a name.
  const derive = (id: string, what: string): string => frames.id(id as EventId, what, 0, BEFORE_ALL);
  const voidingOf = (id: string): string => derive(id, "voids");
  const revisionOf = (id: string, content: string): string => derive(id, `revised ${content}`);

  const chainOf = (first: string, { successors }: Past): readonly string[] => {
    const chain = [first];
    for (const id of chain)
      for (const next of successors(voidingOf(id))) if (!chain.includes(next)) chain.push(next);
    return chain;
  };

  const revise: Reviser["revise"] = (statement, conflict, past) => {
    const { id: first, mapping } = statement;
    const { delivered } = past;
    const content = contentOf(statement.text);
    const chain = chainOf(first, past);
    const there = chain.filter(
      (id) => delivered.has(id) || (id === first && (conflict !== undefined || chain.length > 1)),
    );
    const live = there.filter((id) => !delivered.has(voidingOf(id)));
    const stands = live.find((id) =>
      id === first
        ? delivered.get(first) === mapping && conflict !== mapping
        : chain.some((before) => revisionOf(before, content) === id),
    );
    const replaces = live.filter((id) => id !== stands);
    if (stands !== undefined && replaces.length === 0) return "delivered.already";
    if (endpoint.protocol !== "xapi") return "cannot.revise";
    const before = there.at(-1) ?? first;
    const id = stands ?? revisionOf(before, content);
    const voidings = replaces.map(
      (target): Statement => ({
        ...statement,
        id: voidingOf(target),
        text: writeVoiding(voidingOf(target), target, hub),
      }),
    );
    // Of one that was voided before, the ledger must know as well what now takes its place.
    const voids = new Set(voidings.map((each) => each.id));
    if (stands === undefined) voids.add(voidingOf(before));
    const anew = { ...statement, id, text: withId(statement.text, id) };
    if (isTooLarge(anew, endpoint.batch)) return "size.exceeded";
    return {
      statements: stands === undefined ? [...voidings, anew] : voidings,
      replaces,
      made: [...voids, id],
    };
  };

  return { revise, isRevision: (id, first, past) => id !== first && chainOf(first, past).includes(id) };
};

/** Whenever it is revised, the same revision has the same id: under the oldest key that is known. */
const BEFORE_ALL = new Date(0).toISOString();

export interface Reviser {
  /**
   * Revises a statement, given as it should be, under its first id. `conflict` is the mapping's version of the one that
   * the endpoint refused under this id, as it has another there; undefined where it did not.
   */
  revise(statement: Statement, conflict: string | undefined, past: Past): Revision | NoRevision;
  /** Whether this is the id of a revision of that statement. */
  isRevision(id: string, first: string, past: Past): boolean;
}

/** A hash of what a statement says, whatever its id. */
const contentOf = (text: string): string => {
  const read = parseJson(text);
  if (!("value" in read) || !isObject(read.value)) return hash("sha256", text);
  const { id: _, ...others } = read.value;
  return hash("sha256", JSON.stringify(others));
};

const withId = (text: string, id: string): string => {
  const read = parseJson(text);
  return "value" in read && isObject(read.value) ? JSON.stringify({ ...read.value, id }) : text;
};
