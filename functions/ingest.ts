import { SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { settings } from "compiled-site/endpoints";
import { environment } from "../src/aws/environment.ts";
import { httpAnswer, httpRequest } from "../src/aws/http.ts";
import { logMetrics } from "../src/aws/metrics.ts";
import { sendTogether } from "../src/aws/queue.ts";
import { NotPlain, namedSecrets, secretTexts, type WithSecrets, withSecrets } from "../src/aws/secrets.ts";
import { soon } from "../src/aws/soon.ts";
import { NotReady } from "../src/ingest/answer.ts";
import type { IngestResponse } from "../src/ingest/http.ts";
import type { SendToEvents } from "../src/ingest/send.ts";
import { type Ingest, ingest, ingestUnready } from "../src/ingest.ts";
import { localSettings } from "../src/learner/local.ts";
import { measuredIngest } from "../src/measured.ts";
import { signingReferences } from "../src/secret-references.ts";

const sqs = soon(() => new SQSClient({}));
const queue = environment("EVENTS_QUEUE");
const known = localSettings(settings, process.env.LOCAL_JWKS_URL);
const references = signingReferences(known);

const send: SendToEvents = async (message) => {
  const [answer = { code: "no answer", again: true }] = await sendTogether(sqs(), queue, [message]);
  return answer;
};

let made: { readonly secrets: Readonly<Record<string, string>>; readonly take: Ingest } | undefined;

/** What takes events, for the hub's keys as they are now: made anew only when one of them has changed. Throws NotReady. */
const takerFor = (context: WithSecrets): Ingest => {
  try {
    const secrets = secretTexts(references, context);
    if (made === undefined || references.some((each) => made?.secrets[each] !== secrets[each])) {
      made = { secrets, take: ingest({ settings: known, secrets, send }) };
    }
    return made.take;
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown";
    throw new NotReady(error instanceof NotPlain ? `A secret ${why}.` : why);
  }
};

const answered = (response: IngestResponse): APIGatewayProxyStructuredResultV2 => {
  console.info({ message: "Events were posted.", ...response.use, status: response.status });
  logMetrics(measuredIngest(response));
  return httpAnswer(response);
};

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, WithSecrets>()
  .use(withSecrets(namedSecrets(references)))
  .onError((request) => {
    request.response = answered(ingestUnready(known, httpRequest(request.event), request.error));
  })
  .handler(async (event, context) => answered(await takerFor(context)(httpRequest(event))));
