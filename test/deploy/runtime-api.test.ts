/** What the Runtime API of these tests does with functions that go wrong, under AWS's own runtime client. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { isObject, parseJson } from "../../src/event/json.ts";
import { runtimeClient } from "./machine.ts";
import { InvocationFailed, type LambdaInstance, startInstance } from "./runtime-api.ts";

const found = await runtimeClient();
const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-runtime-"));
const running: LambdaInstance[] = [];
after(async () => {
  for (const each of running) await each.stop();
  await rm(folder, { recursive: true });
});

const FUNCTIONS = `
let calls = 0;
exports.tell = async (event, context) => {
  console.info({ message: "Called.", event });
  process.stdout.write("a line as it is\\n");
  return { event, calls: ++calls, name: context.functionName, memory: context.memoryLimitInMB,
    id: context.awsRequestId, left: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID, own: process.env.OWN };
};
exports.loop = async ({ forever }) => { for (;;) if (!forever) return { calls: ++calls }; };
exports.end = async ({ now }) => now ? process.exit(3) : { calls: ++calls };
exports.fail = async () => { throw new RangeError("too far"); };
exports.large = async () => "x".repeat(6 * 1024 * 1024);
`;

const start = async (handler: string, timeout = 30_000): Promise<LambdaInstance> => {
  if ("missing" in found) assert.fail(found.missing);
  await writeFile(join(folder, "functions.cjs"), FUNCTIONS);
  await writeFile(join(folder, "broken.cjs"), 'throw new Error("There is no OWN.");');
  const fn = { name: "a-function", handler, folder, memory: 256, timeout, environment: { OWN: "its own" } };
  const instance = await startInstance(fn, found.client);
  running.push(instance);
  return instance;
};

const failsAs = (type: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof InvocationFailed, String(error));
  assert.equal(error.type, type);
  assert.match(error.message, message);
  return true;
};

describe("The Runtime API", { skip: "missing" in found ? found.missing : false }, () => {
  it("brings events one after the other, with all that Lambda tells, and keeps what is logged as JSON", async () => {
    const fn = await start("functions.tell");
    const [first, second] = await Promise.all([fn.invoke({ at: 1 }), fn.invoke({ at: 2 })]);
    assert.ok(isObject(first) && isObject(second));
    assert.deepEqual([first.event, first.calls, second.event, second.calls], [{ at: 1 }, 1, { at: 2 }, 2]);
    assert.deepEqual([first.name, first.memory, first.own], ["a-function", "256", "its own"]);
    assert.ok(Number(first.left) > 0 && Number(first.left) <= 30_000);
    assert.match(String(first.trace), /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    assert.notEqual(first.id, second.id);
    await fn.stop();
    const lines = fn.log.map((line) => parseJson(line));
    const [told] = lines.flatMap((line) => ("value" in line && isObject(line.value) ? [line.value] : []));
    assert.deepEqual(told?.requestId, first.id);
    assert.deepEqual(told?.message, { message: "Called.", event: { at: 1 } });
    assert.ok(fn.log.includes("a line as it is"));
  });

  it("ends a function whose time is up, and has another process for the next event", async () => {
    const fn = await start("functions.loop", 1000);
    assert.deepEqual(await fn.invoke({}), { calls: 1 });
    const before = fn.process()?.pid;
    await assert.rejects(
      fn.invoke({ forever: true }),
      failsAs("Sandbox.Timedout", /timed out after 1 seconds/),
    );
    assert.deepEqual(await fn.invoke({}), { calls: 1 });
    assert.notEqual(fn.process()?.pid, before);
  });

  it("tells of a process that ended by itself", async () => {
    const fn = await start("functions.end");
    await assert.rejects(fn.invoke({ now: true }), failsAs("Runtime.ExitError", /ended with 3/));
    assert.deepEqual(await fn.invoke({}), { calls: 1 });
  });

  it("tells what a handler throws, and what kept a function from starting", async () => {
    const fn = await start("functions.fail");
    await assert.rejects(fn.invoke({}), failsAs("RangeError", /too far/));
    const broken = await start("broken.handler");
    await assert.rejects(broken.invoke({}), failsAs("Error", /There is no OWN/));
    const none = await start("functions.nothing");
    await assert.rejects(none.invoke({}), failsAs("Runtime.HandlerNotFound", /nothing/));
  });

  it("takes no event and no answer that is larger than Lambda's", async () => {
    const fn = await start("functions.large");
    await assert.rejects(
      fn.invoke({ text: "x".repeat(6 * 1024 * 1024) }),
      failsAs("RequestTooLargeException", /more than 6291456 bytes/),
    );
    assert.equal(fn.process(), undefined);
    await assert.rejects(fn.invoke({}), failsAs("Function.ResponseSizeTooLarge", /more than 6291456 bytes/));
  });
});
