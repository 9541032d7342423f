import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BODY_LIMIT } from "../src/ingest/body.ts";
import { EVENTS_PATH } from "../src/ingest/http.ts";
import { inFrontOf, startServer } from "./http-api.ts";
import type { LocalHub } from "./hub.ts";
import type { LocalLambda } from "./lambda.ts";

/** The address that events are posted to, on this machine. */
export interface LocalIngest {
  readonly url: string;
  /** A file with a learner context, to post with. */
  readonly token: string;
  stop(): Promise<void>;
}

/** Serves it as an HTTP API in front of its function does, for this machine only. The token is put into `folder`. */
export const startIngest = async (
  hub: Pick<LocalHub, "sign">,
  folder: string,
  fn: LocalLambda,
): Promise<LocalIngest> => {
  const token = join(folder, "learner-context");
  const signed = await hub.sign(undefined);
  await writeFile(token, signed.token, { mode: 0o600 });
  const server = await startServer();
  server.answer(inFrontOf(fn, BODY_LIMIT));
  return {
    url: `${server.url}${EVENTS_PATH}`,
    token,
    stop: async () => {
      await server.stop();
      await fn.stop();
    },
  };
};
