import { writeEnvelope } from "../caliper/envelope.ts";
import type { AddressedEndpoint } from "../endpoint/endpoint.ts";

/** How statements are written for an endpoint, by its protocol. */
export interface Protocol {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of a request with statements that are JSON text already. */
  write(texts: readonly string[]): string;
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
        write: writeArray,
      };
    case "caliper":
      return {
        url,
        headers: { ...JSON_CONTENT, ...request.headers },
        write: (texts) => writeEnvelope(version === "1.1" ? "1.1" : "1.2", sensor, texts, new Date()),
      };
    case "json": {
      const { body, within, headers } = request;
      const content = body === "ndjson" ? { "content-type": "application/x-ndjson" } : JSON_CONTENT;
      const says = Object.keys(headers).some((name) => /^content-type$/i.test(name));
      return {
        url,
        headers: { ...(says ? {} : content), ...headers },
        write: body === "ndjson" ? writeLines : within === undefined ? writeArray : writeWithin(within),
      };
    }
  }
};

const JSON_CONTENT = { "content-type": "application/json" };

/** xAPI too takes a batch as an array (xAPI 1.0.3 Part Three, 2.1.2). */
const writeArray = (texts: readonly string[]): string => `[${texts.join(",")}]`;

const writeLines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

const writeWithin =
  (name: string) =>
  (texts: readonly string[]): string =>
    `{${JSON.stringify(name)}:${writeArray(texts)}}`;
