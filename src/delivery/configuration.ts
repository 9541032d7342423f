import type { Version } from "../caliper/context.ts";
import type { AddressedEndpoint } from "../endpoint/endpoint.ts";
import { isObject, parseJson } from "../event/json.ts";
import type { Credentials } from "./credentials.ts";
import { type Exchange, exchangerTo } from "./exchange.ts";

/** What a Caliper endpoint says that it takes (Caliper 1.2, Endpoint Configuration); nothing where it does not say. */
export interface Configuration {
  /** The largest body of a request, in bytes. */
  readonly bytes?: number;
  /** Whether it knows the version that we speak. */
  readonly speaks?: boolean;
}

/** How long an endpoint may take to answer, in milliseconds: it need not answer at all. */
const PATIENCE = 3000;

/**
 * What asks an endpoint what it takes, in its `turn`: Caliper 1.2 lets it say so; 1.1, xAPI and json do not. It is asked once, unless it
 * may learn more. Never throws: an endpoint that offers no configuration, or one that cannot be read, is sent to as its
 * file says.
 */
export const configurationFor = (
  endpoint: AddressedEndpoint,
  credentials: Credentials,
  turn: () => Promise<void>,
): (() => Promise<Configuration>) => {
  const { protocol, version, limits, network } = endpoint;
  if (protocol !== "caliper" || version === "1.1") return async () => ({});
  const { exchange, rest: hangUp } = exchangerTo({ timeout: Math.min(PATIENCE, limits.timeout), network });
  let known: Configuration | undefined;
  return async () => {
    if (known !== undefined) return known;
    await turn();
    const said = await ask(endpoint, credentials, exchange);
    hangUp();
    // It may have learnt our version by the next batch.
    if (said.speaks !== false) known = said;
    return said;
  };
};

const ask = async (
  { url }: AddressedEndpoint,
  credentials: Credentials,
  exchange: Exchange,
): Promise<Configuration> => {
  try {
    const proof = await credentials.headers();
    if ("answer" in proof) return {};
    const headers = { accept: "application/json", ...proof.headers };
    const { status, text } = await exchange({ method: "GET", url, headers });
    return status === 200 ? readConfiguration(text, "1.2") : {};
  } catch {
    return {};
  }
};

/** Reads an endpoint's configuration. The standard's text and its example spell the names differently. */
export const readConfiguration = (text: string, version: Version): Configuration => {
  const read = parseJson(text);
  const body = "value" in read && isObject(read.value) ? read.value : {};
  const kilobytes = body.caliperMaximumPayloadSize ?? body.caliper_maximum_payload_size;
  const versions = body.caliperSupportedVersions ?? body.caliper_supported_versions;
  const known = Array.isArray(versions) ? versions.flatMap(versionIn) : [];
  return {
    ...(typeof kilobytes === "number" && kilobytes >= LEAST && { bytes: Math.floor(kilobytes * KILOBYTE) }),
    ...(known.length > 0 && { speaks: known.includes(`v${version.replace(".", "p")}`) }),
  };
};

/** The version in a context of Caliper's, however it is written; what has another form says nothing of versions. */
const versionIn = (context: unknown): readonly string[] =>
  typeof context === "string" ? (CONTEXT.exec(context)?.slice(1) ?? []) : [];

const CONTEXT = /^https?:\/\/purl\.imsglobal\.org\/ctx\/caliper\/(v\d+p\d+)\/?$/;

/** The smaller of the two meanings of the word: nothing is refused for it. */
const KILOBYTE = 1000;

/** What is smaller, in kilobytes, can be no limit that somebody meant: it would be a request for each event. */
const LEAST = 8;
