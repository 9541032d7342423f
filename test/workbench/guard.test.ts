import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { describe, it } from "node:test";
import {
  type Guard,
  guardFor,
  HEADERS,
  PAGE_POLICY,
  TOKEN_HEADER,
  WORKER_POLICY,
} from "../../workbench/guard.ts";

const PORT = 4747;
const HOST = `127.0.0.1:${PORT}`;

const guard = guardFor(() => PORT);

interface Tried {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: IncomingHttpHeaders;
}

const meet = ({ method = "GET", path = "/api/flow", headers = {} }: Tried, of: Guard = guard) =>
  of.meet({ method, url: new URL(path, "http://127.0.0.1"), headers: { host: HOST, ...headers } });

/** What became of a request: the status where it is refused, else how it is let in. */
const end = (tried: Tried, of: Guard = guard): string | number => {
  const met = meet(tried, of);
  return met.how === "refused" ? met.status : met.how;
};

const cookieOf = (of: Guard): string => {
  const met = meet({ path: `/?token=${of.visit}` }, of);
  assert.ok(met.how === "visit");
  return met.cookie.split(";")[0] ?? "";
};

const cookie = cookieOf(guard);

/** What the page sends where it changes something. */
const own: IncomingHttpHeaders = {
  cookie,
  origin: `http://${HOST}`,
  "content-type": "application/json",
  [TOKEN_HEADER]: guard.pageToken,
};

