import type { JsonObject } from "../../src/event/json.ts";
import { basename, iri } from "../../src/mapping/functions.ts";
import type { Scope } from "../../src/site.ts";

/** What the peers know of the learner, as objects: what the scope has as text. */
export interface Frames {
  readonly actor: unknown;
  readonly group: unknown;
  readonly membership: unknown;
  readonly grouping: unknown;
  readonly registration?: string;
}

/**
 * The statements of the benchmark as a programmer would write them by hand, with care: one object literal each, in
 * one shape, and JSON.stringify.
 */
export const handwritten = {
  caliper: (event: JsonObject, scope: Scope, frames: Frames): string =>
    JSON.stringify({
      "@context": "http://purl.imsglobal.org/ctx/caliper/v1p2",
      id: `urn:uuid:${scope.id("jupyter-server/contents:saved", 0)}`,
      type: "ResourceManagementEvent",
      profile: "ResourceManagementProfile",
      actor: frames.actor,
      action: "Saved",
      object: { id: iri(FILES, event.path), type: "Document", name: basename(event.path) },
      eventTime: scope.time,
      edApp: { id: HUB, type: "SoftwareApplication", name: NAME },
      group: frames.group,
      membership: frames.membership,
    }),

  xapi: (event: JsonObject, scope: Scope, frames: Frames): string =>
    JSON.stringify({
      id: scope.id("jupyter-server/contents:saved", 0),
      actor: frames.actor,
      verb: { id: "http://activitystrea.ms/schema/1.0/save", display: { en: "saved" } },
      object: {
        objectType: "Activity",
        id: iri(FILES, event.path),
        definition: { type: "http://activitystrea.ms/schema/1.0/file", name: { en: basename(event.path) } },
      },
      context: {
        platform: NAME,
        registration: frames.registration,
        contextActivities: { grouping: frames.grouping },
      },
      timestamp: scope.time,
    }),
};

/** What an interpreter must still put around the side that it worked out. */
export const assemble = {
  caliper: (side: unknown, scope: Scope, frames: Frames): unknown => ({
    "@context": "http://purl.imsglobal.org/ctx/caliper/v1p2",
    id: `urn:uuid:${scope.id("jupyter-server/contents:saved", 0)}`,
    profile: "ResourceManagementProfile",
    actor: frames.actor,
    ...(side as object),
    eventTime: scope.time,
    edApp: { id: HUB, type: "SoftwareApplication", name: NAME },
    group: frames.group,
    membership: frames.membership,
  }),

  xapi: (side: unknown, scope: Scope, frames: Frames): unknown => {
    const { object } = side as {
      readonly object: { readonly id: string; readonly definition: { readonly name: string } };
    };
    return {
      id: scope.id("jupyter-server/contents:saved", 0),
      actor: frames.actor,
      verb: { id: "http://activitystrea.ms/schema/1.0/save", display: { en: "saved" } },
      object: {
        objectType: "Activity",
        id: object.id,
        definition: { type: "http://activitystrea.ms/schema/1.0/file", name: { en: object.definition.name } },
      },
      context: {
        platform: NAME,
        registration: frames.registration,
        contextActivities: { grouping: frames.grouping },
      },
      timestamp: scope.time,
    };
  },
};

const HUB = "https://hub.example.edu";
const FILES = `${HUB}/files`;
const NAME = "Example University JupyterHub";
