import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Context } from "aws-lambda";
import { endpoints, settings } from "compiled-site/endpoints";
import { s3Archive } from "../src/aws/bucket.ts";
import { environment } from "../src/aws/environment.ts";
import { logMetrics } from "../src/aws/metrics.ts";
import { queueDepth } from "../src/aws/queue.ts";
import { errorName } from "../src/error-name.ts";
import { type Audit, audit, auditedEndpoints, tooLargeSentence } from "../src/ledger/audit.ts";
import { sentenceOf } from "../src/ledger/balance.ts";
import { type LedgerQueues, readDepths } from "../src/ledger/depths.ts";

const bucket = s3Archive(new S3Client({}), environment("ARCHIVE_BUCKET"));
const sqs = new SQSClient({});
const deliveries = environment("DELIVERY_QUEUES");
/** The names of dead-letter queues are shortened where an endpoint's own is long. */
const shortened: Readonly<Record<string, string>> = JSON.parse(environment("SHORTENED"));

const queues: LedgerQueues = {
  events: { queue: environment("EVENTS_QUEUE"), deadLetters: environment("EVENTS_DEAD_LETTERS") },
  delivery: (endpoint) => ({
    queue: deliveries + endpoint,
    deadLetters: `${deliveries}${shortened[endpoint] ?? endpoint}-dead-letters`,
  }),
};
const names = auditedEndpoints(endpoints);

/** How many of what cannot be read are named in the log. */
const NAMED = 20;

/**
 * Draws up the ledger of the days that must balance by now. Where it cannot, for one of them or for all, it writes no
 * metric: the alarm for an audit that is missing rings then, and the log says why, with what was found of the other. An
 * error that AWS's services throw is told by its name alone.
 */
export const handler = async (_event: unknown, context: Context) => {
  try {
    const result = await audit({
      bucket,
      endpoints: names,
      retention: settings.retention,
      ask: () => readDepths(queues, names, (queue) => queueDepth(sqs, queue)),
      remaining: () => context.getRemainingTimeInMillis(),
    });
    return told(result);
  } catch (error) {
    throw new Error(
      `The ledger could not be audited: the archive or a queue did not answer (${errorName(error)}).`,
    );
  }
};

const told = ({ days, tooLarge, faults, troubles, looks }: Audit) => {
  for (const day of tooLarge) console.error({ message: tooLargeSentence(day), day });
  for (const { day, fault } of faults) {
    const { fault: kind, ...about } = fault;
    console.error({ message: sentenceOf(fault), day, fault: kind, ...about });
  }
  for (const { key, why, detail } of troubles.slice(0, NAMED))
    console.error({ message: "An object of the archive was passed over.", key, why, detail });
  const counts = { faults: faults.length, troubles: troubles.length };
  // A part of a count must not pass for all of it.
  if (tooLarge.length === 0) logMetrics({ totals: { Faults: faults.length, Troubles: troubles.length } });
  console.info({ message: "Audited the ledger.", days, tooLarge, looks, ...counts });
  return { days, tooLarge, looks, ...counts };
};
