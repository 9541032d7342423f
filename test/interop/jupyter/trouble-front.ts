import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { freePort } from "../support/running.ts";

/**
 * How SQS does: answers late; takes requests and says nothing; is broken; has too many requests; cannot be reached; takes
 * messages, and its answer breaks off.
 */
export type Weather = "well" | "slow" | "silent" | "failing" | "throttling" | "gone" | "cut off";

/** What stands before SQS, and can be told how it does. */
export interface Front extends AsyncDisposable {
  readonly url: string;
  /** Makes it do so from now on; requests that silence has held are then treated so as well. */
  readonly be: (weather: Weather) => Promise<void>;
  readonly seen: Seen;
}

/** What became of the requests: each came, and then may be held, handed on to SQS, and answered. */
export interface Seen {
  readonly came: number;
  /** That silence holds now. */
  readonly held: number;
  readonly handedOn: number;
  readonly answered: number;
  /** The events that SQS has taken, in order; some of them again. */
  readonly events: readonly string[];
}

/** How late an answer is, in milliseconds. */
const LATE = 2_000;

/** How SQS says that there are too many requests. */
const THROTTLED = { __type: "com.amazonaws.sqs#RequestThrottled", message: "Rate exceeded" };

const PASSED = ["x-amz-target", "content-type", "authorization"];

/** Stands before the SQS at this address; all is well at first. */
export const frontOf = async (address: string): Promise<Front> => {
  const events: string[] = [];
  const seen = { came: 0, held: 0, handedOn: 0, answered: 0, events };
  let change = Promise.withResolvers<void>();
  let now: Weather = "well";

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    seen.came += 1;
    while (now === "silent") {
      seen.held += 1;
      await change.promise;
      seen.held -= 1;
    }
    // Who has given up waiting asks again, and is not to be heard twice here.
    if (response.destroyed || response.socket?.destroyed !== false) return;
    response.once("finish", () => {
      seen.answered += 1;
    });
    if (now === "failing") return void response.writeHead(503).end();
    if (now === "throttling")
      return void response
        .writeHead(400, { "x-amzn-query-error": "RequestThrottled;Sender" })
        .end(JSON.stringify(THROTTLED));
    const weather = now;
    const { status, type, text } = await handOn(address, request, body);
    seen.handedOn += 1;
    events.push(...eventsIn(body));
    // Every other answer breaks off before it has begun.
    if (weather === "cut off" && seen.handedOn % 2 === 0) return void response.destroy();
    if (weather === "slow") await sleep(LATE);
    response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
    if (weather === "cut off") response.write(text.slice(0, 10), () => response.destroy());
    else response.end(text);
  };

  const port = await freePort();
  const door = doorOf(port, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await door.open();
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    be: async (weather) => {
      if (weather === "gone") await door.shut();
      else await door.open();
      now = weather;
      change.resolve();
      change = Promise.withResolvers();
    },
    [Symbol.asyncDispose]: door.shut,
  };
};

/** A port that can be listened on, and no more, and again. */
const doorOf = (port: number, listener: RequestListener) => {
  const server = createServer({ keepAliveTimeout: 0 }, listener);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // A client that resets a connection is no error of a test.
    socket.on("error", () => {});
  });
  const open = async (): Promise<void> => {
    if (server.listening) return;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  };
  const shut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { open, shut };
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
};

/** Lets SQS itself answer. */
const handOn = async (address: string, { headers }: IncomingMessage, body: string) => {
  const passed = PASSED.flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : []));
  const answer = await fetch(address, { method: "POST", headers: Object.fromEntries(passed), body });
  if (!answer.ok) throw new Error(`SQS has answered ${answer.status}: ${await answer.text()}`);
  return {
    status: answer.status,
    type: answer.headers.get("content-type") ?? "",
    text: await answer.text(),
  };
};

/** The events in a request that sends a message, as the sender wrote them. */
const eventsIn = (request: string): readonly string[] => {
  const { MessageBody, MessageAttributes } = JSON.parse(request);
  const packed = MessageAttributes["content-encoding"]?.StringValue === "gzip";
  const text = packed ? gunzipSync(Buffer.from(MessageBody, "base64")).toString("utf8") : String(MessageBody);
  return text.split("\n");
};
