import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { writeLines } from "../../src/archive/lines.ts";
import { UNKNOWN } from "../../src/archive/marks.ts";
import { learnerRecords } from "../../src/erasure/records.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { dataParts, type KeptRecord } from "../../src/page/data.ts";
import { NotAnswered } from "../../src/page/request.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { learnerToken } from "../support/tokens.ts";
import { ask, pageWith, SITE_KEY, signIn } from "./support.ts";

const tagOf = learnerTags(SITE_KEY);

/** An archived event, as translate writes it. */
const raw = (id: string, username: string, title = "") => ({
  id,
  learner: tagOf(username),
  partition: "dt=2026-11-20/hour=09",
  text: JSON.stringify({ id, learner: { username, tag: tagOf(username) }, event: { title } }),
});

/** Records in objects of so many, as the archive gives them. */
const archiveOf = (sizes: readonly number[]): readonly KeptRecord[] =>
  sizes.flatMap((size, object) =>
    Array.from({ length: size }, (_, at) => ({
      part: "raw",
      key: `raw/${String(object).padStart(3, "0")}`,
      record: { object, at, text: "x".repeat((object * 7 + at * 13) % 40) },
    })),
  );

const readerOf = (records: readonly KeptRecord[]) =>
  async function* (_: string, after = ""): AsyncGenerator<KeptRecord> {
    for (const each of records) if (each.key > after) yield each;
  };

describe("A learner's data in parts", () => {
  test("is all there, once and in order, however small the parts are", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 900 }),
        async (sizes, largest) => {
          const records = archiveOf(sizes);
          const dataOf = dataParts(readerOf(records), SITE_KEY, { largest });
          let [text, number, after] = ["", 0, undefined as string | undefined];
          do {
            const part = await dataOf("ada", after);
            assert.equal(part.number, ++number);
            assert.ok(number <= records.length + 1, "It comes to an end.");
            assert.ok(part.records === 1 || JSON.stringify(part.text).length <= largest + 2);
            text += part.text;
            after = part.next;
          } while (after !== undefined);
          assert.equal(text, records.map(({ key: _, ...rest }) => `${JSON.stringify(rest)}\n`).join(""));
        },
      ),
      { numRuns: runs(200) },
    ));

  test("misses nothing where the archive is rewritten between two parts", async () => {
    const records = archiveOf([3, 3]);
    const first = await dataParts(readerOf(records), SITE_KEY, { largest: 1 })("ada");
    // What was begun has another name now, which comes later: it is given again from its beginning.
    const rewritten = records.map((each) => (each.key === "raw/000" ? { ...each, key: "raw/0009" } : each));
    const rest = await dataParts(readerOf(rewritten), SITE_KEY)("ada", first.next);
    assert.equal(rest.records, 6);
  });

  test("begins nowhere but where this site said so to this learner", async () => {
    const dataOf = dataParts(readerOf(archiveOf([2])), SITE_KEY, { largest: 1 });
    const { next = "" } = await dataOf("ada");
    assert.equal((await dataOf("ada", next)).number, 2);
    const bytes = Buffer.from(next, "base64url");
    const changed = bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));
    const wrong = [
      "",
      "x",
      "raw/../consent/",
      "../../erasures",
      "raw/000",
      Buffer.from('["raw/000","",0,1]').toString("base64url"),
      Buffer.from(changed).toString("base64url"),
    ];
    const isRefused = (error: unknown): boolean => error instanceof NotAnswered && error.status === 400;
    for (const after of wrong) await assert.rejects(dataOf("ada", after), isRefused, after);
    await assert.rejects(dataOf("grace", next), isRefused);
    await assert.rejects(dataParts(readerOf([]), "another-key")("ada", next), isRefused);
  });

  test("ends where the archive is slow, and says where to go on; or that it is too large", async () => {
    const records = archiveOf([1, 1]);
    const slow = async function* (_: string, after = ""): AsyncGenerator<KeptRecord> {
      for (const each of records.filter(({ key }) => key > after)) {
        yield each;
        if (after === "") await new Promise(() => undefined);
      }
    };
    const dataOf = dataParts(slow, SITE_KEY, { patience: 50 });
    const first = await dataOf("ada");
    assert.equal(first.records, 1);
    // It was not seen that the object had ended: what was given of it is passed over.
    const rest = await dataParts(readerOf(records), SITE_KEY)("ada", first.next);
    assert.equal(first.text + rest.text, (await dataParts(readerOf(records), SITE_KEY)("ada")).text);
    const silent = async function* (): AsyncGenerator<KeptRecord> {
      await new Promise(() => undefined);
    };
    await assert.rejects(
      dataParts(silent, SITE_KEY, { patience: 50 })("ada"),
      (error: unknown) => error instanceof NotAnswered && error.reason === "data.slow",
    );
  });
});

describe("My data", () => {
  test("is never another learner's", () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 2 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }),
        async ([one = "", other = ""], whose) => {
          const bucket = memoryBucket();
          await writeLines(
            bucket,
            "raw/",
            // Each names the other in what they do.
            whose.map((isOne, at) =>
              raw(`id-${at}-${isOne ? "one" : "other"}`, isOne ? one : other, isOne ? other : one),
            ),
          );
          const { page } = pageWith({ bucket });
          for (const [username, mine] of [
            [one, "one"],
            [other, "other"],
          ] as const) {
            const visitor = await signIn(page, username);
            const headers = { authorization: `Bearer ${await learnerToken(username)}` };
            for (const { body } of [
              await visitor.see("/data.ndjson"),
              await ask(page, "/api/data", { headers }),
            ]) {
              const lines = body
                .split("\n")
                .filter((line) => line !== "")
                .map((line) => JSON.parse(line));
              assert.equal(lines.length, whose.filter((isOne) => isOne === (mine === "one")).length);
              for (const { record } of lines) assert.ok(record.id.endsWith(`-${mine}`));
            }
          }
        },
      ),
      { numRuns: runs(40) },
    ));

  test("leaves out what only bears the name, as nothing proves that it is theirs", async () => {
    const bucket = memoryBucket();
    const record = {
      id: "q",
      arrived: "2026-11-20T09:00:00.000Z",
      reason: "identity.missing",
      text: '{"username":"ada"}',
    };
    await writeLines(bucket, "quarantine/", [
      { id: "q", learner: UNKNOWN, partition: "dt=2026-11-20", text: JSON.stringify(record) },
    ]);
    const { page } = pageWith({ bucket });
    const reads = learnerRecords(bucket, { tags: [tagOf("ada")], username: "ada" });
    assert.equal((await reads.next()).value?.named, true);
    assert.equal((await (await signIn(page, "ada")).see("/data.ndjson")).body, "");
  });

  test("is shown with its size, and downloaded as a file", async () => {
    const bucket = memoryBucket();
    await writeLines(bucket, "raw/", [raw("a", "ada"), raw("b", "ada"), raw("c", "grace")]);
    const { page } = pageWith({ bucket });
    const ada = await signIn(page, "ada");
    assert.match((await ada.see("/data")).body, /This is all that is kept of you: 2 records, 1 KB/);
    const { headers, body } = await ada.see("/data.ndjson");
    assert.equal(headers["content-disposition"], 'attachment; filename="my-data-1.ndjson"');
    assert.equal(headers["content-type"], "application/x-ndjson");
    assert.equal(body.trim().split("\n").length, 2);
  });
});
