import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { eventsFile, runService, saveOf, temporaryFolder } from "../service/support.ts";
import { jlt, withShippedSite } from "./support.ts";

const SETTLE = 60_000;
const ATTENDANCE = "https://events.example.edu/attendance/v1";

const SCHEMA = `$id: ${ATTENDANCE}
version: 1
title: A learner checks in
type: object
required: [action, session]
properties:
  action: { enum: [check-in, check-out], description: What the learner did. }
  session: { type: string, description: The session of the course. }
`;

const attendance = (session: string, action = "check-in"): string =>
  JSON.stringify({
    __timestamp__: "2026-11-16T08:06:42.186262+00:00Z",
    __schema__: ATTENDANCE,
    __schema_version__: 1,
    action,
    session,
  });

/** An endpoint that was not deployed yet. */
const LATER = `title: Later
protocol: xapi
version: 1.0.3
url: https://later.example.edu/xapi
auth: { scheme: none }
select: { translations: ["*"] }
`;

const HOSTILE = "https://evil.example.edu/\u001b[31mred\u202e";

describe("jlt quarantine", async () => {
  const state = await openState(join(await temporaryFolder(), "state"), true);
  const service = await runService({ state });
  const hostile = JSON.stringify({ __timestamp__: "2026-11-16T08:06:42Z", __schema__: HOSTILE });
  const events = [
    ...["week 1", "week 2", "week 3"].map((session) => attendance(session)),
    attendance("week 4", "dance"),
    saveOf("hw1.ipynb"),
    "{ cut off",
    hostile,
  ];
  await service.feed(await eventsFile(events));
  assert.ok(await settled(service, SETTLE));

  const runIn = (folder: string, ...args: readonly string[]) =>
    jlt(folder, [...args, "--state", state.folder]);
  const quarantine = (...args: readonly string[]) => runIn(project, "quarantine", ...args);

  it("lists what is there by reason and schema, with what to do, and shows nothing that a terminal obeys", async () => {
    const { status, stdout } = await quarantine();
    assert.equal(status, 1);
    assert.match(stdout, /^4: schema\.unknown, https:\/\/events\.example\.edu\/attendance\/v1\n/m);
    assert.match(stdout, /None of them would be accepted by the files in this folder/);
    assert.match(stdout, /Add one with its schema and a mapping, deploy, and recover it/);
    assert.match(stdout, /^1: json\.malformed\n/m);
    assert.match(stdout, /6 events in quarantine/);
    assert.match(stdout, /evil\.example\.edu\/\\u001b\[31mred\\u202e/);
    assert.ok(!stdout.includes("\u001b") && !stdout.includes("\u202e"));
    const { groups, count } = JSON.parse((await quarantine("list", "--json")).stdout);
    assert.equal(count, 6);
    assert.deepEqual([groups[0].schema, groups[0].count, groups[0].accepted], [ATTENDANCE, 4, 0]);
    assert.match(groups[0].first, /^\d{4}-\d{2}-\d{2}$/);
  });

  it("lists only what is asked for", async () => {
    const counted = async (...args: readonly string[]) => {
      const { status, stdout } = await quarantine("--json", ...args);
      return [status, JSON.parse(stdout).count];
    };
    const today = new Date().toISOString().slice(0, 10);
    assert.deepEqual(await counted("--reason", "json.malformed"), [1, 1]);
    assert.deepEqual(await counted("--schema", ATTENDANCE), [1, 4]);
    assert.deepEqual(await counted("--schema", "*.example.edu/*"), [1, 5]);
    assert.deepEqual(await counted("--schema", "https://events.example.edu"), [0, 0]);
    assert.deepEqual(await counted("--to", "2026-01-01"), [0, 0]);
    assert.deepEqual(await counted("--from", "2026-01-01", "--to", "2026-01-02"), [0, 0]);
    assert.deepEqual(await counted("--from", today, "--reason", "schema.unknown"), [1, 5]);
  });

  it("is used as its help says, and not otherwise", async () => {
    for (const [args, words] of [
      [["list", "more"], /It is jlt quarantine list/],
      [["show"], /It is jlt quarantine list/],
      [["mend"], /It is jlt quarantine list/],
      [["--reason", "schema.unkown"], /There is no reason "schema\.unkown".*schema\.unknown/],
      [["--from", "yesterday"], /--from takes a day/],
      [["--to", "tomorrow"], /--to takes a day/],
      [["show", "none"], /Nothing with the id none is in quarantine/],
      [["recover"], /Say --yes to recover, or --dry-run/],
      [["recover", "--json"], /Say --yes to recover, or --dry-run/],
    ] as const) {
      const { status, stderr } = await quarantine(...args);
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, words);
    }
    const { status, stdout } = await quarantine("--help");
    assert.equal(status, 0);
    assert.match(stdout, /jlt quarantine recover --stage prod/);
  });

  it("shows one whole: what is known of it, what is wrong with it now, and its text", async () => {
    const list = async (...args: readonly string[]) =>
      JSON.parse((await quarantine("list", "--json", ...args)).stdout).groups[0].example;
    const { status, stdout } = await quarantine("show", await list("--schema", ATTENDANCE));
    assert.equal(status, 0);
    assert.match(stdout, /^reason +schema\.unknown$/m);
    assert.match(stdout, /^now +schema\.unknown: No folder under mappings\/ has a schema with this id\.$/m);
    assert.match(stdout, /^sender +\{"subject":"local-learner","role":"learner"/m);
    assert.match(stdout, /"session":"week 1"/);
    const evil = await quarantine("show", await list("--schema", "*evil*"));
    assert.ok(evil.stdout.includes("evil") && !evil.stdout.includes("\u001b"));
    const cut = await quarantine("show", await list("--reason", "json.malformed"), "--json");
    const [record] = JSON.parse(cut.stdout);
    assert.deepEqual([record.text, record.now.why], ["{ cut off", "json.malformed"]);
  });

  it("recovers nothing by files that accept nothing", async () => {
    const { status, stdout } = await quarantine("recover", "--yes", "--schema", ATTENDANCE);
    assert.equal(status, 1);
    assert.match(stdout, /No event was recovered/);
    assert.match(stdout, /4 stay in quarantine: 4 for schema\.unknown\.\n +4 {2}schema\.unknown/);
    assert.equal((await quarantine("recover", "--yes", "--to", "2026-01-01")).status, 0);
  });

  it("recovers what the files of a folder accept, once; stores get it, and the ledger balances", () =>
    withShippedSite(async (folder) => {
      await writeFile(join(folder, "attendance.v1.yaml"), SCHEMA);
      assert.equal((await jlt(folder, ["schema", "add", "attendance.v1.yaml"])).status, 0);
      for (const name of ["campus-lrs", "campus-caliper"]) {
        const endpoint = join(folder, `endpoints/${name}.yml`);
        const text = await readFile(endpoint, "utf8");
        await writeFile(
          endpoint,
          text.replace(/translations:\n/, "translations:\n    - events/attendance:*\n"),
        );
      }
      assert.equal((await jlt(folder, ["check"])).status, 0);
      const listed = await runIn(folder, "quarantine", "--schema", ATTENDANCE);
      assert.equal(listed.status, 1);
      assert.match(listed.stdout, /3 would be accepted by the files in this folder/);
      assert.match(listed.stdout, /1 not: schema\.invalid\. events\/attendance, action/);

      const recover = (...args: readonly string[]) =>
        runIn(folder, "quarantine", "recover", "--schema", ATTENDANCE, ...args);
      const stored = () => service.sandbox.statements("campus-lrs").length;
      const before = stored();
      const rehearsal = await recover("--dry-run");
      assert.equal(rehearsal.status, 1);
      assert.match(rehearsal.stdout, /3 events would be recovered .* Nothing was changed/);
      assert.equal(stored(), before);

      const { status, stdout } = await recover("--yes");
      assert.equal(status, 1, stdout);
      assert.match(stdout, /3 events recovered/);
      assert.match(stdout, /campus-lrs: 3 statements sent to its queue/);
      assert.match(stdout, /1 stays in quarantine: 1 for schema\.invalid\.\n +1 {2}schema\.invalid/);
      assert.ok(await settled(service, SETTLE));
      assert.equal(stored(), before + 3);
      const ledger = await runIn(folder, "ledger", "--json");
      assert.equal(ledger.status, 0, ledger.stdout);
      const { accepted, quarantined } = JSON.parse(ledger.stdout);
      assert.deepEqual([accepted, quarantined], [4, { "json.malformed": 1, "schema.unknown": 2 }]);

      const again = await recover("--yes", "--json");
      assert.equal(again.status, 1);
      const { events, stay } = JSON.parse(again.stdout);
      assert.deepEqual([events, stay.length], [0, 1]);
      await settled(service, SETTLE);
      assert.equal(stored(), before + 3);
    }));

  it("recovers all, and then there is nothing: the exit code says so", () =>
    withShippedSite(async (folder) => {
      await writeFile(join(folder, "a.yaml"), SCHEMA.replace("check-out", "dance"));
      assert.equal((await jlt(folder, ["schema", "add", "a.yaml"])).status, 0);
      const recover = () => runIn(folder, "quarantine", "recover", "--schema", ATTENDANCE, "--yes");
      const later = join(folder, "endpoints/later.yml");
      await writeFile(later, LATER);
      const early = await recover();
      assert.equal(early.status, 2);
      assert.match(early.stderr, /later has no queue/);
      await rm(later);
      const first = await recover();
      assert.equal(first.status, 0, first.stdout);
      assert.match(first.stdout, /1 event recovered/);
      assert.match((await recover()).stdout, /Nothing of the kind is in quarantine/);
      const { status, stdout } = await runIn(folder, "quarantine", "--schema", ATTENDANCE);
      assert.deepEqual([status, /Nothing of the kind/.test(stdout)], [0, true]);
    }));

  it("tells what it cannot read, and says so by its exit code", async () => {
    const key = "quarantine/dt=2026-11-20/0.unknown.ndjson.gz";
    await service.bucket.put(key, Buffer.from("damaged"));
    const { status, stdout } = await quarantine("--reason", "body.empty");
    assert.equal(status, 1);
    assert.match(stdout, /1 object of the archive could not be read[\s\S]*0\.unknown\.ndjson\.gz is damaged/);
    const recovered = await quarantine("recover", "--reason", "body.empty", "--yes", "--json");
    assert.equal(recovered.status, 1);
    assert.deepEqual(
      JSON.parse(recovered.stdout).passedOver.map(({ why }: { readonly why: string }) => why),
      ["damaged"],
    );
  });
});
