import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** Parameter Store, as far as the functions use it: `GetParameters` on 127.0.0.1. */
export interface LocalParameters {
  readonly address: string;
  stop(): Promise<void>;
}

/** The AWS JSON 1.1 protocol names the operation in this header. */
const OPERATION = "AmazonSSM.GetParameters";

/** Serves parameters, by their paths. */
export const startParameters = async (parameters: ReadonlyMap<string, string>): Promise<LocalParameters> => {
  const server = createServer(async (request, response) => {
    if (request.headers["x-amz-target"] !== OPERATION) {
      response.writeHead(400).end(JSON.stringify({ __type: "UnknownOperationException" }));
      return;
    }
    const { Names } = JSON.parse(await textOf(request)) as { readonly Names: readonly string[] };
    const found = Names.filter((name) => parameters.has(name));
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(
      JSON.stringify({
        Parameters: found.map((name) => ({ Name: name, Type: "SecureString", Value: parameters.get(name) })),
        InvalidParameters: Names.filter((name) => !parameters.has(name)),
      }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
};

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
};
