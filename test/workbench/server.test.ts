import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { homedir, networkInterfaces } from "node:os";
import { describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { project } from "../../build/bundle.ts";
import { CannotRun } from "../../src/cannot-run.ts";
import { Misuse } from "../../src/misuse.ts";
import { PAGE_POLICY, WORKER_POLICY } from "../../workbench/guard.ts";
import { answerTo } from "../../workbench/routes.ts";
import { NotFound } from "../../workbench/trouble.ts";
import { ask, comeIn, nothing, serving, troubleIn } from "./serving-support.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** How many bytes of buffers somebody still has. */
const heldInMemory = (): number => {
  // What the first leaves is given back before the second.
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
};

describe("The workbench's server", () => {
  it("tells an address that ends in the token, behind what a browser sends to anybody", async () => {
    const served = await serving(async () => ({ json: { a: 1 } }));
    const { pathname, search, hash } = new URL(served.url);
    assert.deepEqual([pathname, search], ["/", ""]);
    assert.match(hash, /^#token=[\w-]{32}$/);
    const got = await ask(served, "/api/flow", { headers: await comeIn(served) });
    assert.deepEqual([got.status, got.body], [200, '{"a":1}']);
    assert.equal((await ask(served, `/api/flow?${hash.slice(1)}`)).status, 401);
  });

  it("serves its files and its page, with the policy of each, in which there is no secret", async () => {
    const served = await serving(nothing);
    const headers = await comeIn(served);
    const expected = [
      ["/", "text/html; charset=utf-8", PAGE_POLICY],
      ["/events/some?x=1", "text/html; charset=utf-8", PAGE_POLICY],
      ["/main.js", "text/javascript; charset=utf-8", "default-src 'none'; frame-ancestors 'none'"],
      ["/style.css", "text/css; charset=utf-8", "default-src 'none'; frame-ancestors 'none'"],
      ["/worker.js", "text/javascript; charset=utf-8", WORKER_POLICY],
    ] as const;
    for (const [path, type, policy] of expected) {
      const got = await ask(served, path);
      assert.deepEqual(
        [got.status, got.headers["content-type"], got.headers["content-security-policy"]],
        [200, type, policy],
        path,
      );
      const empty = await ask(served, path, { method: "HEAD" });
      assert.deepEqual([empty.status, empty.body], [200, ""], path);
      assert.ok(!got.body.includes(headers["x-workbench-token"] ?? ""), path);
    }
    assert.equal((await ask(served, "/main.js")).body, "main");
  });

  it("protects every answer, whatever it is, and says on none where it is or what runs it", async () => {
    const served = await serving(async () => ({ json: { a: 1 } }));
    const own = await comeIn(served);
    const answers = await Promise.all([
      ask(served, "/"),
      ask(served, "/", { headers: { ...own, host: "evil.example" } }),
      ask(served, "//", { headers: own }),
      ask(served, "/%ff", { headers: own }),
      ask(served, "/api/flow", { headers: own }),
      ask(served, "/main.js", { headers: own }),
      ask(served, "/main.js", { headers: own, method: "POST" }),
      ask(served, "/api/flow", { headers: { ...own, origin: "http://evil.example" }, method: "POST" }),
      ask(served, "/api/flow", { headers: { ...own, "content-type": "text/plain" }, method: "POST" }),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 403, 400, 400, 200, 200, 405, 403, 415],
    );
    const { "x-workbench-token": token } = own;
    for (const { headers, body } of answers) {
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["cache-control"], "no-store");
      assert.equal(headers["x-frame-options"], "DENY");
      assert.equal(headers["cross-origin-resource-policy"], "same-origin");
      assert.ok(headers["content-security-policy"]?.includes("default-src 'none'"));
      for (const name of ["server", "x-powered-by", "access-control-allow-origin", "set-cookie"])
        assert.equal(headers[name], undefined, name);
      for (const secret of [token, project, homedir(), "node"])
        assert.ok(!`${JSON.stringify(headers)}${body}`.includes(secret ?? ""), body);
    }
  });

  it("refuses what was meant for another host, and what is sent by another page, before anything is asked", async () => {
    let asked = 0;
    const served = await serving(async () => {
      asked++;
      return { json: {} };
    });
    const own = await comeIn(served);
    const { "x-workbench-token": _, ...withoutToken } = own;
    for (const [status, method, headers] of [
      [403, "GET", { ...own, host: "evil.example" }],
      [403, "POST", { ...own, host: "evil.example" }],
      [401, "GET", {}],
      [401, "POST", withoutToken],
      [401, "PUT", withoutToken],
      [403, "POST", { ...own, origin: "http://evil.example" }],
      [415, "POST", { ...own, "content-type": "application/x-www-form-urlencoded" }],
    ] as const)
      assert.equal(
        (
          await ask(served, "/api/failures/retry", {
            method,
            headers,
            body: method === "GET" ? undefined : "{}",
          })
        ).status,
        status,
      );
    assert.equal(asked, 0);
    assert.equal(
      (await ask(served, "/api/failures/retry", { method: "POST", headers: own, body: "{}" })).status,
      200,
    );
    assert.equal(asked, 1);
  });

  it("tells what is wrong in words, with a status for each kind, and quotes nothing that nobody foresaw", async () => {
    const errors: Readonly<Record<string, Error>> = {
      "/api/misuse": new Misuse("Name a day."),
      "/api/cannot": new CannotRun("AWS cannot be reached."),
      "/api/odd": new TypeError(`${project}/secret of ada`),
    };
    const served = await serving(async ({ pathname }) => {
      throw errors[pathname] ?? new NotFound("There is nothing at this address.");
    });
    const headers = await comeIn(served);
    const got = await Promise.all(
      ["/api/misuse", "/api/cannot", "/api/odd", "/api/no-such"].map((path) =>
        ask(served, path, { headers }),
      ),
    );
    assert.deepEqual(
      got.map((each) => [each.status, troubleIn(each)]),
      [
        [400, "Name a day."],
        [502, "AWS cannot be reached."],
        [
          500,
          "The workbench failed at this (TypeError). Load it again; if it stays so, please tell the project.",
        ],
        [404, "There is nothing at this address."],
      ],
    );
  });

  it("knows no other paths of its API than those that the page asks for, and no other methods", async () => {
    // Nothing of the desk is needed to tell so.
    const served = await serving((question) => answerTo({} as Parameters<typeof answerTo>[0], question));
    const headers = await comeIn(served);
    for (const [method, path] of [
      ["GET", "/api/"],
      ["GET", "/api/secrets"],
      ["GET", "/api/flow/x"],
      ["GET", "/api/../../etc/passwd".replaceAll("..", "%2e%2e%2f")],
      ["DELETE", "/api/flow"],
      ["POST", "/api/about"],
      ["GET", "/api/failures/retry"],
    ] as const) {
      const got = await ask(served, path, { method, headers });
      assert.deepEqual([got.status, troubleIn(got)], [404, "There is nothing at this address."], path);
    }
  });

  it("takes a body of a mapping's size, and says where one is too large", async () => {
    const served = await serving(async ({ body }) => ({ json: { length: (await body()).length } }));
    const headers = await comeIn(served);
    const send = (length: number) =>
      ask(served, "/api/x", { method: "PUT", headers, body: "x".repeat(length) });
    assert.equal((await send(1024 * 1024)).body, `{"length":${1024 * 1024}}`);
    const large = await send(1024 * 1024 + 1);
    assert.deepEqual(
      [large.status, troubleIn(large)],
      [413, "This is more than the workbench takes at once (1 MiB)."],
    );
    assert.equal((await send(3)).body, '{"length":3}');
  });

  it("holds nothing of a body in memory that is too large", async () => {
    const read = Promise.withResolvers<void>();
    const served = await serving(async ({ body }) => {
      read.resolve();
      return { json: await body() };
    });
    const headers = await comeIn(served);
    const mebibyte = Buffer.alloc(1024 * 1024);
    const asked = request(new URL("/api/x", served.url), { method: "PUT", headers, agent: false });
    asked.flushHeaders();
    await read.promise;
    const before = heldInMemory();
    for (let sent = 0; sent < 64; sent++) await new Promise((done) => asked.write(mebibyte, done));
    assert.ok(heldInMemory() - before < 32 * mebibyte.length);
    asked.end();
    const [response] = await once(asked, "response");
    assert.equal(response.statusCode, 413);
    response.resume();
  });

  it("listens on 127.0.0.1 alone", async () => {
    const served = await serving(nothing);
    const port = Number(new URL(served.url).port);
    const reach = (host: string): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = connect({ host, port, timeout: 1000 });
        const end = (isReached: boolean) => () => {
          socket.destroy();
          resolve(isReached);
        };
        socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
      });
    assert.equal(await reach("127.0.0.1"), true);
    const others = Object.values(networkInterfaces()).flatMap((all = []) =>
      all.map(({ address }) => address),
    );
    for (const address of ["::1", ...others])
      if (address !== "127.0.0.1") assert.equal(await reach(address), false, address);
  });
});
