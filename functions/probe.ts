import { SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, EventBridgeEvent } from "aws-lambda";
import { settings } from "compiled-site/endpoints";
import { environment } from "../src/aws/environment.ts";
import { httpAnswer, httpRequest } from "../src/aws/http.ts";
import { logMetrics } from "../src/aws/metrics.ts";
import { sendTogether } from "../src/aws/queue.ts";
import { namedSecrets, secretTexts, type WithSecrets, withSecrets } from "../src/aws/secrets.ts";
import { soon } from "../src/aws/soon.ts";
import { errorName } from "../src/error-name.ts";
import { probeMessage } from "../src/probe/event.ts";
import { probeKey, probeReferences } from "../src/probe/keys.ts";
import { type ProbeResponse, probesUnready, receiveProbes } from "../src/probe/receive.ts";

const sqs = soon(() => new SQSClient({}));
const queue = environment("EVENTS_QUEUE");
const references = probeReferences(settings);

/** The schedule, every five minutes, or a delivery of what was sent then. */
type Called = APIGatewayProxyEventV2 | EventBridgeEvent<"Scheduled Event", unknown>;
type Answer = APIGatewayProxyStructuredResultV2 | undefined;

const isRequest = (event: Called): event is APIGatewayProxyEventV2 => "requestContext" in event;

const answered = (response: ProbeResponse): Answer => {
  const { status, use, times } = response;
  if (status >= 400) console.warn({ message: "What was posted to the probe was refused.", ...use, status });
  else console.info({ message: "Test events were delivered.", ...use, status });
  for (const time of times) logMetrics({ totals: { ProbeTime: time } });
  return httpAnswer(response);
};

export const handler = middy<Called, Answer, Error, WithSecrets>()
  .use(withSecrets(namedSecrets(references)))
  .onError((request) => {
    console.error({ message: "The probe failed.", error: errorName(request.error) });
    // Whoever delivers comes again. A schedule without an answer has failed: Lambda tries it once more.
    if (isRequest(request.event)) request.response = answered(probesUnready());
  })
  .handler(async (event, context) => {
    const known = probeKey(settings, secretTexts(references, context));
    if (isRequest(event)) return answered(receiveProbes(httpRequest(event), known, Date.now()));
    const [answer] = await sendTogether(sqs(), queue, [probeMessage(known.key, Date.now())]);
    if (answer === undefined || "code" in answer)
      throw new Error("The events queue did not take a test event.");
    console.info({ message: "Sent a test event." });
    return undefined;
  });
