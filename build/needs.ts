import { readSecretReference } from "../src/endpoint/secret.ts";
import { probeReferences } from "../src/probe/keys.ts";
import { secretReferences, signingReferences } from "../src/secret-references.ts";
import type { Needs } from "./lean.ts";
import type { SiteFiles } from "./site.ts";

/** The functions, each a file under functions/ and a bundle of its own. */
export const functionNames = [
  "translate",
  "deliver",
  "consent",
  "ingest",
  "compact",
  "audit",
  "probe",
] as const;

export type FunctionName = (typeof functionNames)[number];

type Read = Pick<SiteFiles, "settings" | "endpoints">;

/** What a function's bundle must hold for a site's files. One bundle delivers to all endpoints. */
export const needsOf = (name: FunctionName, site: Read): Needs => {
  const references = secretsReadBy[name](site);
  return {
    stores: new Set(references.map((reference) => readSecretReference(reference, "").store)),
    tokens: site.endpoints.some(({ endpoint: { auth } }) => auth.scheme === "oauth2-client-credentials"),
  };
};

const secretsReadBy: Readonly<Record<FunctionName, (site: Read) => readonly string[]>> = {
  translate: ({ settings }) => secretReferences(settings),
  deliver: ({ endpoints }) =>
    endpoints.flatMap(({ endpoint: { auth } }) => (auth.scheme === "none" ? [] : [auth.secret])),
  consent: ({ settings }) => secretReferences(settings),
  ingest: ({ settings }) => signingReferences(settings),
  compact: () => [],
  audit: () => [],
  probe: ({ settings }) => probeReferences(settings),
};
