import { fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { readSite } from "../../build/site.ts";
import { localHub } from "../../local/hub.ts";
import { hubKey } from "../../local/keys.ts";
import { BUCKET } from "../../local/names.ts";
import { openState } from "../../local/state.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { queueDepth, sendTogether } from "../../src/aws/queue.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { type ImportMessage, LARGEST, MOST_MESSAGES } from "../../src/imports/message.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { type ClassMessages, classOf } from "./class.ts";
import type { Gathering, Order, Spent, Up } from "./serving.ts";

/** The local service in a process of its own, seen from outside. */
export interface Running {
  /** Makes messages that this service's hub has signed. */
  readonly messages: ClassMessages;
  /** Puts messages into the events queue. Throws where it does not take one. */
  send(messages: readonly ImportMessage[]): Promise<void>;
  /** Waits until nothing waits any more. Throws where that takes too long. */
  settled(): Promise<void>;
  /** What the stores have. Throws where not so many events were accepted, or what was made of them is not there. */
  kept(events: number): Promise<readonly Kept[]>;
  spent(): Promise<Spent>;
  stop(): Promise<void>;
}

/** A statement that a store has: when the event happened, and when it was kept, in milliseconds. */
export interface Kept {
  readonly happened: number;
  readonly kept: number;
}

/** Requests to SQS at once. */
const AT_ONCE = 8;

/** How long everything may take to settle, in milliseconds. */
const SETTLING = 120_000;

/** Starts it on an empty folder, with a site and its bundles. */
export const run = async (
  state: string,
  site: string,
  dist: string,
  gathering: Gathering,
): Promise<Running> => {
  const { settings, endpoints } = await readSite(site);
  const secrets = await openState(state, true);
  await secrets.close();
  const order: Order = { state, site, dist, gathering };
  const service = fork(fileURLToPath(new URL("./serving.ts", import.meta.url)), [JSON.stringify(order)], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const ask = async <Answer>(): Promise<Answer> => {
    const [answer] = await Promise.race([once(service, "message"), once(service, "exit")]);
    if (typeof answer !== "object") throw new Error("The service has ended.");
    return answer;
  };
  const { aws, events } = await ask<Up>();
  const here = {
    endpoint: aws,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const [sqs, s3] = [new SQSClient(here), new S3Client(here)];
  const names = endpoints.map(({ endpoint }) => endpoint.name);
  const queues = [events, ...names.map((name) => events.replace(/events$/, `deliver-${name}`))];
  return {
    messages: classOf(localHub(hubKey(settings.trust, secrets))),
    send: (messages) => send(sqs, events, messages),
    settled: () => settle(sqs, queues),
    kept: async (count) => {
      const accounts = await readAccounts(s3Bucket(s3, BUCKET), names);
      const kept = await Promise.all(
        endpoints.map(({ endpoint }) => keptBy(join(state, "sandbox"), endpoint)),
      );
      const missing = accounts.endpoints.find(
        ({ delivered, waiting, setAside }, at) =>
          waiting > 0 || setAside > 0 || delivered === 0 || kept[at]?.length !== delivered,
      );
      if (accounts.accepted !== count || accounts.unaccounted > 0 || missing !== undefined)
        throw new Error(
          `The ledger does not balance: ${count} events were sent. ${JSON.stringify({ ...accounts, kept: kept.map(({ length }) => length) })}`,
        );
      return kept.flat();
    },
    spent: () => {
      service.send("spent");
      return ask<Spent>();
    },
    stop: async () => {
      sqs.destroy();
      s3.destroy();
      if (!service.connected) return;
      service.disconnect();
      await once(service, "exit");
    },
  };
};

const send = async (sqs: SQSClient, queue: string, messages: readonly ImportMessage[]): Promise<void> => {
  const open = together(messages);
  const sender = async (): Promise<void> => {
    for (let some = open.shift(); some !== undefined; some = open.shift()) {
      const refused = (await sendTogether(sqs, queue, some)).find((answer) => "code" in answer);
      if (refused !== undefined) throw new Error(`The events queue did not take a message: ${refused.code}.`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
};

/** As many messages as one request takes, in their order; what attributes take is a rest. */
const together = (messages: readonly ImportMessage[]): ImportMessage[][] => {
  const all: ImportMessage[][] = [];
  let size = LARGEST;
  for (const message of messages) {
    const bytes = Buffer.byteLength(message.body) + 4096;
    const last = all.at(-1);
    if (last === undefined || last.length === MOST_MESSAGES || size + bytes > LARGEST) {
      all.push([message]);
      size = bytes;
    } else {
      last.push(message);
      size += bytes;
    }
  }
  return all;
};

/** In the order of the way: what has left one queue is in the next. */
const settle = async (sqs: SQSClient, queues: readonly string[]): Promise<void> => {
  const end = Date.now() + SETTLING;
  for (const queue of queues)
    while ((await queueDepth(sqs, queue)) > 0) {
      if (Date.now() > end) throw new Error(`${queue} did not get empty.`);
      await sleep(250);
    }
};

/** What a store has, by the file in which the sandbox keeps it: a line for each request. */
const keptBy = async (folder: string, { name, protocol }: Endpoint): Promise<readonly Kept[]> => {
  const text = await readFile(join(folder, `${name}.${protocol}.ndjson`), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const { at, kept }: Line = JSON.parse(line);
      return kept.map(({ eventTime, timestamp }) => ({
        happened: Date.parse(eventTime ?? timestamp ?? ""),
        kept: Date.parse(at),
      }));
    });
};

interface Line {
  readonly at: string;
  readonly kept: readonly { readonly eventTime?: string; readonly timestamp?: string }[];
}
