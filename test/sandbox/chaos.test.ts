import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Drawn } from "../../local/sandbox/server.ts";
import { startSandbox } from "../../local/sandbox/server.ts";
import {
  assertRefused,
  envelope,
  event,
  fresh,
  outcomes,
  sandbox,
  seen,
  sendCaliper,
  sendJson,
  sendXapi,
  statement,
  xapiHeaders,
} from "./support.ts";

const NONE: Drawn = { error: 0, throttle: 0, hang: 0, resetBefore: 0, resetAfter: 0, slow: 0 };

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await sleep(5);
};

describe("a store that misbehaves by chance", () => {
  it("answers 500, 502 or 503 and keeps nothing", async () => {
    const store = fresh();
    sandbox.behave(store, { chaos: { seed: 1, error: 1 } });
    assert.deepEqual([...new Set(await outcomes(store, 30))].toSorted(), [500, 502, 503]);
    assert.equal(sandbox.statements(store).length, 0);
    assert.deepEqual(sandbox.drawn(store), { ...NONE, error: 30 });
  });

  it("answers 429 with a second to wait, as a number or as a date that is not too early", async () => {
    const store = fresh();
    sandbox.behave(store, { chaos: { seed: 1, throttle: 1 } });
    const forms = new Set<string>();
    for (let turn = 0; turn < 20; turn += 1) {
      const sent = Date.now();
      const response = await sendXapi(store, statement());
      const after = response.headers.get("Retry-After") ?? "";
      await assertRefused(response, 429);
      forms.add(after === "1" ? "seconds" : "date");
      if (after === "1") continue;
      assert.equal(new Date(after).toUTCString(), after);
      assert.ok(Date.parse(after) >= sent + 1000);
    }
    assert.deepEqual([...forms].toSorted(), ["date", "seconds"]);
    assert.equal(sandbox.statements(store).length, 0);
    sandbox.behave(store, { chaos: { seed: 1, throttle: 1 }, retryAfter: 0 });
    const answers = [];
    for (let turn = 0; turn < 20; turn += 1)
      answers.push((await sendXapi(store, statement())).headers.get("Retry-After"));
    assert.ok(answers.includes("0") && !answers.includes("1"));
  });

  it("never answers, though its behaviour changes, until the client leaves or the server stops", async () => {
    const own = await startSandbox();
    own.behave("a", { chaos: { seed: 1, hang: 1 } });
    const post = (signal?: AbortSignal): Promise<number | "gone"> =>
      seen(
        fetch(`${own.url}/xapi/a/statements`, {
          method: "POST",
          headers: xapiHeaders,
          body: JSON.stringify(statement()),
          ...(signal && { signal }),
        }),
      );
    const leaving = new AbortController();
    const [impatient, patient] = [post(leaving.signal), post()];
    await until(() => own.drawn("a").hang === 2);
    own.behave("a", {});
    leaving.abort();
    assert.equal(await impatient, "gone");
    await until(() => own.requests("a").length > 0);
    assert.equal(await post(), 200);
    assert.deepEqual(
      own.requests("a").map(({ status }) => status),
      [0, 200],
    );
    await own.stop();
    assert.equal(await patient, "gone");
    assert.equal(own.statements("a").length, 1);
  });

  it("drops the connection before it keeps anything", async () => {
    const store = fresh();
    sandbox.behave(store, { chaos: { seed: 1, resetBefore: 1 } });
    assert.deepEqual(await outcomes(store, 3), ["gone", "gone", "gone"]);
    assert.equal(sandbox.statements(store).length, 0);
    assert.deepEqual(
      sandbox.requests(store).map(({ status }) => status),
      [0, 0, 0],
    );
  });

  it("drops the connection in the middle of the answer to what it kept", async () => {
    const store = fresh();
    sandbox.behave(store, { chaos: { seed: 1, resetAfter: 1 } });
    assert.equal(await seen(sendXapi(store, statement())), "gone");
    assert.equal(await seen(sendCaliper(store, envelope([event()]))), "gone");
    assert.equal(await seen(sendJson(store, [{}, {}])), "gone");
    assert.equal(await seen(sendXapi(store, {})), "gone");
    const kept = [sandbox.statements(store), sandbox.caliper(store), sandbox.records(store)];
    assert.deepEqual(
      kept.map(({ length }) => length),
      [1, 1, 2],
    );
  });

  it("answers late what it keeps, also to a client that left", async () => {
    const store = fresh();
    sandbox.behave(store, { chaos: { seed: 1, slow: 1, slowMs: 20 } });
    assert.deepEqual(await outcomes(store, 3), [200, 200, 200]);
    assert.deepEqual(sandbox.drawn(store), { ...NONE, slow: 3 });
    sandbox.behave(store, { chaos: { seed: 5, slow: 1, slowMs: 500 } });
    const leaving = new AbortController();
    const left = fetch(`${sandbox.url}/xapi/${store}/statements`, {
      method: "POST",
      headers: xapiHeaders,
      body: JSON.stringify(statement()),
      signal: leaving.signal,
    });
    await until(() => sandbox.drawn(store).slow === 4);
    leaving.abort();
    assert.equal(await seen(left), "gone");
    await until(() => sandbox.statements(store).length === 4);
  });
});