describe("The guard of the workbench", () => {
  it("lets in whoever comes by the printed address, once and again", () => {
    assert.equal(end({ path: `/?token=${guard.visit}` }), "visit");
    assert.equal(end({ path: `/?token=${guard.visit}` }), "visit");
    assert.equal(cookieOf(guard), cookie);
    assert.equal(end({ path: `/?token=${guard.visit}`, method: "HEAD" }), "visit");
  });

  it("sends them on to an address without the token, and to no other host", () => {
    for (const [path, location] of [
      ["/", "/"],
      ["/events/x", "/events/x"],
      [".//evil.example/x", "/evil.example/x"],
    ] as const) {
      const met = meet({ path: `${path}?token=${guard.visit}&a=b` });
      assert.ok(met.how === "visit");
      assert.equal(met.location, location);
    }
  });

  it("gives a cookie that no script sees, that no other site's links bring along, and that is not the token", () => {
    const met = meet({ path: `/?token=${guard.visit}` });
    assert.ok(met.how === "visit");
    const [pair = "", ...flags] = met.cookie.split("; ");
    const [name, value = ""] = pair.split("=");
    assert.equal(name, `workbench-${PORT}`);
    assert.deepEqual(flags, ["Path=/", "HttpOnly", "SameSite=Strict"]);
    assert.match(value, /^[\w-]{32}$/);
    assert.equal(new Set([value, guard.visit, guard.pageToken]).size, 3);
  });

  it("has secrets of its own with each start", () => {
    const other = guardFor(() => PORT);
    assert.equal(end({ path: `/?token=${other.visit}` }), 401);
    assert.equal(end({ headers: { cookie: cookieOf(other) } }), 401);
    assert.equal(end({ method: "POST", headers: { ...own, [TOKEN_HEADER]: other.pageToken } }), 403);
  });

  it("answers 401 to whoever has no cookie, and says by what address to come", () => {
    for (const headers of [
      {},
      { cookie: "" },
      { cookie: `workbench-${PORT}=` },
      { cookie: `workbench-${PORT}=x` },
      { cookie: `workbench-${PORT}=${guard.visit}` },
      { cookie: cookie.replace(String(PORT), "4748") },
      { cookie: `x${cookie}` },
    ])
      for (const path of ["/", "/main.js", "/api/flow", `/?token=${guard.visit}x`, "/?token="])
        assert.equal(end({ path, headers }), 401, `${path} ${headers.cookie}`);
    const met = meet({});
    assert.ok(met.how === "refused");
    assert.match(met.trouble, /the whole address that was printed/);
    assert.ok(!met.trouble.includes(guard.visit));
    // Nor is anything changed by the printed address.
    assert.equal(end({ method: "POST", path: `/api/failures/retry?token=${guard.visit}` }), 401);
  });

  it("finds its cookie among those of other programs on this machine", () => {
    assert.equal(end({ headers: { cookie: `a=b; ${cookie}; _xsrf=2|x` } }), "in");
  });

  it("answers 403 where another host was meant, also to those who read, and by the printed address", () => {
    for (const host of [
      undefined,
      "",
      "evil.example",
      `evil.example:${PORT}`,
      "127.0.0.1.evil.example",
      "0.0.0.0",
      "10.0.0.1",
    ])
      for (const path of ["/", "/api/flow", `/?token=${guard.visit}`])
        assert.equal(end({ path, headers: { ...own, host } }), 403, `${host} ${path}`);
    // By a tunnel, the port is another one.
    for (const host of [HOST, "localhost:9999", "[::1]:4747", "127.0.0.1"])
      assert.equal(end({ headers: { ...own, host } }), "in", host);
  });

  it("lets only its own page change something", () => {
    assert.equal(end({ method: "POST", headers: own }), "in");
    assert.equal(end({ method: "PUT", headers: own }), "in");
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT"])
      for (const changed of [
        { [TOKEN_HEADER]: undefined },
        { [TOKEN_HEADER]: "" },
        { [TOKEN_HEADER]: guard.visit },
        { [TOKEN_HEADER]: [guard.pageToken, guard.pageToken] },
        { origin: undefined },
        { origin: "null" },
        { origin: "http://evil.example" },
        { origin: "http://127.0.0.1:8888" },
        { origin: `https://${HOST}` },
        { origin: `http://localhost:${PORT}` },
      ])
        assert.equal(
          end({ method, headers: { ...own, ...changed } }),
          403,
          JSON.stringify([method, changed]),
        );
    assert.equal(end({ method: "POST", headers: { ...own, cookie: undefined } }), 401);
  });

  it("takes nothing that a form could send", () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "text/plain; application/json",
      undefined,
    ])
      assert.equal(end({ method: "POST", headers: { ...own, "content-type": type } }), 415, type);
  });

  it("tells nothing to the page of another program on this machine, whose requests bring the cookie along", () => {
    for (const site of ["same-site", "cross-site", "anything"]) {
      const headers = { ...own, "sec-fetch-site": site };
      assert.equal(end({ path: "/api/flow", headers }), 403, site);
      assert.equal(end({ path: "/api/failures/retry", method: "POST", headers }), 403, site);
      // A link to the page is no harm.
      assert.equal(end({ path: "/events", headers }), "in", site);
    }
    for (const site of ["same-origin", "none"])
      assert.equal(end({ path: "/api/flow", headers: { ...own, "sec-fetch-site": site } }), "in", site);
  });
});

describe("The policies of the workbench", () => {
  const directives = (policy: string): Readonly<Record<string, string>> =>
    Object.fromEntries(policy.split("; ").map((each) => each.split(/ (.*)/).slice(0, 2)));

  it("let the page load what is its own and reach nobody else, and make no code of a text", () => {
    const { "default-src": rest, "trusted-types": types, ...others } = directives(PAGE_POLICY);
    assert.equal(rest, "'none'");
    assert.equal(types, "lit-html workbench");
    for (const [name, value] of Object.entries(others)) assert.match(value, /^'(self|none|script)'$/, name);
    assert.doesNotMatch(PAGE_POLICY, /unsafe|\*|https?:|data:|blob:/);
    for (const name of ["base-uri", "form-action", "frame-ancestors"]) assert.equal(others[name], "'none'");
  });

  it("let the worker alone make code, and reach nobody", () => {
    assert.deepEqual(directives(WORKER_POLICY), { "default-src": "'none'", "script-src": "'unsafe-eval'" });
  });

  it("let nothing else be a page at all", () => {
    assert.equal(directives(HEADERS["content-security-policy"] ?? "")["default-src"], "'none'");
    assert.equal(HEADERS["x-content-type-options"], "nosniff");
    assert.equal(HEADERS["cache-control"], "no-store");
  });
});
