import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { buildSite, project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { localHub } from "../../local/hub.ts";
import { hubKey } from "../../local/keys.ts";
import { type LocalService, type ServiceOptions, startService } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { LEARNER_CONTEXT } from "../../src/learner/sender.ts";

/** What is to be ended when all tests of the file are over, the last first. */
const endings: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of endings.reverse()) await end();
});

/** The file of events that `npm start` feeds. */
export const shippedEvents = join(project, "examples", "events.ndjson");

/** A folder that is gone when the tests of the file are over. */
export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-test-"));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

let built: Promise<string> | undefined;

/** The bundles of the shipped site, built once for a file of tests. */
export const builtFunctions = (): Promise<string> => {
  built ??= temporaryFolder().then(async (folder) => {
    await buildSite(project, folder);
    return folder;
  });
  return built;
};

export interface RunningService extends LocalService {
  /** Puts a body into the events queue, signed for a learner unless told otherwise. */
  post(body: string, token?: string | null): Promise<void>;
}

/** The whole service on a folder of its own, ended with the tests of the file. */
export const runService = async (options: Partial<ServiceOptions> = {}): Promise<RunningService> => {
  const state = options.state ?? (await openState(join(await temporaryFolder(), "state"), true));
  const site = await readSite(project);
  const service = await startService({
    state,
    site,
    dist: await builtFunctions(),
    visibility: 2,
    ...options,
  });
  endings.push(() => service.stop());
  const hub = localHub(hubKey(site.settings.trust, state));
  return {
    ...service,
    post: async (body, token) => {
      const signed = token === undefined ? (await hub.sign(undefined)).token : token;
      const attributes =
        signed === null ? {} : { [LEARNER_CONTEXT]: { DataType: "String", StringValue: signed } };
      const QueueUrl = service.aws.queueUrl("jupyter-lms-local-events");
      await service.aws.sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes: attributes }),
      );
    },
  };
};

/** Waits until all events are translated, and told to an endpoint, whatever becomes of the others. */
export const toldTo = async ({ depths }: LocalService, endpoint: string): Promise<void> => {
  const end = Date.now() + 60_000;
  for (;;) {
    const { events, deliveries } = await depths();
    if (events === 0 && deliveries[endpoint] === 0) return;
    assert.ok(Date.now() < end, `${endpoint} has not been told everything.`);
    await sleep(50);
  }
};

/** A file with the lines given. */
export const eventsFile = async (lines: readonly string[]): Promise<string> => {
  const file = join(await temporaryFolder(), "events.ndjson");
  await writeFile(file, lines.map((line) => `${line}\n`).join(""));
  return file;
};

/** An event as Jupyter Server emits it, with a path of its own. */
export const saveOf = (path: string): string =>
  JSON.stringify({
    __timestamp__: "2026-11-20T09:00:00.000001+00:00Z",
    __schema__: "https://events.jupyter.org/jupyter_server/contents_service/v1",
    __schema_version__: "1",
    __metadata_version__: 1,
    action: "save",
    path,
  });
