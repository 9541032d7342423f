import type { Version } from "../caliper/context.ts";
import { writeEnvelope } from "../caliper/envelope.ts";
import type { AddressedEndpoint } from "../endpoint/endpoint.ts";
import { type Frame, writeBody } from "./body.ts";

/** How statements are written for an endpoint, by its protocol. */
export interface Protocol {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of a request with statements that are JSON text already. */
  write(texts: readonly string[]): Uint8Array;
}

/** `sensor` is the IRI that stands in Caliper's envelopes. */
export const protocolOf = (
  { protocol, version, url, request }: AddressedEndpoint,
  sensor: string,
): Protocol => {
  switch (protocol) {
    case "xapi":
      return {
        url: `${url}/statements`,
        headers: { ...JSON_CONTENT, "x-experience-api-version": version, ...request.headers },
        write: (texts) => writeBody(ARRAY, texts),
      };
    case "caliper":
      return {
        url,
        headers: { ...JSON_CONTENT, ...request.headers },
        write: (texts) => writeBody(envelope(version === "1.1" ? "1.1" : "1.2", sensor), texts),
      };
    case "json": {
      const { body, within, headers } = request;
      const content = body === "ndjson" ? { "content-type": "application/x-ndjson" } : JSON_CONTENT;
      const says = Object.keys(headers).some((name) => /^content-type$/i.test(name));
      const frame = body === "ndjson" ? LINES : within === undefined ? ARRAY : arrayWithin(within);
      return {
        url,
        headers: { ...(says ? {} : content), ...headers },
        write: (texts) => writeBody(frame, texts),
      };
    }
  }
};

const JSON_CONTENT = { "content-type": "application/json" };

/** xAPI too takes a batch as an array (xAPI 1.0.3 Part Three, 2.1.2). */
const ARRAY: Frame = { before: "[", between: ",", after: "]" };

const LINES: Frame = { before: "", between: "\n", after: "\n" };

const arrayWithin = (name: string): Frame => ({
  before: `{${JSON.stringify(name)}:[`,
  between: ",",
  after: "]}",
});

/** What an envelope is that is sent now, besides its events. */
const envelope = (version: Version, sensor: string): Frame => {
  const empty = writeEnvelope(version, sensor, [], new Date());
  return { before: empty.slice(0, -END.length), between: ",", after: END };
};

/** How an envelope ends behind its last event. */
const END = "]}";
