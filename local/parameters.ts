import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** Parameter Store and Secrets Manager, as far as the functions use them, on 127.0.0.1. */
export interface LocalParameters {
  readonly address: string;
  /** Where the played hub publishes its public keys, as a real one would do. */
  readonly jwks: string;
  stop(): Promise<void>;
}

/** What an operation answers: the status, and the body as JSON. */
type Operation = (input: Input) => readonly [status: number, body: unknown];

interface Input {
  readonly Names?: readonly string[];
  readonly SecretId?: string;
}

/** Serves parameters, by their paths, and secrets of Secrets Manager, by their names. */
export const startParameters = async (
  parameters: ReadonlyMap<string, string>,
  secrets: ReadonlyMap<string, string> = parameters,
  published: unknown = { keys: [] },
): Promise<LocalParameters> => {
  // The AWS JSON 1.1 protocol names the operation in this header.
  const operations: Readonly<Record<string, Operation>> = {
    "AmazonSSM.GetParameters": ({ Names = [] }) => getParameters(parameters, Names),
    "secretsmanager.GetSecretValue": ({ SecretId = "" }) => getSecretValue(secrets, SecretId),
  };
  const server = createServer(async (request, response) => {
    if (request.method === "GET") {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(published));
      return;
    }
    const operation = operations[String(request.headers["x-amz-target"])];
    const [status, body] =
      operation?.(JSON.parse(await textOf(request))) ?? refusal("UnknownOperationException");
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    jwks: `http://127.0.0.1:${port}/jwks.json`,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
};

const getParameters = (
  parameters: ReadonlyMap<string, string>,
  names: readonly string[],
): ReturnType<Operation> => {
  // AWS gives no more at once.
  if (names.length > 10) return refusal("ValidationException");
  const found = names.filter((name) => parameters.has(name));
  return [
    200,
    {
      Parameters: found.map((name) => ({ Name: name, Type: "SecureString", Value: parameters.get(name) })),
      InvalidParameters: names.filter((name) => !parameters.has(name)),
    },
  ];
};

const getSecretValue = (secrets: ReadonlyMap<string, string>, name: string): ReturnType<Operation> =>
  secrets.has(name)
    ? [200, { Name: name, SecretString: secrets.get(name), VersionStages: ["AWSCURRENT"] }]
    : refusal("ResourceNotFoundException");

const refusal = (type: string): ReturnType<Operation> => [400, { __type: type, Message: "It is not there." }];

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
};
