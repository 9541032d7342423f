import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after } from "node:test";
import { DeleteQueueCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { startAws } from "../../../local/aws.ts";
import { temporaryFolder } from "../../service/support.ts";
import type { Player } from "../../support/aws/player.ts";
import { type Place, reachAws } from "../../support/aws/reached.ts";
import { eventually, freePort, orEnd, type Running, start } from "../support/running.ts";

/**
 * ElasticMQ, of the part in a folder, as SQS; S3 is the embedded one, as ElasticMQ has none. It runs until the tests of the
 * file are over, as Java takes its time to start: each who starts it finds no queues.
 */
export const elasticmqAws = (folder: string): Player => {
  let running: Promise<Shared> | undefined;
  after(async () => (await running)?.stop());
  return {
    name: "ElasticMQ",
    start: async () => {
      running ??= share(join(folder, "jars"));
      const { place, setS3 } = await running;
      const s3 = await startAws(await temporaryFolder());
      setS3(s3.address);
      const stop = async (): Promise<void> => {
        await deleteQueues(place);
        await s3.stop();
      };
      return { place, open: async () => reachAws(place), stop };
    },
  };
};

/** One that runs, and an address for it and whichever S3 is there. */
interface Shared {
  readonly place: Place;
  setS3(address: string): void;
  stop(): Promise<void>;
}

const share = async (jars: string): Promise<Shared> => {
  const port = await freePort();
  let s3 = "";
  const { address, server } = await startFront(`http://127.0.0.1:${port}`, () => s3);
  const running = await startElasticmq(jars, port, address);
  return {
    place: { address, account: ACCOUNT },
    setS3: (next) => {
      s3 = next;
    },
    stop: async () => {
      await running[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};

const deleteQueues = async (place: Place): Promise<void> => {
  const { sqs, stop } = reachAws(place);
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  for (const QueueUrl of QueueUrls) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  await stop();
};

const ACCOUNT = "000000000000";

/** Starts it on a port; `address` is where its queues are said to be. Throws where it does not answer. */
const startElasticmq = async (jars: string, port: number, address: string): Promise<Running> => {
  const settings = {
    "rest-sqs.bind-hostname": "127.0.0.1",
    "rest-sqs.bind-port": port,
    "rest-stats.enabled": false,
    "node-address.host": "127.0.0.1",
    "node-address.port": new URL(address).port,
    "aws.region": "us-east-1",
    "aws.accountId": ACCOUNT,
  };
  const told = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`);
  const args = ["-Xmx256m", "-XX:-UsePerfData", ...told, "-cp", join(jars, "*"), "org.elasticmq.server.Main"];
  const running = start("java", args, { cwd: "/", env: {} });
  await orEnd(
    running,
    eventually("ElasticMQ answers", () => answers(port), running),
  );
  return running;
};

const answers = async (port: number): Promise<true | undefined> => {
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.ListQueues" },
    body: "{}",
  }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok ? true : undefined;
};

/** One address for two: what is asked of SQS goes to one, and all else to the other. */
const startFront = async (
  sqs: string,
  s3: () => string,
): Promise<{ readonly address: string; readonly server: Server }> => {
  const server = createServer((incoming, outgoing) => {
    const { method, url = "/", headers } = incoming;
    const isSqs = String(headers["x-amz-target"]).startsWith("AmazonSQS.");
    const passed = request(isSqs ? sqs : s3(), { method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    passed.once("error", () => outgoing.destroy());
    // Whoever does not wait for the answer any more must not keep the message that it would bring.
    outgoing.once("close", () => passed.destroy());
    incoming.pipe(passed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
};
