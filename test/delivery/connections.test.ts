import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { IDLE, LIFE } from "../../src/delivery/connections.ts";
import { exchangerTo } from "../../src/delivery/exchange.ts";
import { certificateFor, trusting } from "../support/certificate.ts";
import { body, deliverTo, endpointAt, statements } from "../support/delivering.ts";
import { closed, type Listening, listening, serving } from "../support/listener.ts";
import { comeAgain } from "../support/translating.ts";

const takesAll: RequestListener = (request, response) => {
  request.resume().on("end", () => response.writeHead(204).end());
};

const ONE_EACH = { batch: { events: 1, bytes: 512 * 1024, wait: 0 } };

const open = ({ connections }: Listening): readonly Socket[] => connections.filter((each) => !each.destroyed);

describe("An endpoint's connection", { timeout: 30_000 }, () => {
  it("serves all requests of an invocation, and those of the next ones", async () => {
    const certificate = certificateFor(["127.0.0.1"]);
    await trusting(certificate, async () => {
      for (const scheme of ["http", "https"] as const) {
        let arrived = 0;
        const count: RequestListener = (request, response) => {
          arrived++;
          takesAll(request, response);
        };
        const kept = { keepAliveTimeout: 0 };
        await using server = await listening(
          scheme === "http" ? createServer(kept, count) : createTlsServer({ ...kept, ...certificate }, count),
        );
        const deliver = deliverTo(endpointAt(`${scheme}://127.0.0.1:${server.port}`, "xapi", ONE_EACH));
        for (let invocation = 0; invocation < 3; invocation++)
          assert.deepEqual(comeAgain(await deliver([body(...statements("xapi", 4))])), []);
        assert.deepEqual([scheme, arrived, server.connections.length], [scheme, 12, 1]);
      }
    });
  });

  it("that the server closed between two invocations is replaced: what was to be sent comes, and once", async () => {
    const bodies: string[] = [];
    await using server = await serving(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      bodies.push(Buffer.concat(chunks).toString("utf8"));
      response.writeHead(204).end();
    });
    const deliver = deliverTo(endpointAt(server.url, "xapi"));
    const rounds = [1, 2, 3].map((count) => statements("xapi", count));
    for (const [round, some] of rounds.entries()) {
      const { counts } = await deliver([body(...some)]);
      assert.deepEqual([counts.delivered, counts.trouble], [some.length, undefined]);
      // One the way it is done, and one without a word.
      const [socket] = open(server);
      if (round === 0) socket?.end();
      else socket?.resetAndDestroy();
      await closed(socket);
    }
    assert.deepEqual(
      bodies,
      rounds.map((some) => `[${some.map(({ text }) => text).join(",")}]`),
    );
    assert.equal(server.connections.length, 3);
  });

  it("is not used again after half a minute without use, nor after five, nor where the clock went back", async () => {
    await using server = await serving(takesAll);
    let time = Date.parse("2026-11-22T12:00:00Z");
    const { exchange, rest } = exchangerTo({ timeout: 5000, network: "public", now: () => time });
    const request = { method: "POST", url: server.url, headers: {}, body: "x" } as const;
    const connectionsAfter = async (...passed: readonly number[]): Promise<number> => {
      for (const each of passed) {
        time += each;
        await exchange(request);
      }
      return server.connections.length;
    };
    assert.equal(await connectionsAfter(0, IDLE, IDLE), 1);
    assert.equal(await connectionsAfter(IDLE + 1), 2);
    const often = Array.from({ length: LIFE / IDLE }, () => IDLE);
    assert.equal(await connectionsAfter(...often), 2);
    assert.equal(await connectionsAfter(1), 3);
    assert.equal(await connectionsAfter(-1), 4);
    const [first, second, third, last] = server.connections;
    for (const each of [first, second, third]) await closed(each);
    assert.equal(last?.destroyed, false);
    rest();
    await closed(last);
  });

  it("that is kept holds up no process that is done", async () => {
    await using server = await serving(takesAll);
    const script = `
      import { exchangerTo } from "./src/delivery/exchange.ts";
      const { exchange } = exchangerTo({ timeout: 5000, network: "public" });
      const { status } = await exchange({ method: "GET", url: "${server.url}", headers: {} });
      process.exitCode = status === 204 ? 0 : 9;`;
    const child = spawn(process.execPath, ["--input-type=module", "--no-warnings", "-e", script], {
      cwd: join(import.meta.dirname, "../.."),
      stdio: ["ignore", "inherit", "inherit"],
    });
    const [code] = await once(child, "close");
    assert.equal(code, 0);
  });
});
