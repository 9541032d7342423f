import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  assertRefused,
  caliperHeaders,
  envelope,
  event,
  fresh,
  type Json,
  jsonHeaders,
  sandbox,
  sendCaliper,
  sendJson,
  sendXapi,
  statement,
  xapiHeaders,
} from "./support.ts";

const record = (id: unknown, changes: Json = {}): Json => ({
  id,
  name: "naïve",
  tags: ["a", "b"],
  ...changes,
});
const lines = (records: readonly unknown[], end = "\n"): string =>
  records.map((one) => `${JSON.stringify(one)}${end}`).join("");
const typed = (type: string): Record<string, string> => ({ "Content-Type": type });

/** What the store answered and kept. */
const outcome = async (store: string, response: Response): Promise<readonly unknown[]> => {
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return [JSON.parse(text), sandbox.records(store)];
};

describe("an endpoint for plain JSON", () => {
  const three = [record("a"), record("b"), record("c")];
  const bodies: readonly (readonly [string, unknown, readonly unknown[]])[] = [
    ["an array", three, three],
    ["an array of none", [], []],
    ["an object with one array member", { batch: three }, three],
    ["such an object with more around it", { key: "k", batch: three, meta: { n: 3 } }, three],
    ["a member whose name has a slash", { "a/b": three }, three],
    ["a single object", record("a"), [record("a")]],
    ["a single object with an id and one array of objects", { id: 1, cells: [{}] }, [{ id: 1, cells: [{}] }]],
    ["a single object with two arrays", { a: [1], b: [2] }, [{ a: [1], b: [2] }]],
    ["a single object without arrays", { a: 1 }, [{ a: 1 }]],
    ["an object over several lines", JSON.stringify(record("a"), null, 2), [record("a")]],
    ["an array over several lines", JSON.stringify(three, null, 2), three],
  ];
  for (const [what, body, expected] of bodies) {
    it(`takes ${what}`, async () => {
      const store = fresh();
      const answer = await outcome(store, await sendJson(store, body));
      assert.deepEqual(answer, [{ accepted: expected.length }, expected]);
    });
  }

  it("takes NDJSON, by its type or as the body shows", async () => {
    const declared = ["application/x-ndjson", "application/ndjson", "application/jsonl", "Application/JSONL"];
    for (const type of [...declared, "application/json"]) {
      for (const body of [lines(three), lines(three, "\r\n"), `\n${lines(three, "\n\n")}`]) {
        const store = fresh();
        assert.deepEqual(await outcome(store, await sendJson(store, body, typed(`${type}; charset=utf-8`))), [
          { accepted: 3 },
          three,
        ]);
      }
    }
  });

  it("takes a single line for a record where NDJSON is declared, whatever is in it", async () => {
    const store = fresh();
    const body = lines([{ batch: three }]);
    const answer = await outcome(store, await sendJson(store, body, typed("application/x-ndjson")));
    assert.deepEqual(answer, [{ accepted: 1 }, [{ batch: three }]]);
  });

  const bad: readonly (readonly [string, string, string, string])[] = [
    ["no JSON", "application/json", "{", ""],
    ["nothing", "application/json", "", ""],
    ["no lines", "application/x-ndjson", " \n\n", ""],
    ["a number", "application/json", "1", ""],
    ["a string in an array", "application/json", '[{},"a"]', "/1"],
    ["null in a batch", "application/json", '{"batch":[{},{},null]}', "/batch/2"],
    ["an array in a member with a slash", "application/json", '{"a/b":[[]]}', "/a~1b/0"],
    ["a line that is no JSON", "application/jsonl", '{}\n\n{"a":\n', "/1"],
    ["a line that is no JSON, undeclared", "application/json", '{"a":1}\n{}\n{"a":', "/2"],
    ["a line that is an array", "application/ndjson", "{}\n[{}]\n", "/1"],
  ];
  for (const [what, type, body, at] of bad) {
    it(`refuses ${what} (${type}) with 400, says where, and keeps nothing`, async () => {
      const store = fresh();
      await assertRefused(await sendJson(store, body, typed(type)), 400, at);
      assert.equal(sandbox.records(store).length, 0);
    });
  }

  it("refuses with 400 what is not UTF-8 or deeper than anything real", async () => {
    const bytes = Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const url = `${sandbox.url}/json/${fresh()}`;
    await assertRefused(await fetch(url, { method: "POST", headers: jsonHeaders, body: bytes }), 400, "");
    const deep = `{"a":${"[".repeat(1000)}${"]".repeat(1000)}}`;
    await assertRefused(await sendJson(fresh(), `{}\n${deep}\n`), 400, "/1");
  });

  it("refuses another content type and a compressed body with 415, another method with 405", async () => {
    for (const type of ["text/plain", "application/jsonx", "application/vnd.api+json"]) {
      await assertRefused(await sendJson(fresh(), three, typed(type)), 415);
    }
    await assertRefused(await sendJson(fresh(), three, { ...jsonHeaders, "Content-Encoding": "gzip" }), 415);
    for (const method of ["GET", "PUT", "DELETE"]) {
      const response = await fetch(`${sandbox.url}/json/${fresh()}`, { method });
      assert.equal(response.headers.get("Allow"), "POST");
      await assertRefused(response, 405);
    }
    assert.equal((await fetch(`${sandbox.url}/json/a/b`, { method: "POST" })).status, 404);
  });

  it("keeps repeats, and counts them once", async () => {
    const store = fresh();
    await sendJson(store, [record("a"), record(1)]);
    await sendJson(store, [record("a"), record("1"), {}, {}]);
    await sendJson(store, [record("a"), 1]);
    assert.equal(sandbox.records(store).length, 6);
    assert.deepEqual(await (await fetch(`${sandbox.url}/sandbox/${store}`)).json(), {
      store,
      kind: "json",
      accepted: 6,
      distinct: 5,
      refused: 1,
      behaviour: {},
    });
    assert.deepEqual(
      sandbox.requests(store).map(({ status, items }) => [status, items]),
      [
        [200, 2],
        [200, 4],
        [400, 2],
      ],
    );
  });

  it("behaves as it is told, as the others do", async () => {
    const store = fresh();
    sandbox.behave(store, { refuseAbout: "unwanted" });
    await assertRefused(await sendJson(store, { batch: [{}, record("unwanted")] }), 400, "/batch/1");
    await assertRefused(await sendJson(store, lines([{}, {}, record("unwanted")])), 400, "/2");
    await assertRefused(await sendJson(store, record("unwanted")), 400, "");
    sandbox.behave(store, { maxBytes: 100 });
    await assertRefused(await sendJson(store, [record("a"), record("b"), record("c")]), 413);
    sandbox.behave(store, { status: 401 });
    await assertRefused(await sendJson(store, []), 401);
    assert.equal(sandbox.records(store).length, 0);
  });
});

