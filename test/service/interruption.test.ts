import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { startSandbox } from "../../local/sandbox/server.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { eventsFile, runService, shippedEvents, temporaryFolder } from "./support.ts";

const FLAGS = ["--disable-warning=ExperimentalWarning"];

const start = (script: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [...FLAGS, join(project, script), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });

/** Everything that it prints, and its exit code. */
const finish = async (
  child: ChildProcess,
): Promise<{ readonly output: string; readonly code: number | null }> => {
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const [code] = await once(child, "close");
  return { output, code };
};

/** What a sandbox's folder holds after the processes that used it are gone. */
const kept = async (folder: string) => {
  const sandbox = await startSandbox({ folder: join(folder, "sandbox") });
  try {
    return {
      statements: sandbox
        .statements("campus-lrs")
        .map(({ id }) => id)
        .sort(),
      events: [...new Set(sandbox.caliper("campus-caliper").map(({ id }) => id))].sort(),
      posted: sandbox.caliper("campus-caliper").length,
    };
  } finally {
    await sandbox.stop();
  }
};

describe("A service that is killed", async () => {
  // The ids of statements depend on the events and the keys alone, so an undisturbed run tells what must arrive.
  const undisturbed = join(await temporaryFolder(), "state");
  const first = await runService({ state: await openState(undisturbed, true) });
  // Enough for several batches; what is bad among them must not be lost either.
  const lines = (await readFile(shippedEvents, "utf8")).split("\n");
  // What does not say when it happened is another event each time that it is fed.
  const events = await eventsFile(lines.slice(0, 90).filter((line) => line.includes("timestamp__")));
  await first.feed(events);
  await settled(first, 60_000);
  const expected = {
    statements: first.sandbox
      .statements("campus-lrs")
      .map(({ id }) => id)
      .sort(),
    events: [...new Set(first.sandbox.caliper("campus-caliper").map(({ id }) => id))].sort(),
  };
  const nothing = await eventsFile([]);
  const sameKeys = async (): Promise<string> => {
    const state = join(await temporaryFolder(), "state");
    await mkdir(state);
    await copyFile(join(undisturbed, "secrets.json"), join(state, "secrets.json"));
    return state;
  };
  const goOn = async (state: string) =>
    finish(start("local/run.ts", ["--once", "--json", "--state", state, "--visibility", "1", nothing]));

  it("again and again, at any moment, loses nothing, and no store has anything twice", async () => {
    const state = await sameKeys();
    const child = start("local/run.ts", ["--once", "--state", state, "--visibility", "1", events]);
    await new Promise<void>((fed) => {
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        if (text.includes("Fed ")) fed();
      });
    });
    child.kill("SIGKILL");
    await once(child, "exit");
    for (const delay of [800, 1400]) {
      const next = start("local/run.ts", ["--once", "--state", state, "--visibility", "1", nothing]);
      next.stdout?.resume();
      const timer = setTimeout(() => next.kill("SIGKILL"), delay);
      await once(next, "exit");
      clearTimeout(timer);
    }
    const { code, output } = await goOn(state);
    assert.equal(code, 0, output);
    const found = await kept(state);
    assert.deepEqual(found.statements, expected.statements);
    assert.deepEqual(found.events, expected.events);
  });
});

describe("npm start -- --once", async () => {
  const run = (...args: readonly string[]) => finish(start("local/run.ts", args));
  const state = async (): Promise<readonly string[]> => ["--state", join(await temporaryFolder(), "state")];

  it("tells what happened and ends with 0", async () => {
    const { code, output } = await run("--once", ...(await state()));
    assert.equal(code, 0);
    for (const part of [
      "campus-caliper",
      "campus-lrs",
      "schema.unknown",
      "Balanced",
      "A Caliper event, as ",
      "The archive",
    ]) {
      assert.ok(output.includes(part), part);
    }
  });

  it("ends with 1 when it has not settled in time, and says what waits", async () => {
    const { code, output } = await run("--once", "--timeout", "0.001", ...(await state()));
    assert.equal(code, 1);
    assert.match(output, /Not balanced/);
  });

  it("takes the user's own file", async () => {
    const file = await eventsFile(['{"__schema__": 1}', "nonsense"]);
    const { code, output } = await run("--once", "--json", ...(await state()), file);
    const { balanced, accounts } = JSON.parse(output);
    assert.deepEqual({ code, balanced }, { code: 0, balanced: true });
    assert.deepEqual(accounts.quarantined, { "schema.unknown": 1, "json.malformed": 1 });
  });

  it("ends with 2 when it is used wrongly", async () => {
    for (const args of [["--onse"], ["no-such-file.ndjson"], ["a", "b"], ["--timeout", "soon"]]) {
      const child = spawn(process.execPath, [...FLAGS, join(project, "local/run.ts"), ...args], {
        stdio: "ignore",
      });
      const [code] = await once(child, "exit");
      assert.equal(code, 2, args.join(" "));
    }
  });
});
