import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, it } from "node:test";
import { exchangerTo, type HttpRequest } from "../../src/delivery/exchange.ts";
import { closed, serving } from "../support/listener.ts";

const OPTIONS = { timeout: 5000, network: "public" } as const;

const get = (url: string): HttpRequest => ({ method: "GET", url, headers: {} });

describe("Connections", { timeout: 30_000 }, () => {
  it("are kept for the next request, large or small, and closed when the exchanger rests", async () => {
    await using server = await serving((request, response) => {
      request.resume().on("end", () => response.end("x"));
    });
    const { exchange, rest } = exchangerTo(OPTIONS);
    for (const size of [1, 3_000_000, 0, 3_000_000, 100])
      await exchange({ method: "POST", url: server.url, headers: {}, body: "x".repeat(size) });
    const [connection] = server.connections;
    assert.deepEqual([server.connections.length, connection?.destroyed], [1, false]);
    rest();
    await closed(connection);
    for (let round = 0; round < 2; round++) await exchange(get(server.url));
    assert.equal(server.connections.length, 2);
    rest();
  });

  it("that are in use when the exchanger rests bring their answer, and are closed then", async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: rested, resolve: go } = Promise.withResolvers<void>();
    await using server = await serving(async (_, response) => {
      arrive();
      await rested;
      response.end("late");
    });
    const { exchange, rest } = exchangerTo(OPTIONS);
    const reply = exchange(get(server.url));
    await arrived;
    rest();
    go();
    assert.equal((await reply).text, "late");
    await closed(server.connections[0]);
  });

  it("keep no process alive after the exchanger rests, and nothing is logged on the way", async () => {
    await using good = await serving((_, response) => response.end("x"));
    await using silent = await serving(() => {});
    await using endless = await serving((_, response) => response.write("x"));
    const script = `
      import { exchangerTo } from "./src/delivery/exchange.ts";
      const { exchange, rest } = exchangerTo({ timeout: 1000, network: "public" });
      const urls = ${JSON.stringify([good.url, good.url, silent.url, endless.url, "http://127.0.0.1:1/"])};
      const ask = (url) => exchange({ method: "POST", url, headers: { "x-a": "b" }, body: "hush" });
      const ends = await Promise.all(urls.map((url) => ask(url).then((reply) => reply.status, (error) => error.code)));
      rest();
      process.exitCode = ends.join() === "200,200,ETIMEDOUT,200,ECONNREFUSED" ? 0 : 9;`;
    const child = spawn(
      process.execPath,
      ["--input-type=module", "--disable-warning=ExperimentalWarning", "-e", script],
      {
        cwd: join(import.meta.dirname, "../.."),
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, NODE_DEBUG: "" },
      },
    );
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => said.push(chunk));
    const [code] = await once(child, "close");
    assert.deepEqual([Buffer.concat(said).toString(), code], ["", 0]);
  });
});
