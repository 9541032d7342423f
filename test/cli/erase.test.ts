import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { project } from "../../build/bundle.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { isArchived } from "../../src/archive/layout.ts";
import { REQUESTED } from "../../src/erasure/job.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { runService, shippedEvents, temporaryFolder } from "../service/support.ts";
import { jlt } from "./support.ts";

const SETTLE = 60_000;

describe("jlt export and jlt erase", async () => {
  const state = await openState(join(await temporaryFolder(), "state"), true);
  const service = await runService({ state });
  await service.feed(shippedEvents);
  assert.ok(await settled(service, SETTLE));
  const run = (...args: readonly string[]) => jlt(project, [...args, "--state", state.folder]);
  const exported = async (username: string) =>
    (await run("export", username)).stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));

  /** The archive's lines, each with its object's folder. */
  const linesNow = async (): Promise<readonly string[]> => {
    const lines: string[] = [];
    for await (const key of service.bucket.list("")) {
      const body = await service.bucket.get(key);
      const text = isArchived(key) ? gunzipSync(body).toString("utf8") : Buffer.from(body).toString("utf8");
      for (const line of text.split("\n"))
        if (line !== "") lines.push(`${key.slice(0, key.lastIndexOf("/"))} ${line}`);
    }
    return lines;
  };

  const ledger = async () => JSON.parse((await run("ledger", "--json")).stdout);
  const folder = await temporaryFolder();

  it("write out what is kept of a learner, into a file for their eyes only where one is named", async () => {
    const all = await exported("ada");
    const parts = new Set(all.map(({ part }) => part));
    for (const part of ["raw", "ledger", "receipts"]) assert.ok(parts.has(part), part);
    for (const { part, record } of all) if (part === "raw") assert.equal(record.learner.username, "ada");
    const out = join(folder, "ada.ndjson");
    const { status, stdout, stderr } = await run("export", "ada", "--out", out);
    assert.deepEqual([status, stdout], [0, ""]);
    assert.match(stderr, new RegExp(`^${all.length} records .*raw \\d+`));
    assert.equal((await stat(out)).mode & 0o777, 0o600);
    assert.equal((await readFile(out, "utf8")).trim().split("\n").length, all.length);
    const again = await run("export", "ada", "--out", out);
    assert.equal(again.status, 2);
    assert.match(again.stderr, /is there already/);
    const nobody = await run("export", "nobody-of-this-name");
    assert.deepEqual([nobody.status, nobody.stdout], [0, ""]);
    assert.match(nobody.stderr, /Nothing is kept/);
  });

  it("erase nothing where nobody can be asked, or where the command is used wrongly", async () => {
    const before = await linesNow();
    for (const args of [
      ["ada"],
      ["--yes"],
      ["ada", "grace", "--yes"],
      ["ada", "--list"],
      ["ada", "--yes", "--json"],
      ["ada", "--requested", "--yes"],
    ]) {
      const { status, stderr } = await run("erase", ...args);
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, /jlt erase --help/);
    }
    const { status, stderr } = await run("erase", "nobody-of-this-name", "--yes");
    assert.equal(status, 0);
    assert.match(stderr, /Nothing is kept of this user/);
    assert.deepEqual(await linesNow(), before);
  });

  it("erase a learner: nothing is left, others' records are, stores void, and the ledger balances", async () => {
    const hers = await exported("ada");
    const before = await linesNow();
    const named = join(folder, "statements.ndjson");
    const { status, stdout, stderr } = await run("erase", "ada", "--yes", "--statements", named);
    assert.deepEqual([status, stdout], [0, ""], stderr);
    assert.match(stderr, /Erased: \d+ records, out of \d+ objects/);
    assert.ok(await settled(service, SETTLE));

    const receipts = hers.filter(({ part }) => part === "receipts");
    // On a busy machine a message may come twice, and have two receipts.
    const deliveredTo = (name: string): readonly string[] =>
      [...new Set(receipts.flatMap(({ endpoint, record }) => (endpoint === name ? [record.id] : [])))].sort();
    const listed = (await readFile(named, "utf8")).trim().split("\n");
    assert.equal((await stat(named)).mode & 0o777, 0o600);
    assert.deepEqual(listed.map((line) => JSON.parse(line).id).sort(), deliveredTo("campus-caliper"));
    const voided = service.sandbox
      .statements("campus-lrs")
      .flatMap(({ verb, object }) =>
        (verb as { id: string }).id.endsWith("/voided") ? [(object as { id: string }).id] : [],
      );
    assert.deepEqual(voided.sort(), deliveredTo("campus-lrs"));

    const after = await linesNow();
    const words = new Set<string>(['"ada"']);
    for (const { record } of hers) {
      for (const id of [record.id, record.event]) if (typeof id === "string") words.add(id);
      if (typeof record.learner === "string") words.add(record.learner);
    }
    for (const line of after) for (const word of words) assert.ok(!line.includes(word), line);
    const kept = new Set(after);
    const others = before.filter((line) => ![...words].some((word) => line.includes(word)));
    for (const line of others) assert.ok(kept.has(line), line);
    // All that stays is that they are not to be collected.
    assert.deepEqual(
      (await exported("ada")).map(({ record }) => record),
      [{ choice: { all: "out", endpoints: {} }, changes: [] }],
    );
    const { balanced, faults } = await ledger();
    assert.deepEqual([balanced, faults], [true, []]);
  });

  it("erase whoever asked for it, and keep a list of what was done, without names", async () => {
    const request = JSON.stringify({ username: "grace", at: "2026-11-22T10:00:00.000Z" });
    await service.bucket.put(`${REQUESTED}0123.json`, Buffer.from(request));
    const waits = await run("erase", "--list");
    assert.equal(waits.status, 1);
    assert.match(waits.stdout, /1 learner asked to be erased, the first on 2026-11-22/);
    assert.match(waits.stdout, /[0-9a-f]{32} {2}done 20/);
    assert.ok(!/ada|grace/.test(waits.stdout));
    const performed = await run("erase", "--requested", "--yes");
    assert.equal(performed.status, 0, performed.stderr);
    // Without a file, the list for those who run endpoints is all that is on standard output.
    const listed = performed.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.ok(listed.length > 0 && listed.every(({ endpoint }) => endpoint === "campus-caliper"));
    assert.ok(await settled(service, SETTLE));
    assert.deepEqual(
      (await exported("grace")).map(({ part }) => part),
      ["consent"],
    );
    const { status, stdout } = await run("erase", "--list", "--json");
    assert.equal(status, 0, stdout);
    assert.deepEqual([JSON.parse(stdout).requested, JSON.parse(stdout).erasures.length], [[], 2]);
    assert.match((await run("erase", "--requested", "--yes")).stderr, /Nobody has asked/);
    assert.equal((await ledger()).balanced, true);
  });

  it("say of whom something is damaged, and go on with whoever asked for it next", async () => {
    const markOf = (username: string): string =>
      learnerTags(state.secret("pseudonyms"))(username).slice(0, 3);
    const names = ["lovelace", ...Array.from({ length: 9 }, (_, at) => `turing-${at}`)];
    const [first = "", next = ""] = names.filter(
      (name, at) => at === 0 || markOf(name) !== markOf("lovelace"),
    );
    const damaged = `raw/dt=2026-11-20/hour=09/0123.${markOf(first)}.ndjson.gz`;
    await service.bucket.put(damaged, Buffer.from("damaged"));
    for (const [at, username] of [first, next].entries()) {
      const request = { username, at: `2026-11-2${at}T10:00:00.000Z` };
      await service.bucket.put(`${REQUESTED}${at}.json`, Buffer.from(JSON.stringify(request)));
    }
    const { status, stderr } = await run("erase", "--requested", "--yes");
    assert.equal(status, 1, stderr);
    assert.match(stderr, /Asked for on 2026-11-20, and not done: .*0123.*Nobody can tell whether it holds/);
    assert.match(stderr, /Erased: 0 records/);
    assert.ok(!stderr.includes(first) && !stderr.includes("count"), stderr);
    const left = await run("erase", "--list", "--json");
    assert.deepEqual(JSON.parse(left.stdout).requested, ["2026-11-20T10:00:00.000Z"]);

    const alone = await run("erase", first, "--yes");
    assert.equal(alone.status, 2);
    assert.match(alone.stderr, /Nobody can tell whether it holds anything of this user/);
    await service.bucket.put(damaged, gzipSync(""));
    assert.equal((await run("erase", "--requested", "--yes")).status, 0);
  });
});
