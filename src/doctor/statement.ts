import { contextFor } from "../caliper/context.ts";
import { writePerson } from "../caliper/frame.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import type { Settings } from "../settings.ts";
import { writeAgent } from "../xapi/frame.ts";
import { activityTypes, verbs } from "../xapi/vocabulary.ts";

/** Says of a statement that it is a test, and about nobody. It never changes: stores keep it for years. */
export const TEST = "https://w3id.org/jupyter-lms-translator/extensions/test";

/** Who does what the test tells of: nobody. */
const NAME = "jlt-doctor";

/** What it is called in the store, for whoever finds it there. */
const TITLE = "Test by jlt doctor: no learner did this";

type About = Pick<Settings, "hub" | "institution">;

/** The agent of test statements, as JSON text: an account of the institution's that no learner has. */
export const writeTester = ({ institution }: About): string => writeAgent(institution, NAME);

/** A test statement for an endpoint, as JSON text, with an id and a time (ISO 8601). */
export const writeTest = (
  { protocol, version }: Pick<Endpoint, "protocol" | "version">,
  settings: About,
  id: string,
  time: string,
): string => {
  switch (protocol) {
    case "xapi":
      return xapiTest(settings, id, time);
    case "caliper":
      return caliperTest(version === "1.1" ? "1.1" : "1.2", settings, id, time);
    case "json":
      return JSON.stringify({
        id,
        time,
        translation: `${NAME}:test`,
        learner: personOf(settings),
        event: `${NAME}.test`,
        test: true,
        title: TITLE,
      });
  }
};

const personOf = ({ institution }: About): string => `${institution.replace(/\/$/, "")}/${NAME}`;

const xapiTest = (settings: About, id: string, timestamp: string): string =>
  JSON.stringify({
    id,
    actor: JSON.parse(writeTester(settings)),
    verb: verbs.interacted,
    object: {
      objectType: "Activity",
      id: `${settings.hub.id.replace(/\/$/, "")}/${NAME}`,
      definition: { type: activityTypes.application, name: { en: TITLE } },
    },
    context: { platform: settings.hub.name, extensions: { [TEST]: true } },
    timestamp,
  });

const caliperTest = (version: "1.1" | "1.2", settings: About, id: string, eventTime: string): string => {
  const application = { id: settings.hub.id, type: "SoftwareApplication", name: settings.hub.name };
  const words = { type: "ToolUseEvent", action: "Used" };
  return JSON.stringify({
    "@context": contextFor(version, [words.type, words.action, "Person", application.type]),
    id: `urn:uuid:${id}`,
    ...words,
    // Only 1.2 has it (Caliper 1.2, Event).
    ...(version === "1.2" && { profile: "ToolUseProfile" }),
    actor: JSON.parse(writePerson(personOf(settings))),
    object: { ...application, description: TITLE },
    eventTime,
    edApp: application,
    extensions: { [TEST]: true },
  });
};
