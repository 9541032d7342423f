import { hash } from "node:crypto";

/** SQS refuses U+FFFE and U+FFFF; in JSON, they stand only in strings, where an escape means the same. */
export const transportable = (text: string): string =>
  text.replace(/[\uFFFE\uFFFF]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);

/**
 * What a receipt remembers of a statement's text as it was sent, so that a later one can be told from it: the first 16
 * hexadecimal digits of its SHA-256.
 */
export const contentHash = (text: string): string => hash("sha256", transportable(text)).slice(0, 16);