describe("a store with a credential of its own", () => {
  it("takes it in the Authorization header, for plain JSON too", async () => {
    await assertRefused(await sendJson("guarded", {}), 401);
    await assertRefused(
      await sendJson("guarded", {}, { ...jsonHeaders, Authorization: "Bearer wrong" }),
      401,
    );
    const right = { ...jsonHeaders, Authorization: "Bearer right" };
    assert.equal((await sendJson("guarded", {}, right)).status, 200);
  });

  it("takes it in any other header that it names, whatever the protocol", async () => {
    const bare = { "X-Experience-API-Version": "1.0.3", ...jsonHeaders };
    const send = [
      (headers: Record<string, string>) => sendJson("keyed", {}, headers),
      (headers: Record<string, string>) => sendXapi("keyed", statement(), headers),
      (headers: Record<string, string>) => sendCaliper("keyed", envelope([event()]), headers),
    ];
    for (const post of send) {
      for (const headers of [bare, { ...bare, "x-api-key": "key-2" }, { ...bare, "x-api-key": "" }]) {
        const response = await post(headers);
        assert.ok(response.headers.has("WWW-Authenticate"));
        await assertRefused(response, 401);
      }
      assert.equal((await post({ ...bare, "x-api-key": "key-1" })).status, 200);
    }
    for (const headers of [xapiHeaders, caliperHeaders]) {
      assert.match(await (await sendJson("keyed", {}, headers)).text(), /X-Api-Key header is missing/);
    }
  });
});
