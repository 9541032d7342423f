import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { EVENT_LIMIT, EVENTS_LIMIT } from "../../src/event/message.ts";
import { BODY_LIMIT } from "../../src/ingest/body.ts";
import { ingesting, type Posting, post, toldBy } from "./support.ts";

const GZIP = { "content-encoding": "gzip" };

/** What is answered to something of which nothing may get into the queue. */
const refusal = async (body: string | Uint8Array, posting: Posting = {}) => {
  const all = ingesting();
  const answer = await post(all, body, posting);
  assert.deepEqual(all.sent, []);
  return { ...answer, told: toldBy(answer) };
};

describe("A request that is not taken", () => {
  it("is for another address, or no POST", async () => {
    for (const path of ["/", "/events/", "/Events", "/events/x", "//events", "/.env"]) {
      const { status, told } = await refusal("{}", { path });
      assert.equal(status, 404, path);
      assert.match(told.error ?? "", /posted to \/events\.$/);
    }
    for (const method of ["GET", "PUT", "DELETE", "PATCH", "TRACE", "post"]) {
      const { status, headers } = await refusal("{}", { method });
      assert.deepEqual([status, headers.allow], [405, "POST, OPTIONS"], method);
    }
  });

  it("is of another type, in another encoding, or of several", async () => {
    const types = [
      undefined,
      "",
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/json,application/json",
      "application/json; charset=utf-16",
      "application/jsonp",
      "__proto__",
    ];
    for (const type of types) {
      const { status, headers } = await refusal("{}", { headers: { "content-type": type } });
      assert.deepEqual(
        [status, headers["accept-post"]],
        [415, "application/json, application/x-ndjson"],
        type,
      );
    }
    for (const encoding of ["br", "deflate", "zstd", "gzip, gzip", "gzip,identity", "base64"]) {
      const { status, headers } = await refusal("{}", { headers: { "content-encoding": encoding } });
      assert.deepEqual([status, headers["accept-encoding"]], [415, "gzip"], encoding);
    }
  });

  it("is larger than 1 MiB, as it comes", async () => {
    const event = '{"a":1}\n';
    const fits = event.repeat(9000).padEnd(BODY_LIMIT);
    assert.equal((await post(ingesting(), fits)).status, 202);
    const { status, told } = await refusal(`${fits} `);
    assert.equal(status, 413);
    assert.match(told.error ?? "", /more than 1048576 bytes\. Send the events in several requests\./);
  });

  it("unpacks to more than 1 MiB, of which no more than that is ever held", async () => {
    assert.equal((await post(ingesting(), gzipSync("{}".padEnd(BODY_LIMIT)), { headers: GZIP })).status, 202);
    const over = await refusal(gzipSync("{}".padEnd(BODY_LIMIT + 1)), { headers: GZIP });
    assert.deepEqual(
      [over.status, over.told.error?.startsWith("The body unpacks to more than")],
      [413, true],
    );
    // Less than a megabyte that would be half a gigabyte, in a thousand parts, or 64 megabytes in one.
    const part = gzipSync(Buffer.alloc(512 * 1024));
    const bombs = [gzipSync(Buffer.alloc(64 * 1024 * 1024)), Buffer.concat(Array(1000).fill(part))];
    for (const bomb of bombs) {
      assert.ok(bomb.length < BODY_LIMIT);
      const before = process.memoryUsage().arrayBuffers;
      const { status } = await refusal(bomb, { headers: GZIP });
      assert.equal(status, 413);
      assert.ok(process.memoryUsage().arrayBuffers - before < 32 * 1024 * 1024);
    }
  });

  it("does not unpack, and says what to do", async () => {
    const packed = gzipSync('{"action":"save"}');
    const cases: readonly (readonly [Uint8Array | string, RegExp])[] = [
      [packed.subarray(0, 12), /does not unpack/],
      [packed.toString("base64"), /send the bytes of gzip, and not base64/],
      // As a gateway hands it on that takes gzip for text.
      [packed.toString("utf8"), /took it for text\. Send it with the content type application\/x-ndjson/],
      ["", /does not unpack/],
    ];
    for (const [body, says] of cases) {
      const { status, told } = await refusal(body, { headers: GZIP });
      assert.equal(status, 400);
      assert.match(told.error ?? "", says);
    }
  });

  it("is no text in UTF-8", async () => {
    const { status, told } = await refusal(Uint8Array.of(0x7b, 0xff, 0x7d));
    assert.deepEqual([status, told.error], [400, "The body is not text in UTF-8."]);
    assert.equal((await refusal(gzipSync(Uint8Array.of(0xc3)), { headers: GZIP })).status, 400);
  });

  it("holds no event, or none that is JSON", async () => {
    const cases: readonly (readonly [body: string, reasons: readonly string[], error: RegExp])[] = [
      ["", ["body.empty"], /^The body is empty\.$/],
      [" \n ", ["body.empty"], /^The body is empty\.$/],
      ["[]", ["body.empty"], /^The array is empty\.$/],
      ["{", ["json.malformed"], /^The text stops being JSON/],
      ["[{}", ["json.malformed"], /brackets do not match/],
      ["{x}\n{y}", ["json.malformed", "json.malformed"], /^None of the 2 events can be read\.$/],
    ];
    for (const [body, reasons, error] of cases) {
      const { status, told } = await refusal(body);
      assert.equal(status, 400, body);
      assert.equal(told.taken, 0);
      assert.deepEqual(
        told.refused?.map(({ reason }) => reason),
        reasons,
      );
      assert.match(told.error ?? "", error);
    }
  });

  it("is one event that is larger than the queue's function would keep", async () => {
    const large = `{"a":"${"x".repeat(EVENT_LIMIT)}"}`;
    const { status, told } = await refusal(large);
    assert.equal(status, 413);
    assert.deepEqual(
      told.refused?.map(({ index, reason }) => [index, reason]),
      [[0, "size.exceeded"]],
    );
    const all = ingesting();
    const mixed = await post(all, `{"b":1}\n${large}\n{"c":1}`);
    assert.deepEqual([mixed.status, all.events()], [202, ['{"b":1}', '{"c":1}']]);
    assert.deepEqual(
      toldBy(mixed).refused?.map(({ index, reason }) => [index, reason]),
      [[1, "size.exceeded"]],
    );
  });

  it("is of more events than a message may have: a body of brackets cannot fill the memory", async () => {
    const most = "{}\n".repeat(EVENTS_LIMIT);
    const all = ingesting();
    const answer = await post(all, most);
    assert.deepEqual([answer.status, toldBy(answer).taken], [202, EVENTS_LIMIT]);
    for (const body of [`${most}{}`, "1\n".repeat(500_000), `[${"1,".repeat(500_000)}1]`]) {
      const { status, told } = await refusal(body);
      assert.equal(status, 413);
      assert.match(told.error ?? "", /more than 10000 events/);
    }
    // Neither can the answer.
    const { status, body } = await refusal(`{}x\n${"x\n".repeat(EVENTS_LIMIT - 1)}`);
    assert.equal(status, 400);
    assert.ok(body.length < 2_000_000);
  });

  it("is told with no word of what was in it", async () => {
    const secret = "ada-lovelace";
    const bodies = [`{"${secret}": ${secret}}`, `${secret}\n{"${secret}"`, `["${secret}`];
    for (const body of bodies) assert.ok(!(await refusal(body)).body.includes(secret));
    const path = `/events/${secret}`;
    const headers = { "content-type": secret, authorization: secret, origin: secret };
    for (const posting of [{ path }, { headers }, { method: secret }]) {
      const { body, headers: said, use } = await refusal("{}", posting);
      assert.ok(!JSON.stringify([body, said, use]).includes(secret));
    }
  });
});
