import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { project } from "../../build/bundle.ts";
import { loadSiteForQuarantine } from "../../build/quarantine-site.ts";
import { readSite } from "../../build/site.ts";
import type { EditableBucket } from "../../src/archive/layout.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { learnerRecords } from "../../src/erasure/records.ts";
import { archiveSearch } from "../../src/page/search.ts";
import { takerAgain } from "../../src/recovery/again.ts";
import { recoverQuarantine } from "../../src/recovery/recover.ts";
import { surveyQuarantine } from "../../src/recovery/survey.ts";
import { erasing, tagOf } from "../erasure/support.ts";
import { collect } from "../retell/support.ts";
import { contents, envelope, message, serverAction } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { shippedSite } from "../support/site.ts";
import { ARRIVED, learnerToken, serviceToken } from "../support/tokens.ts";
import { RECOVERED, recordsIn, recovering, translatedBy, withoutSchemas } from "./support.ts";

const site = await shippedSite();
const before = withoutSchemas(site, "jupyter-server/contents");

/** Ada's by her own token, hers as the hub says it, and somebody else's. */
const messages = async () => [
  await message(contents(), { token: await learnerToken("ada-lovelace", { lms_user: "4711" }) }),
  await message(serverAction({ username: "ada-lovelace", action: "odd" }), { token: await serviceToken() }),
  await message(envelope("https://example.edu/unknown", { username: "ada-lovelace" }), {
    token: await serviceToken(),
  }),
  await message(contents(), { token: await learnerToken("grace") }),
];

const who = { username: "ada-lovelace", tags: [tagOf("ada-lovelace")] };

/** What is kept of her, from everywhere. */
const exported = (bucket: MemoryBucket) => collect(learnerRecords(bucket, who));

const everything = async (bucket: MemoryBucket): Promise<string> =>
  JSON.stringify(
    await Promise.all((["raw", "quarantine", "ledger"] as const).map((part) => bucket.records(part))),
  );

describe("what quarantine has of a learner, with who sent it", () => {
  it("is exported, whether they sent it themselves or a service names them", async () => {
    const { bucket } = await translatedBy(before, await messages());
    const found = (await exported(bucket)).map(({ record, named }) => [
      Object(record.sender).subject,
      named === true,
    ]);
    assert.deepEqual(found.sort(), [
      ["ada-lovelace", false],
      ["jupyterhub", false],
      ["jupyterhub", true],
    ]);
  });

  it("is on their own page as far as it is known for theirs", async () => {
    const { bucket } = await translatedBy(before, await messages());
    const search = archiveSearch(bucket, () => who.tags);
    const found = await collect(search(who.username, { after: "", until: "~" }, () => {}));
    assert.deepEqual(found.map(({ part, record }) => [part, Object(Object(record).sender).subject]).sort(), [
      ["quarantine", "ada-lovelace"],
      ["quarantine", "jupyterhub"],
    ]);
  });

  for (const isRecovered of [false, true])
    it(`is erased ${isRecovered ? "after" : "before"} it was recovered, and nobody else's is`, async () => {
      const { bucket } = await translatedBy(before, await messages());
      const { run } = recovering(bucket, site);
      if (isRecovered) assert.equal((await run()).events, 2);
      const { parts } = erasing(bucket, who.username, {
        // Later, no queue has what was told of it any more.
        now: () => new Date(RECOVERED.getTime() + 40 * 86_400_000),
      });
      await eraseLearner(parts);
      assert.deepEqual(await exported(bucket), []);
      const text = await everything(bucket);
      for (const word of ["ada-lovelace", "4711", tagOf("ada-lovelace")]) assert.ok(!text.includes(word));
      assert.ok(text.includes("grace"));
      assert.equal((await run()).events, isRecovered ? 0 : 1);
      assert.deepEqual(
        (await bucket.records("raw")).map(({ learner }) => Object(learner).username),
        ["grace"],
      );
    });

  it("is erased only when what was told of it late has arrived, or is given up for lost", async () => {
    const { bucket } = await translatedBy(before, await messages());
    const after = (days: number) => new Date(ARRIVED + days * 86_400_000);
    await recovering(bucket, site, { now: () => after(20) }).run();
    const erase = async (days: number) =>
      (await eraseLearner(erasing(bucket, who.username, { now: () => after(days) }).parts)).remains;
    assert.deepEqual(await erase(25), ["waiting"]);
    assert.deepEqual(await erase(36), []);
  });

  it("is not brought back by a recovery that read it before it was erased", async () => {
    const { bucket } = await translatedBy(before, await messages());
    const takeAgain = takerAgain({ schemas: site.schemas, trust: site.settings.trust });
    const found = await surveyQuarantine(bucket, takeAgain);
    assert.equal(found.filter(({ stays }) => stays === undefined).length, 2);
    await eraseLearner(erasing(bucket, who.username).parts);
    const { parts } = recovering(bucket, site);
    // Grace's was moved meanwhile, and is found all the same.
    assert.equal((await recoverQuarantine(parts, found)).events, 1);
    const text = await everything(bucket);
    assert.ok(!text.includes("ada-lovelace") && text.includes("grace"));
  });
});

