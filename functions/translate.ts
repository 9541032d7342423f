import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import partialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSEvent } from "aws-lambda";
import { site } from "compiled-site";
import { s3Bucket } from "../src/aws/bucket.ts";
import { environment } from "../src/aws/environment.ts";
import { sendMessages } from "../src/aws/queue.ts";
import { eventMessage, logReturned, settledRecords } from "../src/aws/records.ts";
import { secretText, type WithSecrets, withSecrets } from "../src/aws/secrets.ts";
import { type TranslateKeys, translator } from "../src/translate.ts";

const { trust, pseudonyms } = site.settings;
const bucket = s3Bucket(new S3Client({}), environment("ARCHIVE_BUCKET"));
const sqs = new SQSClient({});
const queues = environment("DELIVERY_QUEUES");

let made: { readonly keys: TranslateKeys; readonly translate: ReturnType<typeof translator> } | undefined;

/** The translator for the secrets as they are now: made anew only when one of them has changed. */
const translatorFor = (keys: TranslateKeys): ReturnType<typeof translator> => {
  if (made?.keys.learnerContext !== keys.learnerContext || made?.keys.pseudonyms !== keys.pseudonyms) {
    const send = (endpoint: string, bodies: readonly string[]) =>
      sendMessages(sqs, queues + endpoint, bodies);
    made = { keys, translate: translator({ site, bucket, send, keys }) };
  }
  return made.translate;
};

export const handler = middy<SQSEvent, unknown, Error, WithSecrets>()
  .use(withSecrets({ pseudonyms, ...(trust.trust === "signed" && { learnerContext: trust.key }) }))
  .use(partialBatchFailure({ logger: logReturned }))
  .handler(async (event, context) => {
    const translate = translatorFor({
      pseudonyms: secretText(context.pseudonyms),
      learnerContext: trust.trust === "signed" ? secretText(context.learnerContext) : undefined,
    });
    const { settled, counts } = await translate(event.Records.map(eventMessage), () =>
      context.getRemainingTimeInMillis(),
    );
    console.info({ message: "Translated a batch.", ...counts });
    return settledRecords(settled);
  });
