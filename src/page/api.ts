import { isCollected, isTold, NO_CHOICE } from "../consent/choice.ts";
import { isObject } from "../event/json.ts";
import { bearerOf } from "../learner/bearer.ts";
import { jsonOf, NotAnswered, type PageRequest, type PageResponse } from "./request.ts";
import { askErasure, choose, learnerOf, type PageService } from "./service.ts";

/** What a part of the API answers. */
type Answer = Pick<PageResponse, "body" | "use"> & Partial<PageResponse>;
type Answering = (service: PageService, request: PageRequest) => Promise<Answer>;

/** The API, by path and method. Who asks is proven by `Authorization: Bearer` and a learner context. */
export const API: Readonly<Record<string, Readonly<Record<string, Answering>>>> = {
  "/api/choice": {
    GET: async (service, request) => {
      const username = await learnerIn(service, request);
      const record = await service.choices.read(username);
      return json(standingOf(service, record), "api choice", "seen");
    },
    PUT: async (service, request) => {
      const username = await learnerIn(service, request);
      const asked = jsonOf(request);
      if (!isObject(asked))
        throw new NotAnswered(400, "choice.wrong", 'The body is an object such as {"to":"out"}.');
      const { to, record } = await choose(service, username, asked.to, asked.endpoint);
      return json(standingOf(service, record), "api choice", to);
    },
  },
  "/api/collected": {
    GET: async (service, request) => {
      await learnerIn(service, request);
      const { hub, institution, consent, retention } = service.settings;
      const all = { hub, institution, policy: consent.policy, kept: retention, ...service.collected };
      return json(all, "api collected", "seen");
    },
  },
  "/api/data": {
    GET: async (service, request) => {
      const username = await learnerIn(service, request);
      const { text, records, next } = await service.data.partOf(
        username,
        request.query.get("after") ?? undefined,
      );
      return {
        body: text,
        headers: {
          "content-type": "application/x-ndjson",
          ...(next !== undefined && { link: `</api/data?after=${next}>; rel="next"` }),
        },
        use: { event: "api data", outcome: `${records} records` },
      };
    },
  },
  "/api/erase": {
    POST: async (service, request) => {
      const username = await learnerIn(service, request);
      await askErasure(service, username);
      return { ...json({ requested: true }, "api erase", "requested"), status: 202 };
    },
  },
};

/** An error as the API tells it. */
export const apiError = (reason: string, message: string): string =>
  JSON.stringify({ error: { reason, message } });

const json = (value: unknown, event: string, outcome: string): Answer => ({
  body: JSON.stringify(value),
  headers: { "content-type": "application/json" },
  use: { event, outcome },
});

const learnerIn = (service: PageService, { headers }: PageRequest): Promise<string> =>
  learnerOf(service, bearerOf(headers.authorization));

const standingOf = (
  { settings: { consent }, collected }: PageService,
  record: Awaited<ReturnType<PageService["choices"]["read"]>>,
) => {
  const { choice = NO_CHOICE, changes = [] } = record ?? {};
  const isIn = isCollected(consent, choice);
  return {
    policy: consent.policy,
    perEndpoint: consent.perEndpoint,
    collected: isIn,
    choice,
    endpoints: collected.endpoints.map(({ name, title }) => ({
      name,
      title,
      told: isIn && isTold(consent, choice, name),
    })),
    changes,
  };
};
