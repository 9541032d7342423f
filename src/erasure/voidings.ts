import type { Statement } from "../delivery/pack.ts";
import { type EventId, statementId } from "../event/id.ts";
import { endpointSecrets } from "../learner/pseudonym.ts";
import { writeVoiding } from "../xapi/voiding.ts";
import type { Had, ToldOf } from "./told.ts";

/** A statement that an endpoint has of a learner, and what takes it back. */
export interface TakingBack extends Had {
  readonly target: string;
  readonly voiding: Statement;
}

/**
 * Takes back what an endpoint has of a learner: in an xAPI store by voiding it (xAPI 1.0.3 Part Two, 2.3.2). What an
 * earlier revision has voided is left alone, and so are voiding statements themselves, which cannot be voided, and what
 * was taken back before (`isBack`). A voiding has the id that a revision would give it, so that it is the same statement
 * however often it is made; and it is nobody's: neither tag nor event of the learner comes with it. `keys` are the
 * secrets that pseudonyms are made from, the current one first.
 */
export const takingBack = (
  endpoint: string,
  keys: readonly [string, ...string[]],
  hub: string,
  { has, voidings }: ToldOf,
  isBack: (target: string, had: Had) => boolean,
): readonly TakingBack[] => {
  const voiders = keys.map((key) => voidingIds(key, endpoint));
  const voidingOf = voidingIds(keys.at(-1) ?? keys[0], endpoint);
  return [...has].flatMap(([target, had]) => {
    const isVoided = voiders.some((each) => has.has(each(target)));
    if (voidings.has(target) || isVoided || isBack(target, had)) return [];
    const id = voidingOf(target);
    const text = writeVoiding(id, target, hub);
    return [{ ...had, target, voiding: { id, event: id, translation: ERASURE, mapping: "", text } }];
  });
};

/** What stands in receipts and failures in the place of a translation. */
const ERASURE = "erasure:voided";

/** Gives the id of the statement that voids another: see `reviserOf`, which takes the oldest key that is known. */
const voidingIds = (key: string, endpoint: string): ((id: string) => string) => {
  const { statements } = endpointSecrets(key, endpoint);
  return (id) => statementId(statements, id as EventId, "voids", 0);
};
