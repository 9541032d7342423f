import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { jlt } from "../cli/support.ts";
import { ask, comeIn } from "../workbench/serving-support.ts";
import { eventsFile, saveOf, temporaryFolder } from "./support.ts";

const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/g;

interface Started {
  readonly child: ChildProcess;
  readonly state: string;
  readonly stdout: Promise<string>;
  readonly stderr: Promise<string>;
  /** Waits until it has printed something. */
  printed(which: "stdout" | "stderr", words: RegExp): Promise<void>;
  /** Ends it as Ctrl+C does; gives the exit code. */
  end(): Promise<number | null>;
}

const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** `npm start` with these arguments, a folder of its own, and one event. */
const start = async (...args: readonly string[]): Promise<Started> => {
  const state = join(await temporaryFolder(), "state");
  const file = await eventsFile([saveOf("stat101/hw1.ipynb")]);
  const flags = ["--disable-warning=ExperimentalWarning", join(project, "local/run.ts")];
  const child = spawn(process.execPath, [...flags, "--state", state, ...args, file], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const ended = once(child, "close").finally(() => children.delete(child));
  const said = { stdout: "", stderr: "" };
  const printed = async (which: "stdout" | "stderr", words: RegExp): Promise<void> => {
    while (!words.test(said[which])) {
      assert.equal(child.exitCode, null, said.stderr);
      await Promise.race([once(child[which], "data"), ended]);
    }
  };
  for (const which of ["stdout", "stderr"] as const)
    child[which].setEncoding("utf8").on("data", (more: string) => {
      said[which] += more;
    });
  return {
    child,
    state,
    stdout: text(child.stdout),
    stderr: text(child.stderr),
    printed,
    end: async () => {
      child.kill("SIGINT");
      const [code] = await ended;
      return code;
    },
  };
};

describe("npm start", () => {
  it("opens the workbench before it feeds anything, says where at the end again, and ends with it", async () => {
    const { printed, end, stdout, stderr, state } = await start("--port", "0");
    await printed("stdout", /Running on\./);
    // The command finds it, and opens no other.
    const found = await jlt(project, ["workbench", "--state", state]);
    const data = await jlt(project, ["workbench", "--state", state, "--json"]);
    assert.deepEqual([found.status, data.status, found.stderr], [0, 0, ""]);
    const { url } = JSON.parse(data.stdout);
    const own = await comeIn({ url });
    const about = await ask({ url }, "/api/about", { headers: own });
    const { kind, mayWrite, maySave } = JSON.parse(about.body);
    assert.deepEqual({ kind, mayWrite, maySave }, { kind: "running", mayWrite: true, maySave: true });
    assert.equal(await end(), 0);
    const output = await stdout;
    assert.deepEqual(output.match(ADDRESS), [url, url]);
    assert.ok(output.indexOf(url) < output.indexOf("Feeding "));
    assert.ok(output.lastIndexOf(url) > output.indexOf("Balanced"));
    assert.equal(found.stdout.match(ADDRESS)?.[0], url);
    assert.equal(await stderr, "");
    await assert.rejects(ask({ url }, "/"), { code: "ECONNREFUSED" });
    // Nothing of it is left, so that the next run begins as one that was not interrupted.
    const left = await readdir(state);
    assert.ok(!left.includes("running") && !left.includes("service.json"), left.join());
  });

  it("keeps what it prints pure JSON with --json", async () => {
    const { printed, end, stdout, stderr } = await start("--port", "0", "--json");
    await printed("stdout", /^\}$/m);
    assert.equal(await end(), 0);
    assert.equal(JSON.parse(await stdout).balanced, true);
    assert.match(await stderr, ADDRESS);
  });

  it("runs on without a workbench where none can be started, and says why", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { printed, end, stdout, stderr, state } = await start("--port", String(port));
    await printed("stdout", /Running on\./);
    assert.equal((await stat(join(state, "service.json"))).mode & 0o777, 0o600);
    assert.equal(await end(), 0);
    other.close();
    assert.match(await stderr, new RegExp(`^There is no workbench: Something else has port ${port}\\.`));
    assert.match(await stdout, /Balanced/);
    assert.doesNotMatch(await stdout, ADDRESS);
  });

  it("opens none with --once", async () => {
    const { child, stdout, stderr } = await start("--once");
    const [code] = await once(child, "close");
    assert.deepEqual([code, await stderr], [0, ""]);
    assert.doesNotMatch(await stdout, ADDRESS);
  });

  it("ends at once where it is told to while the workbench is still being opened", async () => {
    const { printed, end, stdout, stderr, state } = await start("--port", "0");
    await printed("stdout", /Learning systems to play with/);
    assert.equal(await end(), 0, await stderr);
    assert.match(await stdout, /It ended before everything had settled/);
    assert.doesNotMatch(await stderr, /no workbench|^\s+at /m);
    assert.ok(!(await readdir(state)).includes("service.json"));
  });

  it("ends with 2 where it is told of no port, or of one that nobody would open", async () => {
    for (const args of [["--port", "x"], ["--port", "65536"], ["--port="], ["--once", "--port", "0"]]) {
      const { child, stderr } = await start(...args);
      const [code] = await once(child, "close");
      assert.equal(code, 2, args.join(" "));
      assert.match(await stderr, /^--port .*\nSee: npm start -- --help\n$/);
    }
  });
});
