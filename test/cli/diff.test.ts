import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { project } from "../../build/bundle.ts";
import { BUCKET } from "../../local/names.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { dayOf, daysAfter } from "../../src/archive/days.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { copySite, edit } from "../diff/support.ts";
import { eventsFile, runService, saveOf, shippedEvents, temporaryFolder } from "../service/support.ts";
import { intoTables } from "../support/tables.ts";
import { jlt } from "./support.ts";

const CONTENTS = "mappings/jupyter-server/contents/mapping.yml";
const renamed = (text: string): string =>
  text.replaceAll('name: "${ basename(event.path) }"', 'name: "${ event.action }"');
const narrower = (text: string): string =>
  text.replace(
    'when: event.action == "save"',
    'when: event.action == "save" && extension(event.path) == ".csv"',
  );

/** A site as it was built, in a folder where it can be edited. */
const builtSite = async () => {
  const folder = await temporaryFolder();
  await copySite(folder);
  await copySite(join(folder, "dist", "site"));
  return {
    folder,
    edited: (path: string, change: (text: string) => string) => edit(folder, { [path]: change }),
    diff: (...args: readonly string[]) => jlt(folder, ["diff", ...args]),
    piped: (input: string, ...args: readonly string[]) => jlt(folder, ["diff", ...args], input),
  };
};

