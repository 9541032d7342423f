import { type Bucket, prefixOf } from "../archive/layout.ts";
import { writeLines } from "../archive/lines.ts";
import { failedLine } from "../archive/records.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { afterwards, replacedLine } from "../ledger/failures.ts";
import type { Answered } from "./answered.ts";
import { againRecords, packTogether, type Sent } from "./retold.ts";

/** Where what was set aside lies, and what takes messages for an endpoint: it tells for each whether its queue has it. */
export interface ResendParts {
  readonly bucket: Bucket;
  send(endpoint: string, bodies: readonly string[]): Promise<readonly boolean[]>;
}

/** Sends what was told again, as much at once as is worth a request. */
export interface Resender {
  take(retold: Sent): Promise<void>;
  /** Sends what was taken and not sent yet. */
  flush(): Promise<void>;
}

/** So many of them are sent together. */
const TOGETHER = 500;

/**
 * Sends in this order: what the ledger does not know yet, so that nothing is under way that was never made; then the
 * messages; and only when the queue has them, the marks that they were sent. Whoever interrupts it finds them set aside
 * still, and sends them once more.
 */
export const resender = (stage: ResendParts, endpoint: Endpoint, answered: Answered): Resender => {
  const { bucket } = stage;
  let open: Sent[] = [];
  const flush = async (): Promise<void> => {
    const together = open;
    open = [];
    if (together.length === 0) return;
    const since = new Date().toISOString();
    const setAside = together.flatMap((each) => each.setAside);
    await Promise.all([
      writeLines(
        bucket,
        prefixOf("ledger"),
        together.flatMap(({ ledger }) => ledger),
      ),
      writeLines(bucket, prefixOf("failed", endpoint.name), setAside.map(failedLine)),
    ]);
    answered.setAside += setAside.length;

    const packs = packTogether(
      together.map(({ statements }) => statements),
      endpoint.batch,
    );
    const taken = await stage.send(
      endpoint.name,
      packs.map(({ body }) => body),
    );
    const untaken = new Set(
      packs.flatMap(({ statements }, at) => (taken[at] === true ? [] : statements.map(({ id }) => id))),
    );

    const done = together.filter(({ statements }) => !statements.some(({ id }) => untaken.has(id)));
    const marks = done.flatMap((sent) => {
      const at = afterwards(sent.failure);
      const by = sent.statements.at(-1)?.id ?? "";
      return [
        ...againRecords(sent, at).map((record) => failedLine({ ...record, since })),
        ...(sent.becomes === "replaced" ? [replacedLine(sent.failure, by, at)] : []),
      ];
    });
    await writeLines(bucket, prefixOf("failed", endpoint.name), marks);
    answered.messages += taken.filter((each) => each).length;
    answered.untaken += together.length - done.length;
  };
  return {
    take: async (retold) => {
      open.push(retold);
      if (open.length >= TOGETHER) await flush();
    },
    flush,
  };
};
