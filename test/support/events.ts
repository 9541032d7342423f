import { randomUUID } from "node:crypto";
import type { EventMessage } from "../../src/intake.ts";
import { ARRIVED, learnerToken } from "./tokens.ts";

type Fields = Readonly<Record<string, unknown>>;

export const CONTENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1";
export const SERVER_ACTION = "https://schema.jupyter.org/jupyterhub/events/server-action";

/** An envelope as jupyter_events 0.12 writes it, its timestamp's trap included. */
export const envelope = (schema: string, data: Fields): Fields => ({
  __timestamp__: "2026-11-22T01:07:49.726071+00:00Z",
  __schema__: schema,
  __schema_version__: "1",
  __metadata_version__: 1,
  ...data,
});

/** A learner did something to a file; by default saved it. */
export const contents = (data: Fields = {}): Fields =>
  envelope(CONTENTS, { action: "save", path: "hw1/hw1.ipynb", ...data });

/** The hub started or stopped a learner's server. */
export const serverAction = (data: Fields = {}): Fields =>
  envelope(SERVER_ACTION, { action: "start", username: "ada", servername: "", ...data });

export interface MessageOptions {
  /** The queue's id of the message; by default one of its own. */
  readonly id?: string;
  readonly token?: string | undefined;
  readonly attributes?: EventMessage["attributes"];
  readonly arrived?: number;
}

/** A message with one event, or with a body as it is; from the learner ada unless `token` says otherwise. */
export const message = async (body: unknown, options: MessageOptions = {}): Promise<EventMessage> => ({
  id: options.id ?? randomUUID(),
  body: typeof body === "string" ? body : JSON.stringify(body),
  attributes: {
    ...("token" in options
      ? options.token !== undefined && { "learner-context": options.token }
      : { "learner-context": await learnerToken("ada") }),
    ...options.attributes,
  },
  arrived: options.arrived ?? ARRIVED,
});
