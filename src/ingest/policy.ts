import type { SchemaObject } from "ajv";
import type { Document } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import type { Trust } from "../learner/trust.ts";

/** How events come in from outside of the queue's own AWS account (translator.yml, `ingest`). */
export interface IngestPolicy {
  /** Whether they may be posted over HTTPS. */
  readonly https: boolean;
  /** Of which origins pages in browsers may post them. */
  readonly origins: readonly string[];
  /** Of which other AWS accounts hubs may send them to the queue itself. */
  readonly accounts: readonly string[];
}

/** Without a word of the site, nothing leads in from outside. */
const DEFAULT: IngestPolicy = { https: false, origins: [], accounts: [] };

export const readIngestPolicy = (written: Partial<IngestPolicy> = {}): IngestPolicy => ({
  ...DEFAULT,
  ...written,
});

const listed = { type: "array", uniqueItems: true };

export const INGEST_SHAPE: SchemaObject = {
  type: "object",
  description: "How events come in from outside of the queue's own AWS account. See docs/ingest.md.",
  additionalProperties: false,
  properties: {
    https: {
      type: "boolean",
      default: DEFAULT.https,
      description:
        "Whether hubs and servers may post events over HTTPS, with the learner context as their Bearer token. Needs learners.trust: signed.",
    },
    origins: {
      ...listed,
      maxItems: 100,
      description:
        "Of which origins pages in browsers may post events; none, unless it is listed. Hubs and servers need no origin.",
      items: {
        type: "string",
        // As browsers send it (RFC 6454, section 7): in small letters, without a path, and never with a wildcard.
        pattern: "^(https://[a-z0-9.-]+|http://(localhost|127\\.0\\.0\\.1))(:[0-9]{1,5})?$",
        "x-message":
          "must be an origin such as https://hub.example.edu: in small letters, with no path and no slash at its end",
      },
      examples: [["https://hub.example.edu"]],
    },
    accounts: {
      ...listed,
      // A queue's policy has room for fifty principals.
      maxItems: 50,
      description: "Of which other AWS accounts hubs may send events to the queue itself.",
      items: {
        type: "string",
        pattern: "^[0-9]{12}$",
        "x-message": 'must be the twelve digits of an AWS account, in quotes: "123456789012"',
      },
      examples: [["123456789012"]],
    },
  },
};

/** What no shape can tell: what does not go together, and origins that no browser would send so. */
export const ingestProblems = (
  document: Document,
  written: Partial<IngestPolicy> | undefined,
  trust: Trust["trust"] | undefined,
): readonly Problem[] => {
  const { https, origins } = readIngestPolicy(written);
  const wrong = origins.flatMap((origin, at) =>
    URL.canParse(origin) && new URL(origin).origin === origin
      ? []
      : [document.problem(["ingest", "origins", at], NO_ORIGIN)],
  );
  if (https && trust === "attributes") wrong.push(document.problem(["ingest", "https"], NOT_SIGNED));
  if (!https && origins.length > 0) wrong.push(document.problem(["ingest", "origins"], NO_HTTPS));
  return wrong;
};

const NO_ORIGIN =
  "No browser sends this origin: look at its host, and leave out the port where it is the usual one.";
const NOT_SIGNED =
  "Events can be posted only where learners.trust is signed: else anybody on the internet could speak for anybody.";
const NO_HTTPS = "Origins are for posting events over HTTPS: say https: true as well, or leave them out.";
