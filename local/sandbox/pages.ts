import type { IncomingMessage } from "node:http";
import type { Answer } from "./answer.ts";
import { readBehaviour } from "./behaviour.ts";
import { Refusal } from "./refusal.ts";
import { requireJsonBody } from "./request.ts";
import { parseJson } from "./shape.ts";
import type { Stores } from "./stores.ts";

const GREETING = `This is a sandbox LMS, for local runs and tests only. It is no learning system and keeps nothing safe.

POST /caliper/:store              one Caliper envelope        GET /caliper/:store  endpoint configuration
POST /xapi/:store/statements      xAPI statements             GET, PUT too; GET /xapi/:store/about
POST /json/:store                 plain JSON: an array, {"batch": […]}, NDJSON or one object
GET  /sandbox, /sandbox/:store    what the stores got
POST /sandbox/:store/behaviour    how a store misbehaves; {} makes it behave
`;

/** The sandbox's own pages: what it is, what its stores got, and how they are to behave. */
export const answerPage = (request: IncomingMessage, path: string, body: Buffer, stores: Stores): Answer => {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (path === "/" && isRead) return { status: 200, text: GREETING };
  if (path === "/sandbox" && isRead)
    return { status: 200, json: stores.all().map((store) => store.summary()) };
  const [, name, behaviour] = /^\/sandbox\/([a-z0-9-]{1,64})(\/behaviour)?$/.exec(path) ?? [];
  if (name !== undefined && behaviour === undefined && isRead)
    return { status: 200, json: stores.named(name).summary() };
  if (name !== undefined && behaviour !== undefined && request.method === "POST") {
    // A web page elsewhere cannot send this type without asking first, and nobody here says yes.
    requireJsonBody(request.headers, 415);
    stores.named(name).conduct.change(readBehaviour(parseJson(body)));
    return { status: 200, json: stores.named(name).summary() };
  }
  throw new Refusal(404, "There is nothing here. GET / says what there is.");
};
