import { DamagedArchive } from "../archive/damaged.ts";
import type { EditableBucket } from "../archive/layout.ts";
import { recordIn, unpackLines } from "../archive/read.ts";
import type { QuarantineRecord } from "../archive/records.ts";
import type { JsonObject } from "../event/json.ts";
import { type Reason, reasons } from "../event/reason.ts";
import { readKeptSender } from "./sender.ts";

/** An object of quarantine, or the key of one that is gone since it was listed. */
export interface QuarantineObject {
  readonly key: string;
  readonly records: readonly QuarantineRecord[] | undefined;
}

/** Reads an object of quarantine. Throws DamagedArchive, also where only one of its lines is no record. */
export const readQuarantineObject = async (
  bucket: Pick<EditableBucket, "find">,
  key: string,
): Promise<QuarantineObject> => {
  const found = await bucket.find(key);
  if (found === undefined) return { key, records: undefined };
  const records: QuarantineRecord[] = [];
  for (const [at, line] of (await unpackLines(key, found.body)).entries()) {
    if (line === "") continue;
    const record = asRecord(recordIn(line, key, at));
    if (record === undefined)
      throw new DamagedArchive(`Line ${at + 1} of the archive's object ${key} is no event in quarantine.`);
    records.push(record);
  }
  return { key, records };
};

const asRecord = (line: JsonObject): QuarantineRecord | undefined => {
  const { id, learner, arrived, reason, detail, sender, nobodys, recovered, withheld, text } = line;
  if (typeof id !== "string" || typeof text !== "string" || typeof detail !== "string") return undefined;
  if (!isTime(arrived) || !isReason(reason)) return undefined;
  return {
    id,
    ...(typeof learner === "string" && { learner }),
    arrived,
    reason,
    detail,
    sender: readKeptSender(sender),
    ...(typeof nobodys === "string" && { nobodys }),
    ...(typeof recovered === "string" && { recovered }),
    ...(withheld === true && { withheld }),
    text,
  };
};

const isTime = (value: unknown): value is string =>
  typeof value === "string" && !Number.isNaN(Date.parse(value));

const isReason = (value: unknown): value is Reason =>
  typeof value === "string" && Object.hasOwn(reasons, value);
