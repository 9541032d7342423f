import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import { awsVariables } from "../../local/aws.ts";
import { STAGE } from "../../local/names.ts";
import { startParameters } from "../../local/parameters.ts";
import { readSecretReference } from "../../src/endpoint/secret.ts";
import { ARRIVED, batchOf, secretsOf, translating } from "../steps/batches.ts";
import { recordsOf } from "../translate/events.ts";
import { startNowhere } from "../translate/nowhere.ts";
import { type Pair, pairsOf } from "./start.ts";

/** The functions whose first invocation is measured: the two that every event passes. */
export const FIRST = ["translate", "deliver"] as const;
export type First = (typeof FIRST)[number];

/** The shipped endpoint that is delivered to. */
const ENDPOINT = "campus-lrs";

/** What a first invocation needs of the world: all of it answers at once, from this process. */
interface Played extends AsyncDisposable {
  /** The file of the event that each is given: one message with one event of a learner, or with what became of it. */
  readonly events: Readonly<Record<First, string>>;
  /** Variables by which the functions find it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Plays S3, SQS, Parameter Store and the learning system, and writes the events into a folder. */
const playFirst = async (folder: string): Promise<Played> => {
  const site = await loadSite(await readSite(project));
  const batch = await batchOf(site, 1, 1);
  const { translate, bodies } = translating(site, site.endpoints.length);
  await translate(batch);
  const [delivery] = bodies.get(ENDPOINT) ?? [];
  const [message] = batch;
  if (delivery === undefined || message === undefined) throw new Error(`${ENDPOINT} is told of nothing.`);
  const inside = {
    translate: recordsOf(batch),
    deliver: recordsOf([{ ...message, body: delivery, attributes: {}, arrived: ARRIVED }]),
  };
  const events = { translate: join(folder, "translate.json"), deliver: join(folder, "deliver.json") };
  for (const name of FIRST) await writeFile(events[name], JSON.stringify(inside[name]));

  const references = { ...secretsOf(site), ...storeSecrets(site.endpoints) };
  const secrets = Object.entries(references).map(
    ([reference, value]) => [readSecretReference(reference, STAGE).name, value] as const,
  );
  const parameters = await startParameters(new Map(secrets));
  const nowhere = await startNowhere();
  const store = createServer((request, response) =>
    request
      .resume()
      .on("end", () => response.writeHead(200, { "content-type": "application/json" }).end("[]")),
  );
  await new Promise<void>((listening) => store.listen(0, "127.0.0.1", listening));
  return {
    events,
    environment: {
      ...awsVariables(nowhere.address, parameters.address),
      ARCHIVE_BUCKET: "archive",
      DELIVERY_QUEUES: `${nowhere.address}/000000000000/deliver-`,
      DELIVERY_QUEUE: `${nowhere.address}/000000000000/deliver-${ENDPOINT}`,
      ENDPOINT,
      STAGE,
      LOCAL_ENDPOINT_URL: `http://127.0.0.1:${(store.address() as AddressInfo).port}/xapi`,
    },
    [Symbol.asyncDispose]: async () => {
      store.close();
      store.closeAllConnections();
      await parameters.stop();
      await nowhere[Symbol.asyncDispose]();
    },
  };
};

/** What the learning systems are told to prove who delivers, by the references of the endpoints' files. */
const storeSecrets = (
  endpoints: readonly { readonly auth: { readonly scheme: string; readonly secret?: string } }[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    endpoints.flatMap(({ auth: { secret } }) =>
      secret === undefined ? [] : [[secret, "translator:secret"]],
    ),
  );

/** Does in a process what Lambda does with a function's first event, and tells how old the process was when it had answered. */
const START = `
  const { readFileSync, writeSync } = require("node:fs");
  const [bundle, file] = process.argv.slice(1);
  const { handler } = require(bundle);
  const event = JSON.parse(readFileSync(file, "utf8"));
  const context = { awsRequestId: "1", getRemainingTimeInMillis: () => 30000 };
  handler(event, context).then(({ batchItemFailures }) => {
    const time = performance.now();
    if (batchItemFailures.length > 0) throw new Error("The message comes again.");
    const { user, system } = process.cpuUsage();
    writeSync(1, "\\n" + JSON.stringify({ time, processor: (user + system) / 1000 }));
    process.exit(0);
  });
`;

/** What the functions are compared with. */
export const EMPTY = "exports.handler = async () => ({ batchItemFailures: [] });\n";

/** From the start of a process until its first event is answered, for each of these functions, against an empty one. */
export const firstPairs = async (
  folder: string,
  dist: string,
  empty: string,
): Promise<Readonly<Record<First, readonly Pair[]>>> => {
  await using played = await playFirst(folder);
  const of = (name: First) => {
    const bundle = join(dist, name, "index.cjs");
    return pairsOf(START, { bundle, empty }, played.environment, played.events[name]);
  };
  return { translate: await of("translate"), deliver: await of("deliver") };
};
