/** A real Jupyter Server with the shipped configuration, whose SQS is slow, silent, broken, gone, and back again. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { startAws } from "../../../local/aws.ts";
import { temporaryFolder } from "../../service/support.ts";
import { learnerToken } from "../../support/tokens.ts";
import { eventually } from "../support/running.ts";
import { received } from "./events.ts";
import { jupyter } from "./install.ts";
import { actsOf } from "./trouble-acts.ts";
import { type Front, frontOf, type Weather } from "./trouble-front.ts";
import { startWatched, type Watched } from "./trouble-server.ts";
import { actsIn, toldOf } from "./trouble-told.ts";

const found = await jupyter();
const skip = "missing" in found ? found.missing : false;
const { python } = "missing" in found ? { python: "" } : found;

const QUEUE = "events";
const inAnHour = Math.floor(Date.now() / 1000) + 3600;

/** What may wait, in characters; less than is shipped, so that it is soon full. */
const ROOM = 3_000_000;

/** The most of a batch, in characters: `BATCH` of the sender. */
const BATCH = 200_000;

/**
 * How much more memory the server may take than before, in bytes. What waits takes no more than its room, as this counts
 * more for each event than Python needs; the batch in hand is there as events, as lines, packed, in letters, and in the
 * request. As much again for what Python frees, but keeps.
 */
const BOUND = 2 * (ROOM + 5 * BATCH);

/** How much is emitted while SQS is silent: were it kept, the server would take more than that. */
const FLOOD = 1.5 * BOUND;

/** What the log says of each, by the names of SQS, or of what boto3 throws. */
const TROUBLES: readonly (readonly [Weather, RegExp])[] = [
  ["failing", /could not be sent: SQS said 503/],
  ["throttling", /could not be sent: SQS said \S*RequestThrottled/],
  ["gone", /could not be sent: EndpointConnectionError/],
  ["cut off", /could not be sent: SQS did not say that it has them/],
];

/** A server with a room of this size, and SQS behind a front. */
const atWork = async (room: number) => {
  const folder = await temporaryFolder();
  const aws = await startAws(join(folder, "aws"));
  after(() => aws.stop());
  aws.makeQueue(QUEUE, { visibility: 30, tries: 5 });
  const front = await frontOf(aws.address);
  after(() => front[Symbol.asyncDispose]());
  const token = await learnerToken("ada", { exp: inAnHour });
  const queueUrl = aws.queueUrl(QUEUE);
  const server = await startWatched(python, { folder, sqs: front.url, queueUrl, token, room });
  after(() => server[Symbol.asyncDispose]());
  return { aws, front, server, acts: await actsOf(server) };
};

describe("A learner's server whose SQS is in trouble", { skip }, () => {
  it("answers as ever, takes no more memory than it may, counts what it drops, and has the rest told once", async () => {
    const { aws, front, server, acts } = await atWork(ROOM);
    const { seen } = front;
    const memory: number[] = [];

    // Only then it has all that it needs to send, and its answers have taken their memory as well.
    await acts.until(() => seen.answered >= 2, 50);
    const usual = await server.memory();

    await front.be("slow");
    const came = seen.came;
    await acts.until(() => seen.answered >= came + 2);
    memory.push(await server.memory());

    const givenUp = isSaid(server, /could not be sent: Read timeout/);
    await front.be("silent");
    await acts.until(() => seen.held > 0);
    const { answered } = seen;
    const emitted = await server.emittedSize();
    await acts.until(async () => (await server.emittedSize()) > emitted + FLOOD);
    // A quick machine is here before the sender gives up, and only what has failed goes well again.
    await acts.until(givenUp);
    // The server has answered all this, and SQS not one request.
    assert.equal(seen.answered, answered);
    memory.push(await server.memory());
    await front.be("well");
    await acts.until(isSaid(server, /Events are sent again\./));

    for (const [weather, words] of TROUBLES) {
      await front.be(weather);
      await acts.until(isSaid(server, words));
      memory.push(await server.memory());
    }
    await front.be("well");
    await acts.until(isSaid(server, /Events are sent again\./), 20);
    const all = await allSettled(server, front);
    await server.end();

    for (const each of server.counts()) assert.equal(each.taken, each.sent + each.dropped + each.waiting);
    const { dropped = 0 } = server.counts().at(-1) ?? {};
    assert.ok(dropped > 0);
    assert.match(server.log(), new RegExp(`${dropped} in all \\(the queue was full\\)`));
    assert.doesNotMatch(server.log(), /At the end|Traceback/);
    for (const each of memory) assert.ok(each < usual + BOUND, `It took ${each}, and ${usual} before.`);

    // Some events were taken again, as their answer was lost; each is told once, and so is all that was not dropped.
    const taken = [...new Set(seen.events)];
    assert.ok(seen.events.length > taken.length);
    const known = new Set(all);
    assert.ok(taken.every((each) => known.has(each)));
    assert.equal(taken.length, all.length - dropped);
    const { archived, statements, caliper } = await toldOf(await received(aws, QUEUE), "ada");
    assert.deepEqual(inOrder(archived), inOrder(taken.map((text) => JSON.parse(text))));
    assert.deepEqual(actsIn.statements(statements), actsIn.events(archived, "xapi"));
    assert.deepEqual(actsIn.caliper(caliper), actsIn.events(archived, "caliper"));
    assert.ok(statements.length > 0 && caliper.length > 0);
  });

  it("ends as ever while SQS is silent, and says how many events were not sent", async () => {
    const { front, server, acts } = await atWork(ROOM);
    await acts.until(() => front.seen.answered > 0);
    await front.be("silent");
    await acts.until(() => front.seen.held > 0, 10);
    await server.end();
    assert.match(server.log(), /At the end \d+ events were not sent\./);
    const { length } = await server.emitted();
    const { taken, sent, dropped, waiting } = server.counts().at(-1) ?? assert.fail();
    assert.deepEqual([taken, sent + dropped + waiting], [length, length]);
    assert.equal(sent, new Set(front.seen.events).size);
    assert.ok(waiting + dropped > 0);
  });
});

/** What was emitted, once nothing of it waits any more. */
const allSettled = async (server: Watched, { seen }: Front): Promise<readonly string[]> => {
  const all = await server.emitted();
  return eventually(
    "all is sent or dropped",
    async () => {
      const dropped = server.counts().at(-1)?.dropped ?? 0;
      return new Set(seen.events).size + dropped === all.length ? all : undefined;
    },
    server,
  );
};

/** Whether the log has said this since now. */
const isSaid = (server: Watched, words: RegExp): (() => boolean) => {
  const { length } = server.log();
  return () => words.test(server.log().slice(length));
};

/** Events in the order of their times, with their keys in order. */
const inOrder = (events: readonly object[]): readonly string[] =>
  events.map((event) => JSON.stringify(Object.fromEntries(Object.entries(event).sort()))).sort();
