import { hash } from "node:crypto";

/**
 * A JSON text that every queue takes: SQS refuses U+FFFE and U+FFFF, and others that play it all beyond U+FFFF as well. In
 * JSON these stand only in strings, where an escape means the same.
 */
export const transportable = (text: string): string =>
  // As many bytes as characters: it is ASCII, as most are.
  Buffer.byteLength(text) === text.length ? text : escaped(text);

const escaped = (text: string): string =>
  text.replace(/[\uD800-\uDFFF\uFFFE\uFFFF]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);

/**
 * What a receipt remembers of a statement's text as it was sent, so that a later one can be told from it: the first 16
 * hexadecimal digits of its SHA-256.
 */
export const contentHash = (text: string): string => hash("sha256", transportable(text)).slice(0, 16);