describe("jlt diff of a folder", async () => {
  const { folder, edited, diff, piped } = await builtSite();
  const course = ["--course", "stat101"];

  it("says that nothing would change where nothing was edited, and that the files are the same", async () => {
    const { status, stdout } = await diff("--examples", ...course);
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^This folder's files are those of dist\/site\. If you built after you edited them/m,
    );
    assert.match(
      stdout,
      /\d+ events of the mappings' examples, by dist\/site and by this folder:\nNothing would change: \d+ statements the same\.\n$/,
    );
  });

  it("says what would change, by endpoint, translation and field, and no value", async () => {
    await edited(CONTENTS, renamed);
    const { status, stdout } = await diff("--events", shippedEvents, ...course);
    assert.equal(status, 1);
    assert.match(stdout, /^campus-caliper\n/m);
    assert.match(stdout, /^ {2}jupyter-server\/contents:saved\n {4}changed 62 of 62 \(object\.name: 62\)$/m);
    assert.match(stdout, /^campus-lrs\n/m);
    assert.match(stdout, /\(object\.definition\.name: 62\)/);
    assert.match(stdout, /\n\d+ statements would change, 0 appear, 0 vanish; \d+ the same\.\n$/);
    assert.doesNotMatch(stdout, /ipynb/);
  });

  it("shows some statements where that is asked for, and nothing that a terminal acts upon", async () => {
    const hostile = saveOf("ada/\u001b[31m\u202e.ipynb");
    const args = ["--events", "-", "--show", "1", "--endpoint", "campus-caliper"];
    const { stdout } = await piped(`${hostile}\n`, ...args);
    assert.match(stdout, /statement [0-9a-f-]{36} of event [0-9a-f-]{36}\n {8}object\.name: ".*" → "save"/);
    assert.doesNotMatch(stdout.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
    const { endpoints } = JSON.parse((await piped(`${hostile}\n`, ...args, "--json")).stdout);
    const [{ translations }] = endpoints;
    assert.deepEqual(Object.keys(translations[0].shown[0]), ["event", "id", "changes"]);
    assert.equal(translations[0].shown[0].changes[0].after, "save");
  });

  it("gives the same as data", async () => {
    const { status, stdout } = await diff("--events", shippedEvents, ...course, "--json");
    assert.equal(status, 1);
    const { deployed, events, differs, endpoints, unreadable, damaged, passedOver, notes } =
      JSON.parse(stdout);
    assert.deepEqual([deployed, differs, damaged, passedOver, notes], ["dist/site", true, 1, [], []]);
    assert.ok(events > 300);
    assert.deepEqual(
      endpoints.map((each: { endpoint: string }) => each.endpoint),
      ["campus-caliper", "campus-lrs"],
    );
    const [caliper] = endpoints;
    const saved = caliper.translations.find(
      ({ translation }: { translation: string }) => translation === "jupyter-server/contents:saved",
    );
    assert.deepEqual([saved.changed, saved.fields], [62, { "object.name": 62 }]);
    assert.equal(unreadable[0].both["schema.unknown"] > 0, true);
  });

  it("reads copies of the archive's objects, packed or not, of a folder as well, and says what is damaged", async () => {
    const files = await temporaryFolder();
    const text = `${Array.from({ length: 2000 }, (_, at) => saveOf(`hw/${at}.ipynb`)).join("\n")}\n`;
    await writeFile(join(files, "plain.ndjson"), text);
    await writeFile(join(files, "packed.log.gz"), gzipSync(text));
    await writeFile(join(files, "README.md"), "No events.");
    const whole = await diff("--events", files, "--endpoint", "campus-caliper");
    assert.match(whole.stdout, /changed 4000 of 4000/);
    await writeFile(join(files, "packed.log.gz"), gzipSync(text).subarray(0, 5000));
    const cut = await diff("--events", files, "--endpoint", "campus-caliper");
    assert.equal(cut.status, 1);
    assert.match(
      cut.stdout,
      /packed\.log\.gz is damaged, or cut off: what can be unpacked of it is in this, and no more\./,
    );
    const some = Number(/changed (\d+) of/.exec(cut.stdout)?.[1]);
    assert.ok(some > 2000 && some < 4000, String(some));
  });

  it("compares with whatever folder is named, and counts endpoints that one of them has alone", async () => {
    const deployed = await temporaryFolder();
    await copySite(deployed);
    await edit(deployed, { "endpoints/campus-caliper.yml": undefined });
    const { status, stdout } = await diff("--examples", "--deployed", deployed);
    assert.equal(status, 1);
    assert.match(stdout, /^campus-caliper is new: \d+ statements would appear$/m);
    await edit(deployed, { "translator.yml": (text) => `${text}courses: []\nnonsense: 1\n` });
    const broken = await diff("--examples", "--deployed", deployed);
    assert.equal(broken.status, 2);
    assert.match(
      broken.stderr,
      /cannot be compared with, as they have mistakes\. The first problem: translator\.yml:/,
    );
  });

  it("says which settings decide what is taken in, and are not compared", async () => {
    const { folder: another, edited: change, diff: compare } = await builtSite();
    await change("translator.yml", (text) => text.replace("policy: opt-out", "policy: opt-in"));
    const { status, stdout } = await compare("--examples");
    assert.equal(status, 0, another);
    assert.match(stdout, /^Not compared, as it decides what is taken in: consent of translator\.yml\.$/m);
    await change("translator.yml", (text) =>
      text.replace("pseudonyms: ssm:/jupyter-lms/$stage/pseudonyms", "pseudonyms: ssm:/other"),
    );
    const other = await compare("--examples");
    assert.equal(other.status, 1);
    assert.match(other.stdout, /^translator\.yml names another secret for pseudonyms/m);
    assert.match(other.stdout, /\bid: \d+/);
  });

  it("answers 2 where it is used wrongly, or has nothing to compare", async () => {
    for (const args of [
      ["events.ndjson"],
      ["--events", "no-such-file"],
      ["--events", "x", "--examples"],
      ["--examples", "--from", "2026-11-22"],
      ["--to", "2026-11-22"],
      ["--from", "2026-11-22", "--to", "2026-11-21"],
      ["--course", "stat101"],
      ["--examples", "--endpoint", "campus-lsr"],
      ["--examples", "--schema", "jupyter-server/content"],
      ["--examples", "--limit", "0"],
      ["--examples", "--show", "many"],
    ]) {
      const { status, stderr } = await diff(...args);
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, /See: jlt diff --help\n$/, args.join(" "));
    }
    const nothing = await piped("", "--events", "-");
    assert.equal(nothing.status, 2);
    assert.match(nothing.stderr, /^There are no such events in -, so nothing was compared\./);
    await rm(join(folder, "dist"), { recursive: true });
    const { status, stderr } = await diff("--examples");
    assert.equal(status, 2);
    assert.match(stderr, /^There is no build in dist\/site to compare with\. Run npm run build/);
  });
});

