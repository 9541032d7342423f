import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** By the names of parameters and secrets: what else there is of them than a plain value. */
export const odd = new Map<string, "list" | "denied" | "deleted" | "binary">();

/** By the names of parameters: what happens just when one is asked for. */
export const meanwhile = new Map<string, () => Promise<unknown>>();

/** The access keys that have asked for a parameter. */
export const askedBy = new Map<string, string>();

/** Parameter Store and Secrets Manager with what is odd, in front of those that know nothing of it. */
export const startOdd = async (
  behind: string,
): Promise<{ readonly address: string; stop(): Promise<void> }> => {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = String(request.headers["x-amz-target"]);
    const { Names = [], SecretId } = JSON.parse(body) as Asked;
    const [, key = ""] = /Credential=([^/]+)\//.exec(String(request.headers.authorization)) ?? [];
    for (const name of Names) {
      askedBy.set(name, key);
      await meanwhile.get(name)?.();
    }
    const named = SecretId === undefined ? Names : [SecretId];
    const kinds = named.map((name) => odd.get(name));
    const answer = kinds.includes("denied") ? DENIED : ODD[odd.get(SecretId ?? "") ?? "none"];
    const headers = { "content-type": "application/x-amz-json-1.1" };
    if (answer !== undefined) {
      const [status, told] = answer;
      response.writeHead(status, headers).end(JSON.stringify(told));
      return;
    }
    const plain = await fetch(behind, { method: "POST", headers: { "x-amz-target": target }, body });
    const told = (await plain.json()) as { readonly Parameters?: readonly { readonly Name: string }[] };
    const listed = told.Parameters?.map((each) =>
      odd.get(each.Name) === "list" ? { ...each, Type: "StringList" } : each,
    );
    response
      .writeHead(plain.status, headers)
      .end(JSON.stringify({ ...told, ...(listed && { Parameters: listed }) }));
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

interface Asked {
  readonly Names?: readonly string[];
  readonly SecretId?: string;
}

type Told = readonly [status: number, body: Readonly<Record<string, string>>];

/** AWS gives none of those that are asked for where one of them may not be read. */
const DENIED: Told = [400, { __type: "AccessDeniedException", message: "User: me is not authorized." }];

const ODD: Readonly<Record<string, Told>> = {
  deleted: [
    400,
    {
      __type: "InvalidRequestException",
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    },
  ],
  binary: [200, { Name: "it", SecretBinary: Buffer.from("CANARY").toString("base64") }],
};
