import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import partialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSEvent } from "aws-lambda";
import { site } from "compiled-site";
import { s3Bucket } from "../src/aws/bucket.ts";
import { environment } from "../src/aws/environment.ts";
import { logIncidents } from "../src/aws/log.ts";
import { logMetrics } from "../src/aws/metrics.ts";
import { sendMessages } from "../src/aws/queue.ts";
import { eventMessage, logReturned, settledRecords } from "../src/aws/records.ts";
import { namedSecrets, secretTexts, type WithSecrets, withSecrets } from "../src/aws/secrets.ts";
import { soon } from "../src/aws/soon.ts";
import { choicesAsker } from "../src/consent/ask.ts";
import { choiceStore } from "../src/consent/store.ts";
import { localSettings } from "../src/learner/local.ts";
import { allKeys, pseudonymKeys } from "../src/learner/pseudonym-keys.ts";
import { measuredFailure, measuredTranslation } from "../src/measured.ts";
import { secretReferences } from "../src/secret-references.ts";
import { translator } from "../src/translate.ts";

const settings = localSettings(site.settings, process.env.LOCAL_JWKS_URL);
const references = secretReferences(settings);
const archive = environment("ARCHIVE_BUCKET");
const bucket = soon(() => s3Bucket(new S3Client({}), archive));
const sqs = soon(() => new SQSClient({}));
const queues = environment("DELIVERY_QUEUES");

type Secrets = Readonly<Record<string, string>>;

let made: { readonly secrets: Secrets; readonly translate: ReturnType<typeof translator> } | undefined;

/** The translator for the secrets as they are now: made anew only when one of them has changed. */
const translatorFor = (secrets: Secrets): ReturnType<typeof translator> => {
  if (made === undefined || references.some((each) => made?.secrets[each] !== secrets[each])) {
    const send = (endpoint: string, bodies: readonly string[]) =>
      sendMessages(sqs(), queues + endpoint, bodies);
    const keys = pseudonymKeys(settings.pseudonyms, (reference) => secrets[reference] ?? "");
    const choices = choicesAsker(choiceStore(bucket(), allKeys(keys)), settings.consent);
    made = {
      secrets,
      translate: translator({ site: { ...site, settings }, bucket: bucket(), send, secrets, choices }),
    };
  }
  return made.translate;
};

export const handler = middy<SQSEvent, unknown, Error, WithSecrets>()
  .use(withSecrets(namedSecrets(references)))
  .use(partialBatchFailure({ logger: logReturned }))
  .onError(({ event }) => logMetrics(measuredFailure(event.Records.length)))
  .handler(async (event, context) => {
    const translate = translatorFor(secretTexts(references, context));
    const result = await translate(event.Records.map(eventMessage), () => context.getRemainingTimeInMillis());
    console.info({ message: "Translated a batch.", ...result.counts });
    logIncidents(result.incidents);
    logMetrics(measuredTranslation(result));
    return settledRecords(result.settled);
  });
