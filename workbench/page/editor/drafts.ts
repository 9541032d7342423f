/** A text that was left unsaved, and the hash of what was saved then. */
export interface Draft {
  readonly text: string;
  readonly hash: string;
}

/** Texts that were left unsaved by the browser's way back, by the mapping's name: they are there again on return. */
const drafts = new Map<string, Draft>();

/** Only this page has them: whoever closes it, or loads it anew, is asked. */
const ask = (event: Event): void => event.preventDefault();

export const keepDraft = (name: string, draft: Draft): void => {
  drafts.set(name, draft);
  addEventListener("beforeunload", ask);
};

/** Gives the draft of a mapping away, if there is one: from then on its editor has it. */
export const takeDraft = (name: string): Draft | undefined => {
  const draft = drafts.get(name);
  drafts.delete(name);
  if (drafts.size === 0) removeEventListener("beforeunload", ask);
  return draft;
};

export const hasDraft = (name: string): boolean => drafts.has(name);
