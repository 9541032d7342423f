/** What may be written at a place, for whoever writes it. */
export interface Choice {
  readonly label: string;
  readonly kind: "key" | "word" | "variable" | "field" | "function";
  /** A few words that stand beside it. */
  readonly detail?: string;
  /** A sentence about it. */
  readonly info?: string;
}

/** What may stand at a place of a mapping: keys, where it is a mapping of keys, and words, where it is a value. */
export interface Fitting {
  readonly keys: readonly Choice[];
  readonly words: readonly Choice[];
}

export const NOTHING: Fitting = { keys: [], words: [] };

export const keysOnly = (keys: readonly Choice[]): Fitting => ({ keys, words: [] });

export const wordsOnly = (words: readonly Choice[]): Fitting => ({ keys: [], words });

export const key = (label: string, info = "", detail = ""): Choice => choice("key", label, info, detail);

export const word = (label: string, info = "", detail = ""): Choice => choice("word", label, info, detail);

export const choice = (kind: Choice["kind"], label: string, info = "", detail = ""): Choice => ({
  kind,
  label,
  ...(info !== "" && { info }),
  ...(detail !== "" && { detail }),
});
