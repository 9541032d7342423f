import { hash } from "node:crypto";
import { contentHash } from "../delivery/content.ts";
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
  /** By the same ids, what was said under them, by the hashes that receipts have (see `contentHash`); older ones have none. */
  readonly said?: ReadonlyMap<string, readonly string[]> | undefined;
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
 * What is still in the queue is not known: a statement that is revised meanwhile may have to be revised again. What was
 * delivered is known by a hash of it; of older receipts, only by the version of the mapping that made it: there, where
 * something else was changed, such as the endpoint's file, the text counts as the same.
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

  /** What of a statement's chain the endpoint has, what of it is not voided, and which of these says what it should. */
  const judge = (statement: Statement, conflict: string | undefined, past: Past): Judgement => {
    const { id: first, mapping, text } = statement;
    const { delivered, said } = past;
    const isSaid = (): boolean => {
      // What it refused last is the later word.
      if (conflict === mapping) return false;
      return said?.get(first)?.includes(contentHash(text)) ?? delivered.get(first) === mapping;
    };
    const content = once(() => contentOf(text));
    const chain = chainOf(first, past);
    const there = chain.filter(
      (id) => delivered.has(id) || (id === first && (conflict !== undefined || chain.length > 1)),
    );
    const live = there.filter((id) => !delivered.has(voidingOf(id)));
    const stands = live.find((id) =>
      id === first ? isSaid() : chain.some((before) => revisionOf(before, content()) === id),
    );
    return { content, there, live, stands };
  };

  const revise: Reviser["revise"] = (statement, conflict, past) => {
    const { id: first } = statement;
    const { content, there, live, stands } = judge(statement, conflict, past);
    const replaces = live.filter((id) => id !== stands);
    if (stands !== undefined && replaces.length === 0) return "delivered.already";
    if (endpoint.protocol !== "xapi") return "cannot.revise";
    const before = there.at(-1) ?? first;
    const id = stands ?? revisionOf(before, content());
    const voidings = replaces.map((target) => retract(target, statement));
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

  const retract: Reviser["retract"] = (target, about) => ({
    ...about,
    id: voidingOf(target),
    text: writeVoiding(voidingOf(target), target, hub),
  });

  return {
    revise,
    retract,
    standing: (statement, past) => {
      const { stands = statement.id } = judge(statement, undefined, past);
      return stands === statement.id
        ? statement
        : { ...statement, id: stands, text: withId(statement.text, stands) };
    },
    chainOf,
    voidingOf,
    isRevision: (id, first, past) => id !== first && chainOf(first, past).includes(id),
  };
};

interface Judgement {
  readonly content: () => string;
  readonly there: readonly string[];
  readonly live: readonly string[];
  readonly stands: string | undefined;
}

/** Most statements are as they were, and need not be parsed. */
const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** Whenever it is revised, the same revision has the same id: under the oldest key that is known. */
const BEFORE_ALL = new Date(0).toISOString();

export interface Reviser {
  /**
   * Revises a statement, given as it should be, under its first id. `conflict` is the mapping's version of the one that
   * the endpoint refused under this id, as it has another there; undefined where it did not.
   */
  revise(statement: Statement, conflict: string | undefined, past: Past): Revision | NoRevision;
  /** A statement, given under its first id, as it stands at the endpoint where that has it: under the id that it has there. */
  standing(statement: Statement, past: Past): Statement;
  /** What voids a statement of an event; `about` is what is known of it besides. */
  retract(target: string, about: Omit<Statement, "id" | "text">): Statement;
  /** The ids of a statement, given its first one, and of what took its place, one after the other. */
  chainOf(first: string, past: Past): readonly string[];
  /** The id of what voids a statement. */
  voidingOf(id: string): string;
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
