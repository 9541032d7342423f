import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { project } from "../../build/bundle.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { JOBS } from "../../src/archive/job.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { readLines } from "../../src/archive/lines.ts";
import { eventId } from "../../src/event/id.ts";
import { runService, saveOf, temporaryFolder } from "../service/support.ts";
import { serverAction } from "../support/events.ts";
import { jlt } from "./support.ts";

const folder = await temporaryFolder();
const state = await openState(join(await temporaryFolder(), "state"), true);
const service = await runService({ state });

const FROM_HUB = ["--service", "jupyterhub", "--course", "stat101", "--yes"];

const importing = (...args: readonly string[]) => jlt(project, ["import", ...args, "--state", state.folder]);

const fileOf = async (name: string, content: string | Uint8Array): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
};

/** The ids of all archived events, each as often as it is there. */
const archived = async (): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const line of readLines(service.bucket, prefixOf("raw"))) ids.push((line as { id: string }).id);
  return ids;
};

/** How many statements the store has. */
const told = (): number => service.sandbox.statements("campus-lrs").length;

const failures = async (): Promise<unknown> =>
  JSON.parse((await jlt(project, ["failures", "--json", "--state", state.folder])).stdout);

const jobs = async (): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const key of service.bucket.list(JOBS)) keys.push(key);
  return keys;
};

/** How BinderHub and jupyter_telemetry wrote it years ago. */
const old = (username: string, at: number): string =>
  JSON.stringify({
    __timestamp__: `2019-10-01T09:00:${String(at % 60).padStart(2, "0")}.${String(at).padStart(6, "0")}Z`,
    __schema__: "hub.jupyter.org/server-action",
    __schema_version__: 1,
    __metadata_version__: 1,
    action: at % 2 === 0 ? "start" : "stop",
    username,
    servername: "",
  });

const idsOf = (lines: readonly string[], subject: string): readonly string[] =>
  lines.map((line) => eventId(line, subject, undefined)).sort();

const ledgerBalances = async (): Promise<void> => {
  assert.ok(await settled(service, 60_000));
  const { status, stdout } = await jlt(project, ["ledger", "--json", "--state", state.folder]);
  assert.equal(status, 0, stdout);
  assert.equal(JSON.parse(stdout).balanced, true);
};

