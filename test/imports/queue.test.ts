import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { startAws } from "../../local/aws.ts";
import { accountAt } from "../../src/aws/administer.ts";
import { attributeBytes, LARGEST, MOST_MESSAGES } from "../../src/imports/message.ts";
import { sendAll } from "../../src/imports/send.ts";
import { type Attributes, signing } from "../../src/imports/sign.ts";
import { NOTHING_SENT } from "../../src/imports/state.ts";
import { contents } from "../support/events.ts";
import { KEY } from "../support/tokens.ts";
import { shipped, shippedJudge, textsIn } from "./support.ts";

const folder = await mkdtemp(join(tmpdir(), "imports-"));
const aws = await startAws(folder);
aws.makeQueue("events", { visibility: 30, tries: 5 });
const account = accountAt({
  stage: "test",
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  addresses: { aws: aws.address, parameters: aws.address },
});
after(async () => {
  account.close();
  await aws.stop();
  await rm(folder, { recursive: true });
});
const url = (await account.queueUrl("events")) ?? "";

/** All messages of the queue. */
const received = async () => {
  const all = [];
  for (;;) {
    const command = new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
    });
    const { Messages = [] } = await aws.sqs.send(command);
    if (Messages.length === 0) return all;
    for (const { Body = "", MessageAttributes = {} } of Messages) {
      const attributes = Object.entries(MessageAttributes).map(([name, { StringValue = "" }]) => [
        name,
        StringValue,
      ]);
      all.push({ body: Body, attributes: Object.fromEntries(attributes) });
    }
  }
};

const attributes: Attributes = signing({ role: "learner", subject: "ada" }, { value: KEY });
const note = async (): Promise<void> => {};

describe("A queue of SQS", () => {
  it("takes everything that a file becomes, whatever is in its lines, and has it as it was", async () => {
    const paths = ["a", "\uFFFE\uFFFF", "語😀\u2028\u007f", "x".repeat(200_000), "語".repeat(200_000)];
    const good = [
      ...paths.map((path) => JSON.stringify(contents({ path }))),
      ...Array.from({ length: 3000 }, (_, at) => JSON.stringify(contents({ path: `${at}.ipynb` }))),
    ];
    const bad = ["\u0000\u0001 no JSON", '{"a":', "[]", "\u001b[31m"];
    const shipments = shipped([...bad, ...good].join("\n"), await shippedJudge(), {
      all: true,
      chunk: 65_536,
    });
    const sent = await sendAll(shipments, NOTHING_SENT, {
      attributes,
      note,
      send: (messages) => account.sendTogether(url, messages),
    });
    assert.deepEqual([sent.events, sent.untaken, sent.refused], [good.length + bad.length, 0, []]);
    const messages = await received();
    assert.deepEqual([...textsIn(messages)].sort(), [...bad, ...good].sort());
    assert.equal(messages.length, sent.messages);
  });

  it("takes as much in one request as is counted, and no more", async () => {
    const own = await attributes();
    const room = LARGEST - attributeBytes(own);
    assert.ok(
      "message" in
        ((await account.sendTogether(url, [{ body: "x".repeat(room), attributes: own }]))[0] ?? {}),
    );
    await assert.rejects(account.sendTogether(url, [{ body: "x".repeat(room + 1), attributes: own }]));
    const many = Array.from({ length: MOST_MESSAGES + 1 }, () => ({ body: "x", attributes: own }));
    await assert.rejects(account.sendTogether(url, many));
    await received();
  });

  it("refuses a message that may not be, and takes those beside it", async () => {
    const own = await attributes();
    const answers = await account.sendTogether(url, [
      { body: "\u0001", attributes: own },
      { body: "fine", attributes: own },
    ]);
    assert.deepEqual(answers[0], { code: "InvalidMessageContents", again: false });
    assert.ok(answers[1] !== undefined && "message" in answers[1]);
  });

  it("that is away may take it later; where there is none, it never will", async () => {
    const away = accountAt({
      stage: "test",
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      addresses: { aws: "http://127.0.0.1:1", parameters: "http://127.0.0.1:1" },
    });
    const message = { body: "fine", attributes: {} };
    const [answer] = await away.sendTogether("http://127.0.0.1:1/000000000000/events", [message]);
    assert.ok(answer !== undefined && "again" in answer && answer.again);
    away.close();
    await assert.rejects(account.sendTogether(url.replace("events", "none"), [message]));
  });
});
