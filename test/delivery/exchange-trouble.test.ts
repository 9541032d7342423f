import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import fc from "fast-check";
import { exchangerTo, type HttpRequest } from "../../src/delivery/exchange.ts";
import { Unreachable } from "../../src/delivery/unreachable.ts";
import { listening } from "../support/listener.ts";
import { runs } from "../support/runs.ts";

type Talk = (socket: Socket) => void;

/** How a request ends with a server that does this on each connection. */
const endWith = async (talk: Talk, { scheme = "http", body = "x", timeout = 5000 } = {}) => {
  await using server = await listening(createServer(talk));
  const { exchange, rest } = exchangerTo({ timeout, network: "public" });
  const url = `${scheme}://127.0.0.1:${server.port}/`;
  const request: HttpRequest = { method: "POST", url, headers: { "x-key": "hush" }, body };
  try {
    const { status, text } = await exchange(request);
    return { end: status, text, connections: server.connections.length };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    assert.doesNotMatch(error.message, /hush|127\.0/);
    return { end: error.code, text: "", connections: server.connections.length };
  } finally {
    rest();
  }
};

/** Says something when a request has begun to arrive, and then does the rest. */
const saying =
  (text: string, then: Talk = () => {}): Talk =>
  (socket) => {
    socket.once("data", () => socket.write(text, () => then(socket)));
  };

/** Says something for ever, a piece every few milliseconds. */
const trickling =
  (first: string, piece: string): Talk =>
  (socket) => {
    saying(first, () => {
      const timer = setInterval(() => socket.write(piece), 5);
      socket.on("close", () => clearInterval(timer));
    })(socket);
  };

const reset: Talk = (socket) => setImmediate(() => socket.resetAndDestroy());
const end: Talk = (socket) => socket.end();

