import type { Answer } from "./answer.ts";
import type { ConfigurationBehaviour } from "./configuration.ts";
import { answerConfiguration } from "./configuration.ts";
import { checkEnvelope } from "./envelope.ts";
import { Refusal } from "./refusal.ts";
import type { Call } from "./request.ts";
import { BODY_LIMIT, refuseTold, requireAuthorization, requireJsonBody, requireMethod } from "./request.ts";
import { isObject, parseJson } from "./shape.ts";
import { isVersion } from "./versions.ts";

/** A Caliper endpoint (Caliper 1.2, Endpoint): POST takes one envelope, GET answers the endpoint's configuration. */
export const answerCaliper = (call: Call): Answer => {
  requireMethod(call, ["GET", "POST"]);
  const { configuration: told = {}, maxBytes = BODY_LIMIT } = call.store.conduct.behaviour;
  // An endpoint that knows no configuration does not ask who wants it.
  if (call.method === "POST" || told.status === undefined) requireAuthorization(call, ["Bearer"]);
  return call.method === "GET" ? answerConfiguration(told, Math.min(maxBytes, BODY_LIMIT)) : take(call, told);
};

const take = (call: Call, { payloadKB, versions }: ConfigurationBehaviour): Answer => {
  if (payloadKB !== undefined && call.body.length > payloadKB * 1024) {
    throw new Refusal(413, `The body is larger than the ${payloadKB} KB that GET states.`);
  }
  requireJsonBody(call.headers, 415);
  const body = parseJson(call.body);
  if (isObject(body) && Array.isArray(body.data)) call.carries(body.data.length);
  const items = checkEnvelope(
    body,
    (version) => isVersion(version) && (versions === undefined || versions.includes(version)),
  );
  refuseTold(call, items, (index) => `/data/${index}`);
  call.store.keepItems(items);
  return { status: 200 };
};
