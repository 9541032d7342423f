/** What is refused of a request that was taken all the same. It needs no more than Python itself. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { serving } from "../../support/listener.ts";
import { setting } from "./install.ts";
import { runScript } from "./scripts.ts";

const { python, skip } = await setting();

describe("The shipped sender, whose events are not all taken", { skip }, () => {
  it("sends again what may be taken then, and counts what is refused for good", async () => {
    const { bodies, counts, said } = await answered([
      {
        taken: 1,
        refused: [
          { index: 1, reason: "json.malformed", detail: "secret" },
          { index: 2, reason: "queue.unavailable", detail: "secret", retry: true },
        ],
      },
      { taken: 1, refused: [] },
    ]);
    assert.deepEqual(bodies, ['{ "score": 1 }\n{"score": NaN}\n{"score": 3}', '{"score": 3}']);
    assert.deepEqual(counts, { taken: 4, sent: 2, dropped: 2 });
    assert.match(said, /1: an event is empty, 1: the receiver refused them: json\.malformed/);
    assert.doesNotMatch(said, /secret|score/);
  });

  it("takes an answer that says nothing of events for a yes, whatever it is", async () => {
    const many = { refused: [{ index: 0, reason: "x".repeat(3_000_000) }] };
    const deep = "[".repeat(200_000);
    const strange = [{ index: 7 }, { index: -1 }, { reason: "x" }, 5];
    for (const answer of ["", "ok", deep, "[]", many, { refused: 5 }, { refused: strange }]) {
      const { counts } = await answered([answer]);
      assert.deepEqual(counts, { taken: 4, sent: 3, dropped: 1 });
    }
  });

  it("counts by how many were taken, where several were read as one", async () => {
    const one = { taken: 0, refused: [{ index: 0, reason: "json.malformed" }] };
    const { counts, said } = await answered([one]);
    assert.deepEqual(counts, { taken: 4, sent: 0, dropped: 4 });
    assert.match(
      said,
      /1: the receiver refused them: json\.malformed, 2: the receiver refused them: unknown/,
    );
  });

  it("never counts more or fewer than it sent, however many the receiver says it took", async () => {
    for (const [answer, sent] of [
      [{ taken: 0 }, 0],
      [{ taken: 1 }, 1],
      [{ taken: -5, refused: [] }, 0],
      [{ taken: 7, refused: [] }, 3],
      ['{"taken": 1e400, "refused": []}', 3],
      [{ status: "ok" }, 3],
    ] as const) {
      const { bodies, counts } = await answered([answer]);
      assert.deepEqual([bodies.length, counts], [1, { taken: 4, sent, dropped: 4 - sent }]);
    }
  });

  it("sends all again, and warns, where the receiver takes none as yet", async () => {
    const refused = [0, 1, 2].map((index) => ({ index, reason: "queue.unavailable", retry: true }));
    const { bodies, counts, said } = await answered([
      { taken: 0, refused },
      { taken: 3, refused: [] },
    ]);
    assert.equal(bodies.length, 2);
    assert.equal(bodies[0], bodies[1]);
    assert.deepEqual(counts, { taken: 4, sent: 3, dropped: 1 });
    assert.match(said, /Events wait, as they could not be sent: the receiver takes none as yet\./);
    assert.match(said, /Events are sent again\./);
  });

  it("sends again after an answer without a length that begins as JSON and breaks off", async () => {
    for (const cut of ['{"taken":0,"refused":[{"index":0,"re', " [1,"]) {
      const { bodies, counts, said } = await answered([cut, '{"taken":3}'], "until it closes");
      assert.deepEqual([bodies.length, counts], [2, { taken: 4, sent: 3, dropped: 1 }]);
      assert.match(said, /the answer broke off/);
    }
    for (const whole of ["", "ok", "{}", "[]", "[".repeat(3_000_000)]) {
      const { bodies, counts } = await answered([whole], "until it closes");
      assert.deepEqual([bodies.length, counts], [1, { taken: 4, sent: 3, dropped: 1 }]);
    }
  });

  it("logs no more than the reason's name of what it is answered", async () => {
    const { counts, said } = await answered([{ refused: [{ index: 0, reason: "Ada's secret" }] }]);
    assert.deepEqual(counts, { taken: 4, sent: 2, dropped: 2 });
    assert.match(said, /1: the receiver refused them: unknown/);
    assert.doesNotMatch(said, /secret/);
  });
});

/** What comes, and what becomes of it, where a receiver answers this to one request after the other. */
const answered = async (answers: readonly unknown[], length: "told" | "until it closes" = "told") => {
  const bodies: string[] = [];
  await using receiver = await serving(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = answers[bodies.push(Buffer.concat(chunks).toString("utf8")) - 1];
    const text = typeof answer === "string" ? answer : JSON.stringify(answer);
    if (length === "told") return void response.writeHead(202).end(text);
    response.useChunkedEncodingByDefault = false;
    response.removeHeader("content-length");
    response.writeHead(202, { connection: "close" }).end(text);
  });
  const env = { LMS_INGEST_URL: `${receiver.url}/events` };
  const { stdout, stderr } = await runScript(python, "answers.py", env);
  return { bodies, counts: JSON.parse(stdout), said: stderr };
};
