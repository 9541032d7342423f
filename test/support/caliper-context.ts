import { createRequire } from "node:module";
import { entityTypes } from "../../src/caliper/entities.ts";
import { actions, eventParts, eventTypes, profiles } from "../../src/caliper/general.ts";
import { structures } from "../../src/caliper/structures.ts";
import {
  CONTEXT,
  identifierTypes,
  messageTypes,
  metrics,
  roleTerms,
  statusTerms,
  VOCABULARY,
} from "../../src/caliper/vocabulary.ts";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const LIS = "http://purl.imsglobal.org/vocab/lis/v2/";

/** How JSON-LD reads values of a kind; other kinds are entities and structures. */
const COERCIONS: Readonly<Record<string, string>> = {
  string: `${XSD}string`,
  boolean: `${XSD}boolean`,
  integer: `${XSD}integer`,
  number: `${XSD}decimal`,
  time: `${XSD}dateTime`,
  duration: `${XSD}duration`,
  role: "@vocab",
  status: "@vocab",
  metric: "@vocab",
  identifierType: "@vocab",
};

const property = (name: string, kind: string): readonly [string, unknown] => [
  name,
  {
    "@id": VOCABULARY + name,
    "@type": COERCIONS[kind.replace("[]", "")] ?? "@id",
    ...(kind.endsWith("[]") && { "@container": "@list" }),
  },
];

const words = (all: Iterable<string>, under: string): readonly (readonly [string, unknown])[] =>
  [...all].map((word) => [word, VOCABULARY + under + word]);

/** A JSON-LD context of Caliper 1.2 that is built from the vocabulary alone, so that it knows what the vocabulary knows. */
export const caliperContext = (): Readonly<Record<string, unknown>> =>
  Object.fromEntries<unknown>([
    ["id", "@id"],
    ["type", "@type"],
    ...words(["Event", ...Object.keys(eventTypes)], ""),
    ...words([...Object.keys(entityTypes), ...Object.keys(structures)], ""),
    ...[...Object.values(entityTypes), ...Object.values(structures)].flatMap(({ properties }) =>
      Object.entries(properties).map(([name, kind]) => property(name, kind)),
    ),
    ...Object.keys(eventParts).map((part) => property(part, "Entity")),
    property("eventTime", "time"),
    // What a launch said is the platform's own, not words of Caliper.
    ["messageParameters", { "@id": `${VOCABULARY}messageParameters`, "@type": "@json" }],
    ...["action", "profile", "messageType"].map((name): readonly [string, unknown] => [
      name,
      { "@id": VOCABULARY + name, "@type": "@vocab" },
    ]),
    ...words(actions, "actions/"),
    ...words(profiles, "profiles/"),
    ...words(messageTypes, "lti/"),
    ...words(metrics, "metrics/"),
    ...words(identifierTypes, "systemIdentifiers/"),
    ...[...roleTerms].map((role): readonly [string, unknown] => [
      role,
      `${LIS}membership${role.includes("#") ? "/" : "#"}${role}`,
    ]),
    ...[...statusTerms].map((status): readonly [string, unknown] => [status, `${LIS}status#${status}`]),
  ]);

interface Processor {
  expand(document: unknown, options: unknown): Promise<unknown>;
}

const processor: Processor = createRequire(import.meta.url)("jsonld");

/** Expands a document of Caliper 1.2, and rejects where a part of it would be lost. No context but Caliper's is served. */
export const expandSafely = (document: unknown): Promise<unknown> =>
  processor.expand(document, {
    safe: true,
    documentLoader: async (url: string) => {
      if (url !== CONTEXT) throw new Error("Only Caliper's context is served.");
      return { contextUrl: null, documentUrl: url, document: { "@context": caliperContext() } };
    },
  });
