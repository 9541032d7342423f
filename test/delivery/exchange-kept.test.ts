import assert from "node:assert/strict";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer as createTlsServer } from "node:tls";
import { exchangerTo } from "../../src/delivery/exchange.ts";
import { Unreachable } from "../../src/delivery/unreachable.ts";
import { certificateFor, trusting } from "../support/certificate.ts";
import { listening } from "../support/listener.ts";

/** `wire` is what lies below an encrypted socket; the same one where nothing is encrypted. */
type Talk = (socket: Socket, wire: Socket) => void;

interface Part {
  /** What follows the first answer on a connection. */
  readonly afterwards?: Talk;
  /** What follows another request on it. */
  readonly again?: Talk;
  /** How long nothing is asked between them, in milliseconds. */
  readonly pause?: number;
}

/** How three requests in a row end, and how many came to the server over how many connections. */
const threeRequests = async (scheme: "http" | "https", { afterwards, again, pause = 0 }: Part) => {
  let arrived = 0;
  let wire: Socket | undefined;
  const talk = (socket: Socket): void => {
    const below = wire ?? socket;
    socket.on("error", () => {});
    socket.once("data", () => {
      arrived++;
      socket.on("data", () => {
        arrived++;
        again?.(socket, below);
      });
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", () => afterwards?.(socket, below));
    });
  };
  const certificate = certificateFor(["127.0.0.1"]);
  const server: Server = scheme === "http" ? createTcpServer(talk) : createTlsServer(certificate, talk);
  server.prependListener("connection", (socket) => {
    wire = socket;
  });
  return trusting(certificate, async () => {
    await using at = await listening(server);
    const { exchange, rest } = exchangerTo({ timeout: 5000, network: "public" });
    const url = `${scheme}://127.0.0.1:${at.port}/`;
    const ends: string[] = [];
    for (let round = 0; round < 3; round++) {
      const reply = exchange({ method: "POST", url, headers: {}, body: "x" });
      ends.push(await reply.then(({ text }) => text, codeOf));
      if (pause > 0) await sleep(pause);
    }
    rest();
    return { ends, arrived, connections: at.connections.length };
  });
};

const codeOf = (error: unknown): string => (error instanceof Unreachable ? error.code : String(error));

const reset: Talk = (_, wire) => wire.resetAndDestroy();
const close: Talk = (socket) => socket.destroy();

for (const scheme of ["http", "https"] as const)
  describe(`A connection of ${scheme} that was kept`, () => {
    it("and that the server drops as it is used again, is replaced by another", async () => {
      for (const again of [reset, close])
        assert.deepEqual(await threeRequests(scheme, { again }), {
          ends: ["ok", "ok", "ok"],
          // The second request comes twice, once on each of two connections; the third begins anew.
          arrived: 4,
          connections: 3,
        });
    });

    it("and that the server closed after its first answer with no notice, is replaced by another", async () => {
      for (const afterwards of [reset, close, (socket: Socket) => socket.end()]) {
        const { ends, connections } = await threeRequests(scheme, { afterwards });
        assert.deepEqual([ends, connections], [["ok", "ok", "ok"], 3]);
      }
    });

    it("and that the server drops after it had the request for a while, is not: it may have been heeded", async () => {
      const again: Talk = (socket) => setTimeout(() => socket.destroy(), 600);
      const { ends, arrived } = await threeRequests(scheme, { again });
      assert.deepEqual([ends, arrived], [["ok", "ECONNRESET", "ok"], 3]);
    });

    it("and on which more than one answer came, has none of the next request's", async () => {
      const afterwards: Talk = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nstray");
      const { ends } = await threeRequests(scheme, { afterwards, pause: 50 });
      assert.deepEqual(ends, ["ok", "ok", "ok"]);
    });

    it("and that breaks off in an answer, is not tried again: the request has come", async () => {
      const again: Talk = (socket, wire) =>
        socket.write("H", () => setImmediate(() => wire.resetAndDestroy()));
      assert.deepEqual(await threeRequests(scheme, { again }), {
        ends: ["ok", "ECONNRESET", "ok"],
        arrived: 3,
        connections: 2,
      });
    });
  });

describe("A request on a connection that was kept", () => {
  it("is tried only once more", async () => {
    let connections = 0;
    const server = createTcpServer((socket) => {
      connections++;
      socket.on("error", () => {});
      if (connections > 1) socket.once("data", () => socket.resetAndDestroy());
      else
        socket.once("data", () => {
          socket.write("HTTP/1.1 204 No Content\r\n\r\n");
          socket.once("data", () => socket.resetAndDestroy());
        });
    });
    await using at = await listening(server);
    const { exchange, rest } = exchangerTo({ timeout: 5000, network: "public" });
    const request = { method: "GET", url: `http://127.0.0.1:${at.port}/`, headers: {} } as const;
    assert.equal((await exchange(request)).status, 204);
    await assert.rejects(exchange(request), { code: "ECONNRESET" });
    assert.equal(connections, 2);
    rest();
  });
});
