import { S3Client } from "@aws-sdk/client-s3";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { receiptLine } from "../../src/archive/records.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { deliverer } from "../../src/deliver.ts";
import { exchangerTo } from "../../src/delivery/exchange.ts";
import { deliveriesById, type Received } from "../../src/delivery/give-back.ts";
import { readDelivery } from "../../src/delivery/message.ts";
import { protocolOf } from "../../src/delivery/protocol.ts";
import { receiptsOf } from "../../src/delivery/records.ts";
import { requests, roomOf } from "../../src/delivery/requests.ts";
import { groupsOf } from "../../src/delivery/suspects.ts";
import { trusting } from "../../test/support/certificate.ts";
import { scales } from "../steps/batches.ts";
import { byTurns, medianOf } from "../support/turns.ts";
import { type Case, type Stage, urlOf, workFor } from "./instances.ts";

/** The steps of a delivery, in their order. */
export const STEPS = {
  unpack: "read the messages",
  body: "write the requests' bodies",
  exchange: "send them, and read the answers",
  receipts: "write the receipts, and compress them",
  put: "put them into the archive",
} as const;
export type Step = keyof typeof STEPS;

/** What each step of a delivery takes of the processor, and all of it at once, in microseconds for each statement. */
export type Steps = Readonly<Record<Step | "whole", number>>;

export const stepsOf = ({ works, sink }: Stage, of: Case, rounds: number): Promise<Steps> =>
  trusting({ cert: sink.certificate, key: "" }, async () => {
    const { endpoint, messages, statements } = workFor(works, of);
    const received = messages.map((body, at) => ({ body, receipt: `${at}`, received: 1, sent: Date.now() }));
    const unpack = () => {
      const read = received.map((message): Received => ({ message, delivery: readDelivery(message) }));
      return groupsOf(new Set(deliveriesById(read).values())).flat();
    };
    const { url, headers, write } = protocolOf({ ...endpoint, url: urlOf(sink, of) }, SENSOR);
    const all = unpack();
    const room = roomOf(endpoint.batch, write([]).byteLength);
    const body = () => requests(all, room).map((some) => write(some.map(({ text }) => text)));
    const bodies = body();
    const { exchange, rest } = exchangerTo({ timeout: endpoint.limits.timeout, network: endpoint.network });
    const answer = { status: 200, excerpt: "" };
    const ended = all.map((statement) => ({ statement, end: "delivered" as const, answer }));
    let kept: Uint8Array = new Uint8Array();
    const weigh = scales(new Map(), (_, packed) => {
      kept = packed;
    });
    const receipts = async () => {
      const lines = receiptsOf(ended, new Date().toISOString()).map(receiptLine);
      await writeLines(weigh, prefixOf("receipts", endpoint.name), lines);
    };
    await receipts();
    const client = new S3Client({
      region: "us-east-1",
      endpoint: sink.aws,
      forcePathStyle: true,
      credentials: { accessKeyId: "none", secretAccessKey: "none" },
    });
    const archive = s3Bucket(client, "archive");
    const deliver = deliverer({
      endpoint: { ...endpoint, url: urlOf(sink, of) },
      secret: "user:password",
      sensor: SENSOR,
      bucket: archive,
      queue: { send: async (some) => some.map(() => true), hide: async () => {} },
    });
    const times = await byTurns<Step | "whole">(
      {
        whole: () => deliver(received),
        unpack,
        body,
        exchange: async () => {
          for (const each of bodies)
            await exchange({ method: "POST", url, headers: { ...headers, ...PROOF }, body: each });
        },
        receipts,
        put: () => archive.put("receipts/bench.ndjson.gz", kept, { lines: statements }),
      },
      rounds,
    );
    rest();
    client.destroy();
    const each = (step: Step | "whole"): number => (medianOf(times[step]).processor * 1000) / statements;
    return {
      whole: each("whole"),
      unpack: each("unpack"),
      body: each("body"),
      exchange: each("exchange"),
      receipts: each("receipts"),
      put: each("put"),
    };
  });

const SENSOR = "https://hub.example.edu";
const PROOF = { authorization: "Basic dXNlcjpwYXNzd29yZA==" };
