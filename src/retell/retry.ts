import { type Bucket, prefixOf } from "../archive/layout.ts";
import { readDated } from "../archive/read.ts";
import type { FailedRecord } from "../archive/records.ts";
import { isLater, type OpenFailure } from "../ledger/failures.ts";
import { type Answered, newAnswered } from "./answered.ts";
import { readDelivered } from "./past.ts";
import { type ResendParts, resender } from "./resender.ts";
import { type RetellParts, retell } from "./retell.ts";

export interface RetryParts
  extends ResendParts,
    Pick<RetellParts, "site" | "endpoint" | "keys" | "choices" | "mode"> {
  /** Only tells what would be sent. */
  readonly isRehearsal?: boolean;
  /** Told of each failure that is answered. */
  readonly onStep?: () => void;
}

/** So many failures are in memory at once, with their statements. */
const AT_ONCE = 20_000;

/**
 * Sends an endpoint again what is set aside for it, in the order in which it was. May be interrupted and repeated at any
 * moment: what was sent is marked only afterwards, so nothing is lost, and what is sent twice a store recognises by its id.
 */
export const retryFailures = async (
  failures: readonly OpenFailure[],
  { isRehearsal = false, onStep, ...about }: RetryParts,
): Promise<Answered> => {
  const { bucket, endpoint } = about;
  const answered = newAnswered(endpoint.name);
  const events = new Set(failures.map(({ event }) => event));
  const parts: RetellParts = { ...about, ...(await readDelivered(bucket, endpoint.name, events)) };
  const resend = isRehearsal ? undefined : resender(about, endpoint, answered);
  for (let from = 0; from < failures.length; from += AT_ONCE) {
    const chunk = await readWhole(bucket, endpoint.name, failures.slice(from, from + AT_ONCE));
    for await (const retold of retell(chunk, parts)) {
      onStep?.();
      if (retold.end === "unsent") {
        const { reason, detail } = retold;
        // The first stands for the others: it may name the place in a mapping.
        const { count = 0, message = detail } = answered.unsent[reason] ?? {};
        answered.unsent[reason] = { count: count + 1, message };
      } else {
        answered.again++;
        answered.statements += retold.statements.length;
        answered.replaced += retold.replaces.length;
        await resend?.take(retold);
      }
    }
  }
  await resend?.flush();
  return answered;
};

/** The failures as they are in the archive, with their statements. */
const readWhole = async (
  bucket: Bucket,
  endpoint: string,
  failures: readonly OpenFailure[],
): Promise<readonly FailedRecord[]> => {
  const wanted = new Map(failures.map((each) => [each.id, each.at]));
  const whole = new Map<string, FailedRecord>();
  const [first = "", last = ""] = [failures.at(0)?.at, failures.at(-1)?.at];
  const days = { from: first.slice(0, 10), to: last.slice(0, 10) };
  for await (const { line } of readDated(bucket, prefixOf("failed", endpoint), { days })) {
    const record = line as FailedRecord;
    if (wanted.get(record.id) === record.at && isLater(record, whole.get(record.id)))
      whole.set(record.id, record);
  }
  return [...whole.values()];
};
