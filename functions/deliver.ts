import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import partialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSEvent } from "aws-lambda";
import { endpoints, settings } from "compiled-site/endpoints";
import { s3Archive } from "../src/aws/bucket.ts";
import { environment } from "../src/aws/environment.ts";
import { logIncidents } from "../src/aws/log.ts";
import { logMetrics } from "../src/aws/metrics.ts";
import { deliveryQueue } from "../src/aws/queue.ts";
import { deliveryMessage, logReturned, settledRecords } from "../src/aws/records.ts";
import { secretOf, type WithSecrets, withSecretOrWhy } from "../src/aws/secrets.ts";
import { soon } from "../src/aws/soon.ts";
import { type DeliverCounts, deliverer } from "../src/deliver.ts";
import { oldestIn } from "../src/delivery/oldest.ts";
import { localEndpoint } from "../src/endpoint/local.ts";
import { measuredDelivery, measuredFailure } from "../src/measured.ts";
import { probeEndpoint } from "../src/probe/endpoint.ts";

const name = environment("ENDPOINT");
const found = endpoints.find((each) => each.name === name);
if (found === undefined) throw new Error(`There is no file endpoints/${name}.yml in this build.`);
const known = probeEndpoint(found, process.env.PROBE_URL);
const endpoint = localEndpoint(known, process.env.LOCAL_ENDPOINT_URL);
const archive = environment("ARCHIVE_BUCKET");
const deliveries = environment("DELIVERY_QUEUE");
const bucket = soon(() => s3Archive(new S3Client({}), archive));
const queue = soon(() => deliveryQueue(new SQSClient({}), deliveries));

let made: { readonly secret: string | undefined; readonly deliver: ReturnType<typeof deliverer> } | undefined;

/** The deliverer for the secret as it is now: made anew only when it has changed. */
const delivererFor = (secret: string | Error | undefined): ReturnType<typeof deliverer> => {
  const text = secret instanceof Error ? secret.message : secret;
  if (made === undefined || made.secret !== text) {
    made = {
      secret: text,
      deliver: deliverer({ endpoint, secret, sensor: settings.hub.id, bucket: bucket(), queue: queue() }),
    };
  }
  return made.deliver;
};

const { auth } = endpoint;

export const handler = middy<SQSEvent, unknown, Error, WithSecrets>()
  .use(withSecretOrWhy(auth.scheme === "none" ? undefined : auth.secret))
  .use(partialBatchFailure({ logger: logReturned }))
  .onError(({ event: { Records } }) =>
    logMetrics(measuredFailure(Records.length, oldestIn(Records.map(deliveryMessage), Date.now()))),
  )
  .handler(async (event, context) => {
    const deliver = delivererFor(secretOf(context));
    const result = await deliver(event.Records.map(deliveryMessage), () =>
      context.getRemainingTimeInMillis(),
    );
    log(result.counts);
    logIncidents(result.incidents);
    logMetrics(measuredDelivery(result));
    return settledRecords(result.settled);
  });

/** What needs the administrator is an error, for the alarm that looks for it. */
const log = (counts: DeliverCounts): void => {
  const { trouble, setAside, delivered } = counts;
  if (trouble?.why === "setup")
    console.error({ message: "The endpoint's setup needs you: look at its url and secret.", ...counts });
  else if (trouble?.why === "version")
    console.error({ message: "The endpoint says that it does not take its file's version.", ...counts });
  else if (setAside > 0 && delivered === 0)
    console.error({ message: "The endpoint takes nothing of a batch. See: jlt failures", ...counts });
  else console.info({ message: "Delivered a batch.", ...counts });
};
