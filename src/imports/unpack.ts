import { createGunzip } from "node:zlib";

/** Thrown where a file ends too soon, or is damaged; what is before that was read. The message says what it is. */
export class CutOff extends Error {
  override readonly name = "CutOff";
}

type Chunks = AsyncIterable<Uint8Array>;

/**
 * The bytes of a file as they are or, where it begins as gzip does (RFC 1952, section 2.3.1), unpacked: all of its
 * members. Throws CutOff after the last byte that could be unpacked.
 */
export async function* unpacked(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const all = chunks[Symbol.asyncIterator]();
  // A pipe may bring its bytes one by one.
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < GZIP.length) {
    const next = await all.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const isGzip = GZIP.every((byte, at) => head[at] === byte);
  const file = chained(head, { [Symbol.asyncIterator]: () => all });
  yield* isGzip ? gunzipped(file) : file;
}

const GZIP = [0x1f, 0x8b];

async function* chained(head: Uint8Array, rest: Chunks): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

/** So much is unpacked at once: where it is damaged, zlib gives nothing of what it was unpacking just then. */
const AT_ONCE = 1024;

async function* gunzipped(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const out: Uint8Array[] = [];
  let failed: Error | undefined;
  let isEnded = false;
  let wake = (): void => {};
  gunzip.on("data", (chunk: Uint8Array) => out.push(chunk));
  gunzip.on("error", (error) => {
    failed = error;
    wake();
  });
  gunzip.on("end", () => {
    isEnded = true;
    wake();
  });
  /** What follows the end of a member is another one, or padding, at which zlib ends without an answer. */
  const feed = (piece: Uint8Array | undefined): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      if (piece === undefined) gunzip.end();
      else gunzip.write(piece, () => resolve());
    });
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += AT_ONCE) {
      const piece = chunk.subarray(at, at + AT_ONCE);
      const before = gunzip.bytesWritten;
      if (!isEnded) await feed(piece);
      yield* out.splice(0);
      if (failed !== undefined) throw new CutOff(whyOf(failed));
      if (isEnded && piece.subarray(gunzip.bytesWritten - before).some((byte) => byte !== 0))
        throw new CutOff("Behind the end of what gzip has packed, there is something else.");
    }
  }
  if (!isEnded) await feed(undefined);
  yield* out.splice(0);
  if (failed !== undefined) throw new CutOff(whyOf(failed));
}

const whyOf = (error: Error): string =>
  "code" in error && error.code === "Z_BUF_ERROR"
    ? "It is cut off: the end of what gzip has packed is missing."
    : "It is damaged: gzip cannot unpack it any further, nor the last lines before that place.";
