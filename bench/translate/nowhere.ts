import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** S3 and SQS that take everything at once and keep nothing: for the memory of a process that talks to them. */
export interface Nowhere extends AsyncDisposable {
  readonly address: string;
}

export const startNowhere = async (): Promise<Nowhere> => {
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (request.headers["x-amz-target"] === "AmazonSQS.SendMessageBatch")
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(taken(body));
    else if (request.method === "PUT") response.writeHead(200, { etag: '"none"' }).end();
    else response.writeHead(404, { "content-type": "application/xml" }).end(NO_SUCH_KEY);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
};

const NO_SUCH_KEY =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code><Message>It is not there.</Message></Error>';

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
}

/** The SDK compares the hashes with those of what it sent. */
const taken = (body: string): string => {
  const { Entries } = JSON.parse(body) as { readonly Entries: readonly Entry[] };
  return JSON.stringify({
    Successful: Entries.map(({ Id, MessageBody }) => ({
      Id,
      MessageId: Id,
      MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex"),
    })),
    Failed: [],
  });
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
};