describe("jlt diff of an archive", async () => {
  const state = await openState(join(await temporaryFolder(), "state"), true);
  const service = await runService({ state });
  await service.feed(await eventsFile(["a.ipynb", "b.ipynb", "c.csv"].map((each) => saveOf(each))));
  assert.ok(await settled(service, 60_000));
  const { edited, diff, folder } = await builtSite();
  await edited(CONTENTS, narrower);
  const today = dayOf(Date.now());
  const archive = ["--state", state.folder, "--from", daysAfter(today, -1)];

  it("compares what was archived on some days", async () => {
    const { status, stdout } = await diff(...archive);
    assert.equal(status, 1);
    assert.match(stdout, /gone 2 of 3 \(after: 2 said by no translation\)/);
    assert.match(stdout, /3 events of [\d-]+ to [\d-]+ \(local, .*\), by dist\/site and by this folder:/);
    assert.match(stdout, /\n0 statements would change, 0 appear, 4 vanish; 2 the same\.\n$/);
    assert.doesNotMatch(stdout, /receipts/);
    const before = await diff("--state", state.folder, "--from", "2020-01-01", "--to", "2020-01-02");
    assert.equal(before.status, 2);
    assert.match(before.stderr, /^There are no such events in 2020-01-01 to 2020-01-02/);
  });

  it("says where what was delivered is not of the mappings that it compares with", async () => {
    const { stdout } = await diff(...archive, "--deployed", folder);
    assert.match(
      stdout,
      /^The archive's receipts of [\d-]+ were made by other mappings than .* has: jupyter-server\/contents\./m,
    );
  });

  it("finds the same in a copy of the archive, and in tables", async () => {
    const copy = await temporaryFolder();
    let text = "";
    for await (const key of service.bucket.list("raw/"))
      text += gunzipSync(await service.bucket.get(key)).toString("utf8");
    await writeFile(join(copy, "raw.ndjson"), text);
    assert.match(
      (await diff("--events", copy)).stdout,
      /\n0 statements would change, 0 appear, 4 vanish; 2 the same\.\n$/,
    );
    const tables = await intoTables(s3Bucket(service.aws.s3, BUCKET));
    assert.equal(tables.length, 1);
    await writeFile(join(copy, "raw.ndjson"), "");
    await writeFile(join(copy, "a.parquet"), await service.bucket.get(tables[0] ?? ""));
    for (const args of [archive, ["--events", copy]])
      assert.match(
        (await diff(...args)).stdout,
        /\n0 statements would change, 0 appear, 4 vanish; 2 the same\.\n$/,
      );
  });

  it("passes over what is damaged or foreign, says so, and answers 1", async () => {
    const key = `raw/dt=${today}/hour=00/${"0".repeat(32)}.nobody.ndjson.gz`;
    await service.bucket.put(key, Buffer.from("no gzip"));
    await service.bucket.put(`raw/dt=${today}/notes.txt`, Buffer.from("mine"));
    const text = await readFile(join(project, CONTENTS), "utf8");
    await writeFile(join(folder, CONTENTS), text);
    const { status, stdout } = await diff(...archive, "--json");
    assert.equal(status, 1);
    const { differs, events, passedOver } = JSON.parse(stdout);
    assert.deepEqual([differs, events], [false, 3]);
    assert.deepEqual(passedOver.map(({ why }: { why: string }) => why).sort(), ["damaged", "foreign"]);
    assert.match((await diff(...archive)).stdout, /2 objects of the archive could not be read/);
  });
});
