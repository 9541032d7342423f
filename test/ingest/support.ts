import assert from "node:assert/strict";
import { readBody } from "../../src/event/message.ts";
import type { ImportMessage, QueueAnswer } from "../../src/imports/message.ts";
import type { IngestResponse } from "../../src/ingest/http.ts";
import type { IngestPolicy } from "../../src/ingest/policy.ts";
import type { SendToEvents } from "../../src/ingest/send.ts";
import { type Ingest, ingest } from "../../src/ingest.ts";
import type { Trust } from "../../src/learner/trust.ts";
import { ARRIVED, KEY, learnerToken } from "../support/tokens.ts";

const AT = "ssm:/test/hub";

/** Where one key is trusted, as in most sites. */
export const SIGNED: Trust = { trust: "signed", keys: [{ algorithm: "HS256", secret: AT }] };

export interface IngestingOptions {
  readonly ingest?: Partial<IngestPolicy>;
  readonly trust?: Trust;
  readonly secrets?: Readonly<Record<string, string>>;
  /** What the queue says to a message; by default it takes all. `at` counts the messages. */
  readonly says?: (message: ImportMessage, at: number) => QueueAnswer;
  readonly now?: () => number;
}

/** The taking of events, with a queue that remembers what it took. */
export interface Ingesting {
  readonly take: Ingest;
  /** All messages that were sent to the queue. */
  readonly sent: readonly ImportMessage[];
  /** The messages that it took. */
  readonly messages: readonly ImportMessage[];
  /** The texts of the events in them. */
  events(): readonly string[];
}

export const ingesting = (options: IngestingOptions = {}): Ingesting => {
  const { says = () => ({ message: "an-id" }), now = () => ARRIVED } = options;
  const sent: ImportMessage[] = [];
  const messages: ImportMessage[] = [];
  const send: SendToEvents = async (message) => {
    const answer = says(message, sent.push(message) - 1);
    if ("message" in answer) messages.push(message);
    return answer;
  };
  const settings = {
    trust: options.trust ?? SIGNED,
    ingest: { https: true, origins: [], accounts: [], ...options.ingest },
  };
  return {
    take: ingest({ settings, secrets: options.secrets ?? { [AT]: KEY }, send, now }),
    sent,
    messages,
    events: () =>
      messages.flatMap(({ body, attributes }) =>
        readBody(body, attributes["content-encoding"]).map(({ text }) => text),
      ),
  };
};

export interface Posting {
  readonly method?: string;
  readonly path?: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Posts a body, in ada's name and as NDJSON unless told otherwise. */
export const post = async (
  { take }: Ingesting,
  body: string | Uint8Array,
  posting: Posting = {},
): Promise<IngestResponse> => {
  const { method = "POST", path = "/events", headers = {} } = posting;
  const token = "token" in posting ? posting.token : await learnerToken("ada");
  return take({
    method,
    path,
    headers: {
      "content-type": "application/x-ndjson",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === "string" ? new TextEncoder().encode(body) : body,
  });
};

/** HTTP's Basic header. */
export const basic = (user: string): string => `Basic ${Buffer.from(user).toString("base64")}`;

/** How Segment's libraries post: their write key is the user, and there is no password. */
export const asLibrary = (key: string | undefined, headers: Posting["headers"] = {}): Posting => ({
  path: "/v1/batch",
  token: undefined,
  headers: {
    "content-type": "application/json",
    ...(key !== undefined && { authorization: basic(`${key}:`) }),
    ...headers,
  },
});

/** What Segment's libraries post. */
export const bodyOf = (calls: readonly string[], key: string): string =>
  `{"batch": [${calls.join(", ")}], "sentAt": "2026-11-20T09:00:13.000+00:00", "writeKey": "${key}"}`;

/** What an answer says of the events. */
export interface Told {
  readonly error?: string;
  readonly taken?: number;
  readonly refused?: readonly {
    readonly index: number;
    readonly reason: string;
    readonly detail: string;
    readonly retry?: true;
  }[];
}

export const toldBy = ({ body, headers }: IngestResponse): Told => {
  assert.equal(headers["content-type"], "application/json");
  return JSON.parse(body);
};