describe("jlt import", () => {
  it("brings a packed log of two dialects all the way to the endpoints, and says what it left out", async () => {
    const good = [
      ...Array.from({ length: 30 }, (_, at) => JSON.stringify(serverAction({ username: `user${at % 7}` }))),
      ...Array.from({ length: 30 }, (_, at) => old(`user${at % 7}`, at)),
    ];
    const unique = [...new Set(good)];
    const file = await fileOf("hub.log.gz", gzipSync(`${good.join("\r\n")}\r\n{"secret-value": \r\n`));
    const { status, stdout } = await importing(file, ...FROM_HUB);
    assert.equal(status, 1);
    assert.match(stdout, /61 lines, 61 events\n {2}60 events would be accepted/);
    assert.match(stdout, /hub\.log\.gz:61:17 The text stops being JSON before its end\./);
    assert.match(stdout, /60 events sent in 1 message\.\n {2}1 event left out\./);
    assert.doesNotMatch(stdout, /secret-value|user3/);
    await ledgerBalances();
    assert.deepEqual([...(await archived())].sort(), idsOf(unique, "jupyterhub"));
    assert.ok(service.sandbox.statements("campus-lrs").length > 0);
    assert.deepEqual(await jobs(), []);

    // The same file again: the same events, of which the archive has all.
    const args = [file, ...FROM_HUB, "--json"];
    const again = JSON.parse((await importing(...args)).stdout);
    assert.deepEqual([again.archived, again.files[0].sent, again.unread], [60, undefined, []]);
    const more = await fileOf(
      "more.log",
      ["user1", "newcomer"].map((username) => JSON.stringify(serverAction({ username }))).join("\n"),
    );
    const some = JSON.parse((await importing(more, ...args.slice(1))).stdout);
    assert.deepEqual([some.archived, some.files[0].sent.archived, some.files[0].sent.events], [1, 1, 1]);
    const all = JSON.parse((await importing(...args, "--again")).stdout);
    assert.deepEqual([all.archived, all.files[0].sent.events], [0, 60]);
    await ledgerBalances();
    assert.equal(new Set(await archived()).size, unique.length + 1);
  });

  it("over days on which all came already sends nothing, and says so", async () => {
    const lines = ["x", "y", "z"].map((name) => saveOf(`came/${name}.ipynb`));
    const file = await fileOf("came.log", lines.join("\n"));
    const args = [file, "--learner", "ada", "--course", "stat101", "--yes"];
    assert.equal((await importing(...args)).status, 0);
    await ledgerBalances();
    const before = await archived();
    const { status, stdout } = await importing(...args);
    assert.equal(status, 0);
    assert.match(
      stdout,
      /\n3 of these are in the archive already, and stay out \(--again sends them all the same\)\.\nNothing was sent/,
    );
    await ledgerBalances();
    assert.deepEqual(await archived(), before);
  });

  it("that is killed goes on where it was, and the archive is what it would have been", async () => {
    const lines = Array.from({ length: 1000 }, (_, at) => old(`killed${at % 9}`, at));
    const file = await fileOf("killed.log", lines.join("\n"));
    const args = ["import", file, ...FROM_HUB, "--state", state.folder, "--rate", "80"];
    const flags = ["--disable-warning=ExperimentalWarning", join(project, "cli", "jlt.ts")];
    const before = (await archived()).length;
    const [toldBefore, failedBefore] = [told(), await failures()];
    // First as soon as anything has come, and then when some of it is noted.
    for (const isTime of [
      async () => (await archived()).length > before,
      async () => ((await noted())?.events ?? 0) > 0,
    ]) {
      const child = spawn(process.execPath, [...flags, ...args], { cwd: project, stdio: "ignore" });
      const ended = once(child, "exit");
      while (!(await isTime()) && child.exitCode === null) await sleep(50);
      child.kill("SIGKILL");
      const [, signal] = await ended;
      assert.equal(signal, "SIGKILL");
    }
    const { status, stdout } = await importing(file, ...FROM_HUB);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /An earlier run has sent [\d,]+ events of .*: it goes on at line [\d,]+ /);
    assert.match(stdout, /1,000 events sent in \d+ messages, [\d,]+ of them by an earlier run\./);
    await ledgerBalances();
    const expected = new Set(idsOf(lines, "jupyterhub"));
    const found = (await archived()).filter((id) => expected.has(id));
    assert.equal(new Set(found).size, lines.length);
    // What came twice on the way is told once, and nobody refuses it.
    assert.equal(told() - toldBefore, lines.length);
    assert.deepEqual(await failures(), failedBefore);
    assert.deepEqual(await jobs(), []);
  });

  it("sends what is no good only if it is told to, into quarantine", async () => {
    const lines = [saveOf("a.ipynb"), "no JSON \u0007", "[1, 2]", "", saveOf("b.ipynb")];
    const file = await fileOf("bad.log", lines.join("\n"));
    const dry = await importing(file, "--learner", "grace", "--course", "data8", "--dry-run");
    assert.equal(dry.status, 1);
    assert.match(dry.stdout, /2 events would be accepted/);
    assert.match(dry.stdout, /Nothing was sent/);
    const { status, stdout } = await importing(
      file,
      "--learner",
      "grace",
      "--course",
      "data8",
      "--all",
      "--yes",
      "--json",
    );
    assert.equal(status, 0);
    const [{ sent }] = JSON.parse(stdout).files;
    assert.deepEqual([sent.events, sent.messages, sent.untaken], [5, 4, 0]);
    await ledgerBalances();
    const reasons: string[] = [];
    for await (const line of readLines(service.bucket, prefixOf("quarantine")))
      reasons.push((line as { reason: string }).reason);
    assert.deepEqual(reasons.sort(), ["json.malformed", "schema.unknown", "schema.unknown"]);
    const ids = idsOf([saveOf("a.ipynb"), saveOf("b.ipynb")], "grace");
    const found = await archived();
    assert.ok(ids.every((id) => found.includes(id)));
  });

  it("reads standard input, and says how far a file that is cut off could be read", async () => {
    const lines = Array.from({ length: 50 }, (_, at) => saveOf(`piped/${at}.ipynb`));
    const piped = await jlt(
      project,
      ["import", "-", "--learner", "emmy", "--yes", "--state", state.folder],
      `\uFEFF${lines.join("\n")}`,
    );
    assert.equal(piped.status, 0, piped.stderr);
    assert.match(piped.stdout, /-: 50 events sent in 1 message\./);
    const packed = gzipSync(lines.join("\n"));
    const file = await fileOf("cut.log.gz", packed.subarray(0, packed.length - 20));
    const cut = await importing(file, "--learner", "lise", "--yes");
    assert.equal(cut.status, 1);
    assert.match(cut.stdout, /It is cut off: the end of what gzip has packed is missing\./);
    assert.match(cut.stdout, /\d+ events sent in 1 message/);
    await ledgerBalances();
    const found = await archived();
    assert.ok(idsOf(lines, "emmy").every((id) => found.includes(id)));
    assert.ok(idsOf(lines, "lise").some((id) => found.includes(id)));
  });

  it("sends of a file that grows what it has looked at, and says so", async () => {
    const lines = ["a", "b", "c", "d"].map((name) => `${saveOf(`grows/${name}.ipynb`)}\n`);
    const file = await fileOf("growing.log", lines.join(""));
    const running = importing(file, "--learner", "ada", "--yes", "--rate", "1");
    while ((await jobs()).length === 0) await sleep(20);
    await appendFile(file, `${saveOf("grows/e.ipynb")}\n`);
    const { status, stdout } = await running;
    assert.equal(status, 0);
    assert.match(stdout, /4 events sent in 4 messages\.\n {2}It has grown since it was looked at/);
  });
});

/** How far an import has come that is under way. */
const noted = async (): Promise<{ readonly events: number } | undefined> => {
  const [key] = await jobs();
  const body = key === undefined ? undefined : await service.bucket.get(key).catch(() => undefined);
  return body && JSON.parse(new TextDecoder().decode(body)).state;
};
