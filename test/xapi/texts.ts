import assert from "node:assert/strict";

const refused = (test: (text: string) => boolean, texts: readonly string[]): readonly string[] =>
  texts.filter((text) => !test(text));

/** Asserts that a test of texts lets each of these pass. */
export const yes = (test: (text: string) => boolean, ...texts: readonly string[]): void =>
  assert.deepEqual(refused(test, texts), []);
/** Asserts that a test of texts lets none of these pass. */
export const no = (test: (text: string) => boolean, ...texts: readonly string[]): void =>
  assert.deepEqual(refused(test, texts), texts);