describe("objects of quarantine that cannot be read", () => {
  it("are passed over and told: one that is damaged, one with a damaged line, one of somebody else", async () => {
    const { bucket } = await translatedBy(before, await messages());
    const folder = "quarantine/dt=2026-12-01/";
    const [good] = await bucket.records("quarantine");
    const lines = [JSON.stringify(good), '{"id":"no record"}'].join("\n");
    await bucket.put(`${folder}0.unknown.ndjson.gz`, Buffer.from("damaged"));
    await bucket.put(`${folder}1.unknown.ndjson.gz`, gzipSync(lines));
    await bucket.put(`${folder}2.unknown.ndjson.gz`, gzipSync(lines).subarray(0, 30));
    await bucket.put(`${folder}notes.txt`, Buffer.from("mine"));
    const told = new Map<string, string>();
    const { run } = recovering(bucket, site, {
      onTrouble: ({ key, why, detail }) => {
        told.set(key.slice(folder.length), why);
        assert.ok(detail.includes(key) && !detail.includes("lovelace"));
      },
    });
    assert.equal((await run()).events, 2);
    assert.deepEqual(Object.fromEntries(told), {
      "0.unknown.ndjson.gz": "damaged",
      "1.unknown.ndjson.gz": "damaged",
      "2.unknown.ndjson.gz": "damaged",
      "notes.txt": "foreign",
    });
  });

  it("stop everything where nobody is to be told", async () => {
    const { bucket } = await translatedBy(before, await messages());
    await bucket.put("quarantine/dt=2026-12-01/0.unknown.ndjson.gz", Buffer.from("damaged"));
    await assert.rejects(recovering(bucket, site).run(), /damaged/);
    assert.deepEqual(await bucket.records("raw"), []);
  });

  it("hold up nothing where one is gone as it is read: it is looked for what is in its place", async () => {
    const { bucket } = await translatedBy(before, await messages());
    let gone = 2;
    const find: EditableBucket["find"] = async (key) =>
      key.startsWith("quarantine/") && gone-- > 0 ? undefined : bucket.find(key);
    assert.equal((await recovering({ ...bucket, find }, site).run()).events, 2);
  });
});

describe("what is never stored", () => {
  const FORK = "https://schema.jupyter.org/jupyter_collaboration/fork/v1";
  const info = { root_roomid: "r", synchronize: true, title: "t", description: "s3cr3t" };
  const fork = (data: object) =>
    envelope(FORK, { fork_roomid: "f", fork_info: info, username: "ada", action: "create", ...data });

  it("is not asked for, as it was taken out before: all else is", async () => {
    const lenient = await loadSiteForQuarantine(await readSite(project));
    const token = await learnerToken("ada");
    // As long as the schema knows no such action.
    const refused = await message(fork({ action: "rename" }), { token });
    const odd = await message(fork({ action: "create", fork_info: { ...info, title: 1 } }), { token });
    const way = await translatedBy(site, [refused, odd]);
    const texts = (await way.bucket.records("quarantine")).map(({ text }) => String(text));
    for (const text of texts) assert.ok(!text.includes("s3cr3t"));
    const verdicts = async (by: typeof site) => {
      const found = await surveyQuarantine(
        way.bucket,
        takerAgain({ schemas: by.schemas, trust: by.settings.trust }),
      );
      return found.map(({ stays }) => stays?.detail.replace(/^.*?, /, "")).sort();
    };
    assert.deepEqual(await verdicts(lenient), [
      "action/enum: must be equal to one of the allowed values.",
      "fork_info/title/type: must be string.",
    ]);
    for (const detail of await verdicts(site)) assert.match(detail ?? "", /fork_info\/required/);
  });

  it("by a schema that came later is taken out when the event is recovered", async () => {
    const one = await message(fork({}), { token: await learnerToken("ada") });
    const way = await translatedBy(withoutSchemas(site, "jupyter-collaboration/fork"), [one]);
    assert.ok((await everything(way.bucket)).includes("s3cr3t"));
    assert.equal((await recovering(way.bucket, site).run()).events, 1);
    const expected = await translatedBy(site, [one]);
    assert.deepEqual(await recordsIn(way.bucket, "raw"), await recordsIn(expected.bucket, "raw"));
    assert.ok(!JSON.stringify(await way.bucket.records("raw")).includes("s3cr3t"));
  });

  it("leaves no text of what was too large or cut off: it stays, and is told so", async () => {
    const long = await message(contents({ path: "x".repeat(300_000) }));
    const cut = await message('{"eventDetail": {"eventName": "NotebookOpenEvent", ');
    const way = await translatedBy(before, [long, cut]);
    const found = await surveyQuarantine(
      way.bucket,
      takerAgain({ schemas: site.schemas, trust: site.settings.trust }),
    );
    assert.deepEqual(found.map(({ reason, stays }) => [reason, stays?.why]).sort(), [
      ["json.malformed", "text.gone"],
      ["size.exceeded", "text.gone"],
    ]);
  });
});
