import { CannotRun } from "../src/cannot-run.ts";
import { type AskChoices, choicesAsker } from "../src/consent/ask.ts";
import { type ChoiceStore, choiceStore } from "../src/consent/store.ts";
import {
  allKeys,
  type PseudonymKeys,
  type PseudonymSecrets,
  pseudonymKeys,
} from "../src/learner/pseudonym-keys.ts";
import { learnerTags } from "../src/learner/tag.ts";
import type { Settings } from "../src/settings.ts";
import type { Stage } from "./stage.ts";

/** What a command knows of learners by the secrets of a service. */
export interface Learners {
  readonly keys: PseudonymKeys;
  readonly store: ChoiceStore;
  /** What they have chosen, by the archive's names of them. */
  readonly choices: AskChoices;
  /** The names under which the archive has a learner: under the current key, and the one before it. */
  tagsOf(username: string): readonly string[];
}

/** Reads the secrets by which a service knows its learners. Throws CannotRun where one is not there, or is too short. */
export const learnersOf = async (
  { bucket, secret }: Pick<Stage, "bucket" | "secret">,
  { pseudonyms, consent }: Settings,
): Promise<Learners> => {
  const { key, former } = pseudonyms;
  const secrets = new Map<string, string>();
  for (const reference of [key, ...(former === undefined ? [] : [former.key])])
    secrets.set(reference, await secret(reference));
  const keys = keysFrom(pseudonyms, secrets);
  const store = choiceStore(bucket, allKeys(keys));
  const tags = allKeys(keys).map(learnerTags);
  return {
    keys,
    store,
    choices: choicesAsker({ read: store.readTag }, consent),
    tagsOf: (username) => tags.map((tagOf) => tagOf(username)),
  };
};

const keysFrom = (pseudonyms: PseudonymSecrets, secrets: ReadonlyMap<string, string>): PseudonymKeys => {
  try {
    return pseudonymKeys(pseudonyms, (reference) => secrets.get(reference) ?? "");
  } catch (error) {
    throw new CannotRun(error instanceof Error ? error.message : String(error));
  }
};
