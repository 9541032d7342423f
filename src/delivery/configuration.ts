import type { Version } from "../caliper/context.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { isObject, parseJson } from "../event/json.ts";
import { beginning } from "./send.ts";

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
 * Asks a Caliper endpoint what it takes. Never throws: an endpoint that offers no configuration, or one that cannot be
 * read, is sent to as its file says.
 */
export const configurationOf = async (
  { url, version, limits }: Endpoint,
  authorization: string | undefined,
): Promise<Configuration> => {
  try {
    const response = await fetch(url, {
      headers: { accept: "application/json", ...(authorization !== undefined && { authorization }) },
      redirect: "manual",
      signal: AbortSignal.timeout(Math.min(PATIENCE, limits.timeout)),
    });
    const text = await beginning(response);
    return response.status === 200 ? readConfiguration(text, version === "1.1" ? "1.1" : "1.2") : {};
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
