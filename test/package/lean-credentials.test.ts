import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { buildSite, project } from "../../build/bundle.ts";
import { folder } from "./support.ts";

/** The requests that came in, and what is answered: Parameter Store and SQS, as far as the probe asks them. */
const came: IncomingHttpHeaders[] = [];
const server = createServer(async (request, response) => {
  came.push(request.headers);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const input = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  const answer = String(request.headers["x-amz-target"]).startsWith("AmazonSSM.")
    ? {
        Parameters: input.Names.map((Name: string) => ({
          Name,
          Type: "SecureString",
          Value: "k".repeat(40),
        })),
      }
    : { Successful: input.Entries.map(taken), Failed: [] };
  response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
});

const taken = ({ Id, MessageBody }: { readonly Id: string; readonly MessageBody: string }) => ({
  Id,
  MessageId: Id,
  MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex"),
});

/** Calls the probe as its schedule does, in a process of its own. */
const SCRIPT = `
  require(process.argv[1]).handler({}, { getRemainingTimeInMillis: () => 30000 }).then(
    () => process.exit(0),
    (error) => { console.error(error); process.exit(1); },
  );
`;

const run = promisify(execFile);

describe("a function in Lambda", () => {
  const dist = join(folder, "credentials");
  const home = join(folder, "home");
  let environment: Readonly<Record<string, string>> = {};

  before(async () => {
    await buildSite(project, dist);
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    await mkdir(join(home, ".aws"), { recursive: true });
    await writeFile(
      join(home, ".aws", "config"),
      "[default]\nregion = cn-north-1\ncredential_process = /nobody\n",
    );
    environment = {
      HOME: home,
      STAGE: "test",
      EVENTS_QUEUE: `http://127.0.0.1:${port}/000000000000/events`,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "ASIAEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "example",
      AWS_SESSION_TOKEN: "the token of this environment",
    };
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  const call = (variables: Readonly<Record<string, string>>) =>
    run(process.execPath, ["-e", SCRIPT, join(dist, "probe", "index.cjs")], { env: { ...variables } });

  it("proves who it is with the credentials and the token of its environment, and looks into no files", async () => {
    came.length = 0;
    await call(environment);
    assert.deepEqual(
      came.map((headers) => String(headers["x-amz-target"])),
      ["AmazonSSM.GetParameters", "AmazonSQS.SendMessageBatch"],
    );
    for (const headers of came) {
      assert.equal(headers["x-amz-security-token"], "the token of this environment");
      assert.match(String(headers.authorization), /Credential=ASIAEXAMPLE\/\d{8}\/eu-central-1\/(ssm|sqs)\//);
    }
  });

  it("asks for nothing without credentials", async () => {
    came.length = 0;
    const { AWS_ACCESS_KEY_ID: _, ...without } = environment;
    await assert.rejects(call(without));
    assert.deepEqual(came, []);
  });
});
