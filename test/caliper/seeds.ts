import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { project } from "../../build/bundle.ts";
import type { CaliperRule } from "../../src/caliper/check.ts";
import { isObject } from "../../src/caliper/problems.ts";
import { CONTEXT } from "../../src/caliper/vocabulary.ts";

export type Json = Readonly<Record<string, unknown>>;

export interface Seed {
  readonly name: string;
  readonly value: Json;
}

/** The published material, which stands beside the project where it is there at all. */
const material = join(project, "../shared/data/caliper");

export const absent = existsSync(material)
  ? false
  : "The specification's fixtures and tables are not beside this checkout.";

export const table = (): unknown => JSON.parse(readFileSync(join(material, "table-v1p2.json"), "utf8"));

/** Every published fixture of Caliper 1.2. */
export const fixtures = (): readonly Seed[] => {
  if (absent !== false) return [];
  const folder = join(material, "valid-v1p2");
  return readdirSync(folder).map((file) => ({
    name: file.replace(".json", ""),
    value: objectOf(JSON.parse(readFileSync(join(folder, file), "utf8"))),
  }));
};

/** The fixtures that Caliper itself does not allow, with the one rule that each breaks. */
export const contradicting: Readonly<Record<string, CaliperRule>> = {
  // What an endpoint says of itself: neither event nor entity.
  caliperEndpointConfigPayload: "not-caliper",
  // A part of an entity by itself, without a context.
  caliperIdentifierSystemIdentifier: "missing-property",
  // Keys of extensions that JSON-LD drops, as no context defines them.
  caliperEntityAssessmentItemExtended: "wrong-extension-key",
  caliperEntityPerson: "wrong-extension-key",
  caliperEntityResponseExtended: "wrong-extension-key",
  caliperEnvelopeEntityBatch: "wrong-extension-key",
  caliperEnvelopeMixedBatch: "wrong-extension-key",
  caliperEventGeneralModifiedExtended: "wrong-extension-key",
  caliperEventViewViewedDocumentExtended: "wrong-extension-key",
  caliperEventViewViewedDocumentFedSession: "wrong-extension-key",
  // A NavigationEvent of the General Profile, which is for the generic Event.
  caliperEnvelopeEventBatch: "wrong-profile",
  caliperEnvelopeEventThinned: "wrong-profile",
  // Anonymous entities that say more of themselves than their type.
  caliperEnvelopeTermLTIMessageType: "anonymous-with-properties",
  caliperEnvelopeTermMetric: "anonymous-with-properties",
  caliperEnvelopeTermSystemIdentifierType: "anonymous-with-properties",
  // An AssessmentItemEvent generates a Response, and a ViewEvent's object is a DigitalResource.
  caliperEventAssessmentItemStarted: "wrong-part",
  caliperEventViewViewedResult: "wrong-part",
};

export const good = (): readonly Seed[] => fixtures().filter(({ name }) => !(name in contradicting));

/** The Caliper events that the project's own mappings send, as their examples have them. */
export const exampleEvents = (): readonly Seed[] =>
  globSync("mappings/**/examples.yml", { cwd: project })
    .sort()
    .flatMap((file) => {
      const examples: unknown = parse(readFileSync(join(project, file), "utf8"));
      return (Array.isArray(examples) ? examples : []).flatMap((example: unknown, index) =>
        Object.entries(objectOf(objectOf(example).expect)).flatMap(([key, sent]) => {
          const caliper = objectOf(sent).caliper;
          return isObject(caliper) ? [{ name: `${file} ${index} ${key}`, value: caliper }] : [];
        }),
      );
    });

export const envelopeOf = (...data: readonly unknown[]): Json => ({
  sensor: "https://hub.example.edu/sensor",
  sendTime: "2026-11-20T09:00:12.000Z",
  dataVersion: CONTEXT,
  data,
});

export const objectOf = (value: unknown): Json => (isObject(value) ? value : {});
