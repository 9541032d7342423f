import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { type Exchange, exchangerTo, type HttpRequest } from "../../src/delivery/exchange.ts";
import { Unreachable } from "../../src/delivery/unreachable.ts";
import { closed, listener, listening, serving } from "../support/listener.ts";

const OPTIONS = { timeout: 5000, network: "public" } as const;

const get = (url: string): HttpRequest => ({ method: "GET", url, headers: {} });
const codeOf = (exchange: Exchange, request: HttpRequest): Promise<string> =>
  exchange(request).then(
    ({ status }) => String(status),
    (error) => (error instanceof Unreachable ? error.code : Promise.reject(error)),
  );

describe("An exchange", () => {
  it("sends the request as it is, and gives the status, the headers and the text of the answer", async () => {
    const seen: unknown[] = [];
    await using server = await serving(async ({ method, url, headers }, response) => {
      seen.push({ method, url, headers });
      response.writeHead(207, { "x-said": "yes" }).end("tëxt");
    });
    const { exchange, rest } = exchangerTo(OPTIONS);
    const url = `${server.url}/a%20b/statements?x=1&y=ü`;
    const reply = await exchange({ method: "POST", url, headers: { "Content-Type": "text/x" }, body: "ü" });
    assert.deepEqual([reply.status, reply.headers["x-said"], reply.text], [207, "yes", "tëxt"]);
    assert.deepEqual(seen, [
      {
        method: "POST",
        url: "/a%20b/statements?x=1&y=%C3%BC",
        headers: {
          host: `127.0.0.1:${server.port}`,
          "content-type": "text/x",
          "accept-encoding": "identity",
          "content-length": "2",
          connection: "keep-alive",
        },
      },
    ]);
    rest();
  });

  it("lets no header of the request change how the connection is used", async () => {
    await using server = await serving(({ headers }, response) => response.end(JSON.stringify(headers)));
    const { exchange, rest } = exchangerTo(OPTIONS);
    const headers = {
      ...{
        Host: "other.example.edu",
        "Transfer-Encoding": "chunked",
        "Content-Length": "1",
        Connection: "close",
      },
      ...{ Expect: "100-continue", "Accept-Encoding": "gzip", Upgrade: "h2c", TE: "trailers" },
    };
    const { text } = await exchange({ method: "POST", url: server.url, headers, body: "body" });
    assert.deepEqual(JSON.parse(text), {
      host: `127.0.0.1:${server.port}`,
      "content-length": "4",
      connection: "keep-alive",
      "accept-encoding": "identity",
    });
    rest();
  });

  it("follows no redirect: it is an answer like any other", async () => {
    const { exchange, rest } = exchangerTo(OPTIONS);
    for (const status of [300, 301, 302, 303, 307, 308]) {
      await using server = await listener(() => ({ status, headers: { location: "/elsewhere" } }));
      const reply = await exchange({ method: "POST", url: `${server.url}/here`, headers: {}, body: "x" });
      assert.deepEqual([reply.status, reply.headers.location], [status, "/elsewhere"]);
      assert.deepEqual(
        server.requests.map(({ path, body }) => [path, body]),
        [["/here", "x"]],
      );
    }
    rest();
  });

  it("takes an answer without a body", async () => {
    const { exchange, rest } = exchangerTo(OPTIONS);
    for (const status of [200, 204, 304, 404]) {
      await using server = await listener(() => ({ status }));
      const { text, ...reply } = await exchange(get(server.url));
      assert.deepEqual([reply.status, text], [status, ""]);
    }
    rest();
  });

  it("reads 64 KB of a body at most, and gives the connection up then", async () => {
    await using server = await serving((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(10_000)));
      };
      response.on("drain", more);
      more();
    });
    const { exchange, rest } = exchangerTo(OPTIONS);
    const reply = await exchange(get(server.url));
    assert.deepEqual([reply.status, reply.text], [200, "x".repeat(65_536)]);
    await closed(server.connections[0]);
    rest();
  });

  it("keeps no connection over which more of a body would come", async () => {
    await using server = await serving((_, response) => response.end("x".repeat(200_000)));
    const { exchange, rest } = exchangerTo(OPTIONS);
    for (let round = 0; round < 2; round++)
      assert.equal((await exchange(get(server.url))).text.length, 65_536);
    assert.equal(server.connections.length, 2);
    rest();
  });

  it("reads a body as UTF-8, whatever it is", async () => {
    const bodies: readonly (readonly [bytes: Buffer, text: string, headers?: Record<string, string>])[] = [
      [Buffer.from("\ufeff{}"), "{}"],
      [Buffer.from([0x61, 0xff, 0xc3, 0x62]), "a\ufffd\ufffdb"],
      [Buffer.from(`${"x".repeat(65_535)}ü`), "x".repeat(65_535)],
      [Buffer.from("plain"), "plain", { "content-encoding": "gzip" }],
    ];
    const { exchange, rest } = exchangerTo(OPTIONS);
    for (const [bytes, text, headers = {}] of bodies) {
      await using server = await serving((_, response) => response.writeHead(200, headers).end(bytes));
      assert.equal((await exchange(get(server.url))).text, text);
    }
    rest();
  });

  it("never unpacks an answer: a compressed one cannot grow", async () => {
    const packed = gzipSync("x".repeat(1_000_000));
    await using server = await serving((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(packed),
    );
    const { exchange, rest } = exchangerTo(OPTIONS);
    const reply = await exchange(get(server.url));
    assert.equal(reply.status, 200);
    assert.ok(reply.text.length <= packed.length && !reply.text.includes("xxx"));
    rest();
  });

  it("is made with https only, but with this machine itself", async () => {
    const resolve = () => assert.fail("nothing may be looked up");
    const { exchange } = exchangerTo({ ...OPTIONS, network: "private", resolve });
    for (const url of [
      ...["http://lrs.example.edu/", "http://192.168.0.1/", "http://localhost.example.edu/", "http://[::2]/"],
      ...[
        "http://127.0.0.1.example.edu/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost./",
        "http://0.0.0.0/",
      ],
      ...[
        "ftp://localhost/",
        "file:///etc/passwd",
        "data:text/plain,x",
        "ws://localhost/",
        "",
        "nothing",
        "//x",
      ],
      ...["https://me:hush@localhost/", "http://hush@127.0.0.1/", "https://:hush@lrs.example.edu/"],
    ]) {
      const error = await exchange(get(url)).catch((error: unknown) => error);
      assert.ok(error instanceof Unreachable, url);
      assert.equal(error.code, "EADDRESS", url);
      assert.doesNotMatch(error.message, /hush|example/);
    }
  });

  it("is not made with a header that cannot be sent; what is said does not hold its value", async () => {
    await using server = await listener(() => ({}));
    const { exchange } = exchangerTo(OPTIONS);
    for (const [name, value, said] of [
      ["authorization", "hush\r\nx-more: 1", /header authorization .* line break/],
      ["authorization", "hush\n", /header authorization/],
      ["x-key", "hush\0", /header x-key/],
      ["x-key", "hush – hush", /header x-key .* letters/],
      ["x hush", "1", /name that no header can have/],
      ["", "hush", /name that no header can have/],
    ] as const) {
      await assert.rejects(exchange({ ...get(server.url), headers: { [name]: value } }), (error) => {
        assert.ok(error instanceof Error && !(error instanceof Unreachable));
        assert.match(error.message, said);
        assert.doesNotMatch(error.message, /hush/);
        return true;
      });
    }
    assert.deepEqual(server.requests, []);
  });

  it("says what the network said, where there is no server", async () => {
    const server = await listening(createServer());
    await server[Symbol.asyncDispose]();
    const { exchange } = exchangerTo(OPTIONS);
    assert.equal(await codeOf(exchange, get(`http://127.0.0.1:${server.port}/`)), "ECONNREFUSED");
    const nowhere = exchangerTo({ ...OPTIONS, resolve: async () => [] });
    assert.equal(await codeOf(nowhere.exchange, get("https://lrs.example.edu/")), "ENOTFOUND");
  });
});
