import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { writeLines } from "../../src/archive/lines.ts";
import { UNKNOWN } from "../../src/archive/marks.ts";
import { learnerRecords } from "../../src/erasure/records.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { learnerToken } from "../support/tokens.ts";
import { ask, idsIn, pageWith, raw, signIn, tagOf } from "./support.ts";

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
              const ids = idsIn(body);
              assert.equal(ids.length, whose.filter((isOne) => isOne === (mine === "one")).length);
              for (const id of ids) assert.ok(id.endsWith(`-${mine}`));
            }
          }
        },
      ),
      { numRuns: runs(40) },
    ));

  test("leaves out what only bears the name, or names somebody else too, and does not even read it", async () => {
    const bucket = memoryBucket();
    const record = {
      id: "q",
      arrived: "2026-11-20T09:00:00.000Z",
      reason: "identity.missing",
      text: '{"username":"ada"}',
    };
    await writeLines(bucket, "quarantine/", [
      { learner: UNKNOWN, partition: "dt=2026-11-20", text: JSON.stringify(record) },
      {
        learner: UNKNOWN,
        partition: "dt=2026-11-20",
        text: JSON.stringify({ ...record, id: "m", learner: tagOf("ada"), reason: "identity.mismatch" }),
      },
      {
        learner: tagOf("ada"),
        partition: "dt=2026-11-20",
        text: JSON.stringify({ ...record, id: "p", learner: tagOf("ada"), reason: "json.malformed" }),
      },
    ]);
    const reads = learnerRecords(bucket, { tags: [tagOf("ada")], username: "ada" });
    const all: unknown[] = [];
    for await (const { record, named } of reads) all.push([record.id, named]);
    assert.deepEqual(
      new Set(all),
      new Set([
        ["p", undefined],
        ["m", undefined],
        ["q", true],
      ]),
    );
    const read: string[] = [];
    const find = (key: string) => {
      read.push(key);
      return bucket.find(key);
    };
    const { page } = pageWith({ bucket: { ...bucket, find } });
    assert.deepEqual(idsIn((await (await signIn(page, "ada")).see("/data.ndjson")).body), ["p"]);
    assert.deepEqual(
      read.filter((key) => key.includes(UNKNOWN)),
      [],
    );
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

  test("is all in the files that the page leads to, though more is kept while they are downloaded", async () => {
    const bucket = memoryBucket();
    for (const hour of ["00", "01", "02", "03", "04", "05"])
      await writeLines(
        bucket,
        "raw/",
        Array.from({ length: 10 }, (_, at) => raw(`${hour}-${at}`, "ada", "x".repeat(100_000), hour)),
      );
    const { page } = pageWith({ bucket });
    const ada = await signIn(page, "ada");
    const ids: string[] = [];
    let more = 0;
    for (let address: string | undefined = "/data"; address !== undefined; ) {
      const { body } = await ada.see(address);
      await writeLines(bucket, "ledger/", [
        {
          learner: tagOf("ada"),
          partition: "dt=2026-11-20",
          text: JSON.stringify({ id: `${more++}`, learner: tagOf("ada"), pad: "y".repeat(200_000) }),
        },
      ]);
      const linked = (pattern: RegExp) => pattern.exec(body)?.[1]?.replaceAll("&#38;", "&");
      const file = await ada.see(linked(/href="(\/data\.ndjson[^"]*)"/) ?? "");
      assert.equal(file.status, 200);
      ids.push(...idsIn(file.body));
      address = linked(/href="(\/data\?after=[^"]+)"/);
    }
    assert.equal(more, 2);
    assert.equal(ids.filter((id) => id.includes("-")).length, 60);
    assert.equal(new Set(ids).size, ids.length);
    // Where nobody says where it ends, it is all or nothing.
    assert.equal((await ada.see("/data.ndjson")).status, 409);
  });
});
