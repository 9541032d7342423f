import type { ImportMessage } from "../imports/message.ts";
import { probeTag } from "./tag.ts";

/** What test events are, in mappings/translator/probe/. */
export const PROBE_SCHEMA = "https://w3id.org/jupyter-lms-translator/events/probe";
/** That folder. */
export const PROBE_SOURCE = "translator/probe";

/** The message attribute by which a test event proves where it comes from: the time and the tag, a dot between them. */
export const PROBE_ATTRIBUTE = "probe";

/** The test event of a moment (milliseconds), as a message for the events queue. `key` is that of the pseudonyms. */
export const probeMessage = (key: string, sent: number): ImportMessage => {
  const tag = probeTag(key, sent);
  return {
    body: JSON.stringify({
      __schema__: PROBE_SCHEMA,
      __schema_version__: "1",
      __metadata_version__: 1,
      __timestamp__: new Date(sent).toISOString(),
      sent,
      tag,
    }),
    attributes: { [PROBE_ATTRIBUTE]: `${sent}.${tag}` },
  };
};
