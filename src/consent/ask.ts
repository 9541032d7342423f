import { type Choice, NO_CHOICE, UNREADABLE } from "./choice.ts";
import type { ConsentPolicy } from "./policy.ts";
import { type ChoiceStore, DamagedChoice } from "./store.ts";

/**
 * Tells what learners have chosen, by their user names, or by the archive's names of them: UNREADABLE for whom nobody can
 * tell. Throws where the store does not answer: then nobody may guess.
 */
export type AskChoices = (usernames: Iterable<string>) => Promise<ReadonlyMap<string, Choice>>;

/** For so long, in milliseconds, an answer is good: a change takes effect within a minute. */
const GOOD = 30_000;

/** Learners remembered per instance of the function. */
const REMEMBERED = 50_000;

/** Look-ups under way at once. */
const AT_ONCE = 32;

/** Asks the store, and remembers its answers for half a minute. Where learners have no choice, it is not asked. */
export const choicesAsker = (
  store: Pick<ChoiceStore, "read">,
  { policy }: ConsentPolicy,
  now: () => number = Date.now,
): AskChoices => {
  if (policy === "required-by-site") return async () => new Map();
  const remembered = new Map<string, { readonly choice: Choice; readonly until: number }>();
  return async (usernames) => {
    const choices = new Map<string, Choice>();
    const open: string[] = [];
    for (const username of new Set(usernames)) {
      const known = remembered.get(username);
      if (known !== undefined && now() < known.until) choices.set(username, known.choice);
      else open.push(username);
    }
    const worker = async (): Promise<void> => {
      for (let username = open.pop(); username !== undefined; username = open.pop()) {
        // It is as old as the question, not as the answer.
        const until = now() + GOOD;
        const choice = await readChoice(store, username);
        if (remembered.size >= REMEMBERED) remembered.clear();
        remembered.set(username, { choice, until });
        choices.set(username, choice);
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, open.length) }, worker));
    return choices;
  };
};

/** One damaged object must not hold up everybody. */
const readChoice = async (store: Pick<ChoiceStore, "read">, username: string): Promise<Choice> => {
  try {
    return (await store.read(username))?.choice ?? NO_CHOICE;
  } catch (error) {
    if (!(error instanceof DamagedChoice)) throw error;
    console.error({ message: error.message });
    return UNREADABLE;
  }
};
