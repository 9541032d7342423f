import { hash } from "node:crypto";
import { readUuid, type Words } from "../archive/uuid.ts";
import { uuidNumbers } from "../archive/uuid-numbers.ts";

/** Numbers for the ids of events or statements, from 0 on in the order in which they came. */
export interface IdNumbers {
  /** How many there are, each once. */
  readonly size: () => number;
  /** The number of an id, which it gets now if it has none. */
  add(id: string): number;
  /** Below zero where it has none. */
  find(id: string): number;
}

/** An id is a UUID; whatever else stands in its place is known by a hash of it, which is none. */
export const idNumbers = (): IdNumbers => {
  const numbers = uuidNumbers();
  const words: Words = [0, 0, 0, 0];
  const read = (id: string): Words => {
    // What was read from the archive may be anything.
    if (typeof id !== "string" || id.length !== UUID_LENGTH || !readUuid(id, 0, words))
      readHash(String(id), words);
    return words;
  };
  return {
    size: numbers.size,
    add: (id) => numbers.add(read(id)),
    find: (id) => numbers.find(read(id)),
  };
};

const UUID_LENGTH = 36;

const readHash = (id: string, words: Words): void => {
  const bytes = hash("sha256", id, "buffer");
  for (const at of [0, 1, 2, 3] as const) words[at] = bytes.readUInt32LE(at * 4);
  // The version of a UUID is never 0 (RFC 9562, section 4.2).
  words[1] = (words[1] & 0xffff0fff) >>> 0;
};
