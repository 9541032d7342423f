import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { type ArchiveLine, type Bucket, keyOf } from "./layout.ts";

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Writes lines below a prefix as gzip NDJSON, one object per partition. Resolves when all of them are kept. */
export const writeLines = async (
  bucket: Bucket,
  prefix: string,
  lines: readonly ArchiveLine[],
): Promise<void> => {
  const partitions = Map.groupBy(lines, ({ partition }) => partition);
  await Promise.all(
    [...partitions].map(async ([partition, inside]) => {
      const key = keyOf(
        prefix,
        partition,
        inside.map(({ id }) => id),
      );
      await bucket.put(key, await compress(inside.map(({ text }) => `${text}\n`).join("")));
    }),
  );
};

/** Reads the lines below a prefix, object by object, each as the JSON value that it holds. */
export async function* readLines(bucket: Bucket, prefix: string): AsyncGenerator<unknown> {
  for await (const key of bucket.list(prefix)) {
    const text = (await decompress(await bucket.get(key))).toString("utf8");
    for (const line of text.split("\n")) if (line !== "") yield JSON.parse(line);
  }
}
