import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CannotRun } from "../../src/cannot-run.ts";
import { Misuse } from "../../src/misuse.ts";
import { newSteps } from "../../workbench/acts/steps.ts";
import type { Step } from "../../workbench/api/steps.ts";
import { PORT, readPort } from "../../workbench/port.ts";
import { ask, comeIn, ends, nothing, type Received, serving } from "./serving-support.ts";

describe("What takes long, step by step,", () => {
  const stepsIn = ({ body }: Received): readonly Step[] =>
    body
      .trimEnd()
      .split("\n")
      .map((each) => JSON.parse(each));

  it("comes as lines of JSON while it goes on", async () => {
    const going = Promise.withResolvers<void>();
    const served = await serving(async () => ({
      steps: (async function* (): AsyncGenerator<Step> {
        yield { done: 1, of: 2 };
        await going.promise;
        yield { end: "done", told: "Two were sent." };
      })(),
    }));
    const headers = await comeIn(served);
    const response = await fetch(new URL("/api/x", served.url), { method: "POST", headers, body: "{}" });
    assert.equal(response.headers.get("content-type"), "application/x-ndjson; charset=utf-8");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    // What follows waits until this was read.
    assert.equal((await reader?.read())?.value, '{"done":1,"of":2}\n');
    going.resolve();
    assert.equal((await reader?.read())?.value, '{"end":"done","told":"Two were sent."}\n');
    assert.equal((await reader?.read())?.done, true);
  });

  it("ends in words where it breaks", async () => {
    const served = await serving(async () => ({
      steps: (async function* (): AsyncGenerator<Step> {
        yield { done: 1, of: 2 };
        throw new CannotRun("AWS cannot be reached.");
      })(),
    }));
    const got = await ask(served, "/api/x", { method: "POST", headers: await comeIn(served), body: "{}" });
    assert.deepEqual(stepsIn(got), [
      { done: 1, of: 2 },
      { end: "failed", told: "AWS cannot be reached." },
    ]);
  });

  it("comes to its end where whoever asked has gone", async () => {
    const over = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const served = await serving(async () => ({
      steps: (async function* (): AsyncGenerator<Step> {
        yield { done: 1, of: 3 };
        await gone.promise;
        for (const done of [2, 3]) {
          await sleep(20);
          yield { done, of: 3 };
        }
        yield { end: "done", told: "All three were sent." };
        over.resolve();
      })(),
    }));
    const headers = await comeIn(served);
    const leaving = new AbortController();
    const response = await fetch(new URL("/api/x", served.url), {
      method: "POST",
      headers,
      body: "{}",
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    leaving.abort();
    gone.resolve();
    await over.promise;
    assert.equal((await ask(served, "/", { headers })).status, 200);
  });

  it("is let come to its end when the server is to stop", async () => {
    const steps = newSteps();
    const served = await serving(async () => ({ steps: steps.all() }));
    const headers = await comeIn(served);
    const asked = ask(served, "/api/x", { method: "POST", headers, body: "{}" });
    steps.tell({ done: 1, of: 2 });
    await sleep(50);
    const stopped = served.stop();
    await assert.rejects(ask(served, "/"), { code: "ECONNREFUSED" });
    steps.tell({ end: "done", told: "Both were sent." });
    steps.end();
    assert.deepEqual(stepsIn(await asked).at(-1), { end: "done", told: "Both were sent." });
    await stopped;
  });

  it("is cut off where it goes on for ever, so that the server stops all the same", async () => {
    const served = await serving(async () => ({ steps: newSteps().all() }));
    const headers = await comeIn(served);
    const asked = ask(served, "/api/x", { method: "POST", headers, body: "{}" });
    const cut = assert.rejects(asked, { code: "ECONNRESET" });
    await sleep(50);
    await served.stop();
    await cut;
  });
});

describe("The workbench's port", () => {
  it("is the one that is named, or it says that somebody has it", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    ends.push(async () => void other.close());
    const { port } = other.address() as AddressInfo;
    await assert.rejects(serving(nothing, port), (error) => {
      assert.ok(error instanceof CannotRun);
      assert.equal(error.message, `Something else has port ${port}. Name another --port, or none.`);
      return true;
    });
  });

  it(`is ${PORT} where none is named, or any other where somebody has it`, async () => {
    const portOf = async (): Promise<string> => new URL((await serving(nothing, "usual")).url).port;
    const [one, two] = [await portOf(), await portOf()];
    assert.notEqual(one, two);
  });

  it("is read as a number that a port may be", () => {
    assert.deepEqual([undefined, "0", "4747", "65535"].map(readPort), [undefined, 0, 4747, 65_535]);
    for (const wrong of ["", "-1", "65536", "4747.5", "1e3", "0x10", "http", "١"])
      assert.throws(() => readPort(wrong), Misuse, wrong);
  });
});
