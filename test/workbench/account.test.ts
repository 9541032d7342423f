import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { type LocalAws, startAws } from "../../local/aws.ts";
import { type Account, accountAt } from "../../src/aws/administer.ts";
import { temporaryFolder } from "../service/support.ts";

let aws: LocalAws;
let account: Account;
/** How many requests from now on are refused. */
let refused = 0;
const asked: string[] = [];

/** In front of the embedded AWS. */
const front = createServer((incoming, response) => {
  asked.push(String(incoming.headers["x-amz-target"]).replace("AmazonSQS.", ""));
  if (refused > 0) {
    refused--;
    response.writeHead(403, { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "1" });
    response.end('{"__type": "com.amazonaws.sqs#AccessDenied", "message": "Not yet."}');
    return;
  }
  const { method, url, headers } = incoming;
  const passed = request(new URL(url ?? "", aws.address), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  incoming.pipe(passed);
});

before(async () => {
  aws = await startAws(await temporaryFolder());
  await new Promise<void>((listening) => front.listen(0, "127.0.0.1", listening));
  const { port } = front.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}`;
  account = accountAt({
    stage: "test",
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    addresses: { aws: address, parameters: address },
  });
});
after(async () => {
  account.close();
  front.close();
  front.closeAllConnections();
  await aws.stop();
});

describe("A queue's address", () => {
  it("is asked for again where AWS did not tell it, and then only once", async () => {
    aws.makeQueue("refused", { visibility: 30, tries: 5 });
    refused = 1;
    await assert.rejects(account.queueUrl("refused"), { name: "AccessDenied" });
    assert.equal(await account.depth("refused"), 0);
    asked.length = 0;
    const [url] = await Promise.all([account.queueUrl("refused"), account.depth("refused")]);
    assert.match(url ?? "", /\/refused$/);
    assert.deepEqual(asked, ["GetQueueAttributes"]);
  });

  it("is found of a queue that is made after it was first looked for", async () => {
    assert.equal(await account.depth("later"), 0);
    assert.equal(await account.queueUrl("later"), undefined);
    aws.makeQueue("later", { visibility: 30, tries: 5 });
    const url = await account.queueUrl("later");
    assert.match(url ?? "", /\/later$/);
    assert.deepEqual(await account.send(url ?? "", ["body"]), [true]);
    assert.equal(await account.depth("later"), 1);
  });
});
