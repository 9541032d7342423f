import type { Answer } from "./answer.ts";
import { checkEnvelope, VERSIONS } from "./envelope.ts";
import type { Call } from "./request.ts";
import { BODY_LIMIT, refuseTold, requireAuthorization, requireJsonBody, requireMethod } from "./request.ts";
import { isObject, parseJson } from "./shape.ts";

/** A Caliper endpoint (Caliper 1.2, Endpoint): POST takes one envelope, GET answers the endpoint's configuration. */
export const answerCaliper = (call: Call): Answer => {
  requireMethod(call, ["GET", "POST"]);
  requireAuthorization(call, ["Bearer"]);
  return call.method === "GET" ? configuration(call) : take(call);
};

const take = (call: Call): Answer => {
  requireJsonBody(call.headers, 415);
  const body = parseJson(call.body);
  if (isObject(body) && Array.isArray(body.data)) call.carries(body.data.length);
  const items = checkEnvelope(body);
  refuseTold(call, items, (index) => `/data/${index}`);
  call.store.keepItems(items);
  return { status: 200 };
};

const configuration = (call: Call): Answer => {
  const bytes = Math.min(call.store.conduct.behaviour.maxBytes ?? BODY_LIMIT, BODY_LIMIT);
  return {
    status: 200,
    json: {
      caliperMaximumPayloadSize: Math.floor(bytes / 1024),
      caliperSupportedVersions: [...VERSIONS],
      caliperSupportedExtensions: { sandbox: "for local runs and tests only" },
    },
  };
};
