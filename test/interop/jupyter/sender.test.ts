/** What the sender does with a receiver in trouble; what it emits is counted, and no time is measured. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { startAws } from "../../../local/aws.ts";
import { serving } from "../../support/listener.ts";
import { freePort } from "../support/running.ts";
import { received } from "./events.ts";
import { type Counts, type Flood, flood, numbersIn, receiver, type Trouble } from "./flood.ts";
import { setting } from "./install.ts";
import { runScript } from "./scripts.ts";
import { queueVariables } from "./server.ts";

const { python, folder, skip } = await setting();

/** As many as a course of learners emits in a day. */
const MANY = 100_000;
/** More than the sender has room for. */
const ENOUGH = 20_000;

/** The most that may wait, and what one more event may add, in characters. */
const ROOM = 8_000_000 + 1_000;

describe("The shipped sender, which nothing holds up", { skip, concurrency: 2 }, () => {
  const troubles: readonly (readonly [string, Trouble, number])[] = [
    ["says nothing at all", "silence", MANY],
    ["answers that there are too many requests", 429, ENOUGH],
    ["answers that it is broken", 500, ENOUGH],
  ];
  for (const [what, trouble, events] of troubles)
    it(`emits all its events while the receiver ${what}, and sends when it is mended`, async () => {
      await using to = await receiver(trouble);
      await using from = await flood(python, events, { LMS_INGEST_URL: to.url });
      // All was emitted, and not one request has been answered well.
      assert.deepEqual([from.emitted.taken, from.emitted.sent], [events, 0]);
      assertFull(from.emitted);
      to.mend();
      const sent = await assertMended(from, events);
      assert.deepEqual([to.events.size, sent], [sent, to.events.size]);
      assert.ok(to.refused() > 0);
    });

  it("emits all its events while nobody listens, and sends when somebody does", async () => {
    const port = await freePort();
    await using from = await flood(python, ENOUGH, { LMS_INGEST_URL: `http://127.0.0.1:${port}/events` });
    assertFull(from.emitted);
    await using to = await receiver(200, port);
    const sent = await assertMended(from, ENOUGH);
    assert.equal(to.events.size, sent);
    assert.match(from.said(), /Events wait, as they could not be sent: .*refused/);
  });

  it("does not send again what the receiver refuses for good, but counts it", async () => {
    await using to = await receiver(403);
    await using from = await flood(python, 1000, { LMS_INGEST_URL: to.url });
    const { dropped, sent } = await from.settled();
    assert.deepEqual([dropped, sent, to.events.size], [1000, 0, 0]);
    to.mend();
    await from.tell("more");
    assert.deepEqual(await from.settled(), { taken: 1100, sent: 100, dropped: 1000, waiting: 0 });
    assert.match(from.said(), /1000 in all \(the receiver refused them: HTTP 403\)/);
  });

  it("sends in a forked child what the child emits, and nothing that waits in its parent", async () => {
    await using to = await receiver(200);
    const { stdout } = await runScript(python, "forked.py", { LMS_INGEST_URL: to.url });
    const parent = { taken: 1, sent: 1, dropped: 0 };
    assert.deepEqual(JSON.parse(stdout), {
      before: { taken: 0, sent: 0, dropped: 0 },
      child: parent,
      parent,
    });
    assert.deepEqual([...to.events].sort(), [1, 2]);
  });

  it("emits all its events while SQS fails, and sends them packed when it is mended", async () => {
    const aws = await startAws(join(folder, "aws-trouble"));
    after(() => aws.stop());
    aws.makeQueue("events", { visibility: 30, tries: 5 });
    let mended = false;
    await using before = await serving(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (!mended) return void response.writeHead(503).end();
      const [target = "", type = ""] = [request.headers["x-amz-target"], request.headers["content-type"]].map(
        String,
      );
      const headers = {
        "x-amz-target": target,
        "content-type": type,
        authorization: `${request.headers.authorization}`,
      };
      const answer = await fetch(aws.address, { method: "POST", headers, body: Buffer.concat(chunks) });
      response.writeHead(answer.status, { "content-type": type }).end(await answer.text());
    });
    await using from = await flood(python, ENOUGH, {
      ...queueVariables(before.url, aws.queueUrl("events")),
    });
    assertFull(from.emitted);
    mended = true;
    const sent = await assertMended(from, ENOUGH);
    const messages = await received(aws, "events");
    assert.ok(messages.every(({ attributes }) => attributes["content-encoding"] === "gzip"));
    assert.equal(new Set(messages.flatMap(({ body }) => numbersIn(unpacked(body)))).size, sent);
  });
});

const unpacked = (body: string): string => gunzipSync(Buffer.from(body, "base64")).toString("utf8");

/** The rest was dropped and is counted, so that what waits is bounded. */
const assertFull = ({ dropped, waiting }: Counts): void => {
  assert.ok(dropped > 0, "Nothing was dropped.");
  assert.ok(waiting <= ROOM, `There wait ${waiting} characters.`);
};

/** Sees what waited sent, then what is emitted later, then what is emitted last of all; gives how many were sent. */
const assertMended = async (from: Flood, events: number): Promise<number> => {
  const waited = await from.settled();
  assert.equal(waited.taken, events);
  assert.ok(waited.sent > 0 && waited.dropped > 0);
  await from.tell("more");
  const more = await from.settled();
  assert.deepEqual(more, { ...waited, taken: events + 100, sent: waited.sent + 100 });
  assert.match(
    from.said(),
    new RegExp(`events were dropped, ${more.dropped} in all \\(the queue was full\\)`),
  );
  await from.tell("last");
  await from.over();
  return more.sent + 10;
};
