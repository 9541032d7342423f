import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { learnerToken, serviceToken } from "../support/tokens.ts";
import { type Asking, ask, COLLECTED, pageWith } from "./support.ts";

/** Asks the API as a learner, and reads the answer. */
const apiOf = async (options: Parameters<typeof pageWith>[0] = {}) => {
  const { page, bucket } = pageWith(options);
  const authorization = `Bearer ${await learnerToken("ada")}`;
  const call = async (method: string, path: string, body?: unknown) => {
    const asking: Asking = {
      method,
      headers: { authorization, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    };
    const response = await ask(page, path, asking);
    return { status: response.status, value: JSON.parse(response.body || "null"), response };
  };
  return { call, page, bucket };
};

describe("The API", () => {
  test("tells a learner's choice, and changes it", async () => {
    const { call } = await apiOf();
    const before = await call("GET", "/api/choice");
    assert.deepEqual(
      [before.status, before.value.collected, before.value.choice],
      [200, true, { endpoints: {} }],
    );
    const one = await call("PUT", "/api/choice", { to: "out", endpoint: "store" });
    assert.deepEqual(
      one.value.endpoints.map(({ name, told }: { name: string; told: boolean }) => [name, told]),
      [
        ["store", false],
        ["hall", true],
      ],
    );
    const all = await call("PUT", "/api/choice", { to: "out" });
    assert.equal(all.value.collected, false);
    const now = await call("GET", "/api/choice");
    assert.deepEqual([now.value.collected, now.value.changes.length], [false, 2]);
  });

  test("tells what is collected, as the site's files have it", async () => {
    const { call } = await apiOf();
    const { value } = await call("GET", "/api/collected");
    assert.deepEqual(
      [value.endpoints, value.events, value.policy],
      [COLLECTED.endpoints, COLLECTED.events, "opt-out"],
    );
  });

  test("passes on that a learner wants to be erased", async () => {
    const { call, bucket } = await apiOf();
    const { status, value } = await call("POST", "/api/erase");
    assert.deepEqual([status, value], [202, { requested: true }]);
    assert.ok([...bucket.objects.keys()].some((key) => key.startsWith("erasures/requested/")));
    assert.equal((await call("GET", "/api/choice")).value.collected, false);
  });

  test("tells errors as data, with a reason for programs and a sentence for people", async () => {
    const { call, page, bucket } = await apiOf();
    const errors = [
      [await call("PUT", "/api/choice", "{"), 400, "json.malformed"],
      [await call("PUT", "/api/choice", "[]"), 400, "choice.wrong"],
      [await call("PUT", "/api/choice", { to: "no" }), 400, "choice.wrong"],
      [await call("PUT", "/api/choice", { to: "out", endpoint: "nowhere" }), 400, "endpoint.unknown"],
      [await call("PUT", "/api/choice", { to: "out", endpoint: null }), 400, "endpoint.unknown"],
      [await call("PUT", "/api/choice", { to: "out", x: "x".repeat(20_000) }), 413, "body.large"],
      [await call("DELETE", "/api/choice"), 405, "method.wrong"],
      [await call("GET", "/api/nothing"), 404, "path.unknown"],
      [await call("GET", "/api/data?after=raw/x"), 400, "after.wrong"],
    ] as const;
    for (const [{ status, value }, wanted, reason] of errors) {
      assert.deepEqual([status, value.error.reason], [wanted, reason]);
      assert.match(value.error.message, /^[A-Z].*\.$/);
    }
    for (const [headers, wanted] of [
      [{}, 401],
      [{ authorization: "Basic eDp5" }, 401],
      [{ authorization: `Bearer ${await serviceToken()}` }, 403],
    ] as const) {
      const { status, body } = await ask(page, "/api/choice", { headers });
      assert.equal(status, wanted);
      assert.ok(JSON.parse(body).error.reason.startsWith("identity."));
    }
    assert.equal(bucket.objects.size, 0);
  });
});