describe("A server in trouble", { concurrency: true }, () => {
  const soon = { timeout: 150 };
  /** Long enough for the beginning of an answer. */
  const later = { timeout: 2000 };

  it("that says nothing is given up", async () => {
    assert.equal((await endWith(() => {}, soon)).end, "ETIMEDOUT");
  });

  it("that never agrees on encryption is given up", async () => {
    assert.equal((await endWith(() => {}, { ...soon, scheme: "https" })).end, "ETIMEDOUT");
  });

  it("whose name nobody finds is given up", async () => {
    const resolve = () => new Promise<never>(() => {});
    const { exchange } = exchangerTo({ ...soon, network: "public", resolve });
    await assert.rejects(exchange({ method: "GET", url: "https://lrs.example.edu/", headers: {} }), {
      code: "ETIMEDOUT",
    });
  });

  it("that sends its headers letter by letter, for ever, is given up", async () => {
    assert.equal((await endWith(trickling("HTTP/1.1 200 OK\r\nx-long: ", "x"), soon)).end, "ETIMEDOUT");
  });

  it("that promises an answer for ever is given up", async () => {
    const promise = "HTTP/1.1 100 Continue\r\n\r\n";
    assert.equal((await endWith(trickling(promise, promise), soon)).end, "ETIMEDOUT");
  });

  it("that sends its body letter by letter, for ever, has answered", async () => {
    const { end, text } = await endWith(trickling("HTTP/1.1 200 OK\r\n\r\n", "x"), later);
    assert.equal(end, 200);
    assert.match(text, /^x+$/);
  });

  it("that stalls in its body has answered", async () => {
    const talk = saying("HTTP/1.1 503 No\r\ncontent-length: 100\r\n\r\nhalf");
    assert.deepEqual(await endWith(talk, later), { end: 503, text: "half", connections: 1 });
  });

  it("that breaks off in its body has answered", async () => {
    for (const then of [reset, end])
      for (const [framing, body] of [
        ["content-length: 100", "half"],
        ["transfer-encoding: chunked", "4\r\nhalf\r\n"],
        ["transfer-encoding: chunked", "4\r\nhalf\r\nzz\r\n"],
      ]) {
        const got = await endWith(saying(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n${body}`, then));
        assert.equal(got.end, 200);
        assert.ok("half".startsWith(got.text));
      }
  });

  it("that resets or closes before the status has not answered, and is not asked again", async () => {
    for (const then of [reset, end])
      for (const text of [
        "",
        "H",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nx-a: b\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
      ]) {
        const got = await endWith(text === "" ? then : saying(text, then));
        assert.deepEqual(got, { end: "ECONNRESET", text: "", connections: 1 }, JSON.stringify(text));
      }
  });

  it("that speaks no HTTP has not answered", async () => {
    for (const text of [
      ...[
        "<html>hello</html>",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "\u0016\u0003\u0001\u0002",
        "HTTP/1.1 OK\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
      ],
      ...["HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: ten\r\n\r\n"],
      "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
      "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
    ]) {
      const got = await endWith(saying(text, end));
      assert.match(String(got.end), /^HPE_/, text);
    }
    const answer = saying("HTTP/1.1 400 Bad Request\r\n\r\n", end);
    assert.match(String((await endWith(answer, { scheme: "https" })).end), /^(EPROTO|ERR_SSL_\w+)$/);
  });

  it("that sends more headers than anybody can read has not answered", async () => {
    for (const headers of [`x: ${"x".repeat(100_000)}\r\n`, "x: y\r\n".repeat(20_000)]) {
      const got = await endWith(saying(`HTTP/1.1 200 OK\r\n${headers}\r\n`));
      assert.equal(got.end, "HPE_HEADER_OVERFLOW");
    }
  });

  it("that wants to speak something else than HTTP has not answered", async () => {
    const talk = saying("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nhello");
    assert.equal((await endWith(talk)).end, "ECONNRESET");
  });

  it("that says first that it will answer has answered when it does", async () => {
    for (const first of ["100 Continue", "102 Processing", "103 Early Hints\r\nlink: </x>; rel=preload"]) {
      const talk = saying(`HTTP/1.1 ${first}\r\n\r\n`.repeat(3), (socket) =>
        setImmediate(() => socket.end("HTTP/1.1 201 Created\r\n\r\nx")),
      );
      const got = await endWith(talk);
      assert.deepEqual([got.end, got.text], [201, "x"], first);
    }
  });

  it("ends every request with an answer or without, whatever it says", async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "HTTP/1.1 ",
        "200",
        "204",
        "100",
        "101",
        " OK",
        "\r\n",
        "\r\n\r\n",
        "content-length: ",
        "5",
        "0",
      ),
      fc.constantFrom("transfer-encoding: chunked\r\n", "connection: ", "close", "upgrade", "trailer: x\r\n"),
      fc.string({ unit: "binary", maxLength: 10 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 12 }),
        fc.constantFrom(reset, end),
        async (pieces, then) => {
          const got = await endWith(saying(`HTTP/1.1 200${pieces.join("")}`, then));
          assert.ok(
            typeof got.end === "number" || /^(HPE_\w+|ECONNRESET|EPIPE)$/.test(got.end),
            `${got.end}`,
          );
          assert.equal(got.connections, 1);
        },
      ),
      { numRuns: runs(100) },
    );
  });
});

describe("A server, while a large request is sent,", () => {
  it("that never takes the whole request is given up", async () => {
    const { end } = await endWith((socket) => socket.pause(), { timeout: 150, body: "x".repeat(50_000_000) });
    assert.equal(end, "ETIMEDOUT");
  });

  it("that refuses a request before all of it has come has answered", async () => {
    const refusal = "HTTP/1.1 413 Content Too Large\r\ncontent-length: 5\r\n\r\nlarge";
    const large = { body: "x".repeat(20_000_000) };
    const reading: Talk = (socket) => socket.resume();
    const stopping: Talk = (socket) => socket.pause();
    for (const then of [reading, stopping, end])
      assert.deepEqual(await endWith(saying(refusal, then), large), {
        end: 413,
        text: "large",
        connections: 1,
      });
  });

  it("that refuses a request, and drops the connection while it comes, ends it one way or the other", async () => {
    const refusal = saying("HTTP/1.1 413 Content Too Large\r\nconnection: close\r\n\r\n", (socket) =>
      socket.destroy(),
    );
    const { end } = await endWith(refusal, { body: "x".repeat(20_000_000) });
    assert.ok(end === 413 || end === "ECONNRESET" || end === "EPIPE", `${end}`);
  });
});

/** Lets what is due in the event loop happen. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("A connection", () => {
  it("has five seconds, however long the answer may take", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    await using server = await listening(createServer(() => {}));
    const { exchange } = exchangerTo({ timeout: 60_000, network: "public" });
    const ask = (scheme: string) =>
      exchange({ method: "GET", url: `${scheme}://127.0.0.1:${server.port}/`, headers: {} }).then(
        ({ status }) => status,
        ({ code }) => code,
      );
    const connecting = ask("https");
    t.mock.timers.tick(5000);
    assert.equal(await connecting, "ETIMEDOUT");
    // Where it stands, what is asked over it has the whole time.
    const asking = ask("http");
    while (server.connections.length < 2 || server.connections[1]?.bytesRead === 0) await turn();
    t.mock.timers.tick(5001);
    for (let round = 0; round < 5; round++) await turn();
    server.connections[1]?.end("HTTP/1.1 200 OK\r\n\r\n");
    assert.equal(await asking, 200);
  });
});
