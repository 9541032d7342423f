import { promisify } from "node:util";
import { gunzip, gzip, gzipSync } from "node:zlib";
import { type About, type ArchiveLine, type Bucket, keyOf } from "./layout.ts";
import { byLearners, marksOf } from "./marks.ts";

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/**
 * Writes lines below a prefix as gzip NDJSON: one object per partition, or several where they are of many learners.
 * Resolves when all of them are kept.
 */
export const writeLines = async (
  bucket: Bucket,
  prefix: string,
  lines: readonly ArchiveLine[],
): Promise<void> => {
  const partitions = Map.groupBy(lines, ({ partition }) => partition);
  const objects = [...partitions].flatMap(([partition, inside]) =>
    byLearners(inside).map((some) => ({ folder: `${prefix}${partition}/`, some })),
  );
  await Promise.all(
    objects.map(async ({ folder, some }) => {
      const body = await packLines(some.map(({ text }) => text));
      const key = keyOf(folder, body, marksOf(some.map(({ learner }) => learner)));
      await bucket.put(key, body, aboutLines(some));
    }),
  );
};

/** What an object's metadata say of lines. */
export const aboutLines = (lines: readonly Pick<ArchiveLine, "time">[]): About => {
  let from: string | undefined;
  let to: string | undefined;
  for (const { time } of lines) {
    if (time === undefined) continue;
    if (from === undefined || time < from) from = time;
    if (to === undefined || to < time) to = time;
  }
  return {
    lines: lines.length,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
};

/** Lines as an object holds them. */
export const packLines = async (texts: readonly string[]): Promise<Uint8Array> => {
  const text = texts.length === 0 ? "" : `${texts.join("\n")}\n`;
  // To hand little over to another thread takes longer than to pack it; much would hold up others meanwhile.
  return text.length <= LITTLE ? gzipSync(text) : compress(text);
};

/** Characters that are packed within some milliseconds. */
const LITTLE = 512 * 1024;

/** Reads the lines below a prefix, object by object, each as the JSON value that it holds. */
export async function* readLines(bucket: Bucket, prefix: string): AsyncGenerator<unknown> {
  for await (const key of bucket.list(prefix)) {
    const text = (await decompress(await bucket.get(key))).toString("utf8");
    for (const line of text.split("\n")) if (line !== "") yield JSON.parse(line);
  }
}
