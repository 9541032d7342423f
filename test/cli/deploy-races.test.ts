import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { withLock } from "../../cli/deploy-lock.ts";
import { CannotRun } from "../../src/cannot-run.ts";
import { temporaryFolder } from "../service/support.ts";
import { meanwhile } from "./deploy-odd.ts";
import { BASIC, deploy, LONG, refuses, site } from "./deploy-site.ts";
import { parameters } from "./deploy-support.ts";

/** A secret of its own, so that something can happen just when it is looked at. */
const asking = (name: string, happens: () => Promise<unknown>): Readonly<Record<string, string>> => {
  parameters.set(`/lms/prod/${name}`, "user:CANARY");
  meanwhile.set(`/lms/prod/${name}`, happens);
  return { "endpoints/campus-lrs.yml": BASIC.replace("$stage/campus-lrs", `$stage/${name}`) };
};

describe("jlt deploy deploys what it has looked at", { concurrency: 2 }, () => {
  it("which is what was built, whoever edits the files meanwhile", async () => {
    const made = await site({}, { how: "edit" });
    const ran = await deploy(made, ["--json"]);
    assert.equal(ran.status, 0, ran.stderr);
    assert.deepEqual(JSON.parse(ran.stdout).added, ["campus-lrs"]);
    assert.match(await readFile(join(made.folder, "translator.yml"), "utf8"), /nowhere/);
  });

  it("and nothing where it was built anew in between", async () => {
    const rebuild = () => writeFile(join(made.folder, "dist", "site", "endpoints", "other.yml"), BASIC);
    const made = await site(asking("rebuilt", rebuild));
    await refuses(made, [], 2, [/is not as it was when this began, so nothing was deployed/]);
  });

  it("nor says of another build that all is well", async () => {
    const change = async () => {
      const path = join(made.folder, "serverless.yml");
      await writeFile(path, `${await readFile(path, "utf8")}\n# edited\n`);
    };
    const made = await site(asking("checked", change));
    await refuses(made, ["--check"], 2, [/^dist\/ or serverless\.yml is not as it was/]);
  });

  it("and says it aloud where it was built anew while osls deployed", async () => {
    const does = `rmSync("dist", { recursive: true });`;
    for (const args of [[], ["--json"]]) {
      const made = await site({}, { does });
      const ran = await deploy(made, args);
      assert.equal(ran.status, 1, ran.stderr);
      assert.equal((await made.deployed()).length, 1);
      assert.match(ran.stderr, /WHAT WAS DEPLOYED MAY NOT BE WHAT WAS LOOKED AT/);
      if (args.length > 0) {
        const { deployed, problems } = JSON.parse(ran.stdout);
        assert.deepEqual([deployed, problems.length], [true, 1]);
      }
    }
  });

  it("one at a time in a folder", async () => {
    let second: Awaited<ReturnType<typeof deploy>> | undefined;
    const again = async () => {
      meanwhile.clear();
      second = await deploy(made, []);
    };
    const made = await site(asking("locked", again));
    const first = await deploy(made, []);
    assert.deepEqual([first.status, second?.status], [0, 2], first.stderr);
    assert.match(String(second?.stderr), /Somebody else is deploying from this folder.*\(process \d+\)/);
    assert.equal((await made.deployed()).length, 1);
    assert.deepEqual(
      (await readdir(made.folder)).filter((name) => name.startsWith("dist.")),
      [],
    );
  });

  it("and again after one that was killed", async () => {
    const made = await site();
    const gone = spawn(process.execPath, ["-e", ""]);
    await once(gone, "close");
    await mkdir(join(made.folder, "dist.lock"));
    await writeFile(join(made.folder, "dist.lock", "process"), String(gone.pid));
    assert.equal((await deploy(made, [])).status, 0);
    assert.deepEqual(
      (await readdir(made.folder)).filter((name) => name.startsWith("dist.")),
      [],
    );
  });
});

describe("A lock", () => {
  it("is had by one of many who ask for it", async () => {
    const folder = await temporaryFolder();
    const lock = join(folder, "dist.lock");
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    try {
      await mkdir(lock);
      await writeFile(join(lock, "process"), String(other.pid));
      await assert.rejects(
        withLock(lock, async () => assert.fail("It is another's.")),
        CannotRun,
      );
    } finally {
      other.kill();
      await once(other, "close");
    }
    assert.equal(await withLock(lock, async () => LONG), LONG);
    assert.deepEqual(await readdir(folder), []);
  });

  it("is given back where what it was for fails", async () => {
    const folder = await temporaryFolder();
    const lock = join(folder, "dist.lock");
    await assert.rejects(
      withLock(lock, () => Promise.reject(new Error("It failed."))),
      /It failed/,
    );
    assert.deepEqual(await readdir(folder), []);
  });

  it("is not taken from what nobody of ours has left", async () => {
    const folder = await temporaryFolder();
    const lock = join(folder, "dist.lock");
    await writeFile(lock, "notes");
    await assert.rejects(
      withLock(lock, async () => assert.fail("It is no lock.")),
      CannotRun,
    );
    assert.equal(await readFile(lock, "utf8"), "notes");
  });
});
