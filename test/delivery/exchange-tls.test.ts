import assert from "node:assert/strict";
import { createServer } from "node:https";
import { describe, it } from "node:test";
import { exchangerTo } from "../../src/delivery/exchange.ts";
import { Unreachable } from "../../src/delivery/unreachable.ts";
import { type Certificate, certificateFor, trusting } from "../support/certificate.ts";
import { listening } from "../support/listener.ts";

/** How a request to a server with this certificate ends, and how many came to it. */
const ask = async (certificate: Certificate, { host = "127.0.0.1", times = 1, tls = {} } = {}) => {
  let arrived = 0;
  const server = createServer({ ...certificate, ...tls }, (_, response) => {
    arrived++;
    response.end("ok");
  });
  await using at = await listening(server);
  const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
  const { exchange, rest } = exchangerTo({ timeout: 5000, network: "private", resolve });
  const headers = { authorization: "Bearer hush", host: "127.0.0.1" };
  let end = "";
  for (let round = 0; round < times; round++)
    end = await exchange({ method: "POST", url: `https://${host}:${at.port}/`, headers, body: "x" }).then(
      ({ text }) => text,
      (error) => (error instanceof Unreachable ? error.code : Promise.reject(error)),
    );
  rest();
  return { end, arrived, connections: at.connections.length };
};

describe("A server's certificate", () => {
  it("is believed where a known authority has signed it, and the connection is kept", async () => {
    const certificate = certificateFor(["127.0.0.1", "lrs.example.edu"]);
    await trusting(certificate, async () => {
      for (const host of ["127.0.0.1", "lrs.example.edu"])
        assert.deepEqual(await ask(certificate, { host, times: 3 }), {
          end: "ok",
          arrived: 3,
          connections: 1,
        });
    });
  });

  it("is not believed where only itself has signed it, and nothing is sent", async () => {
    const { end, arrived } = await ask(certificateFor(["127.0.0.1"]));
    assert.deepEqual([end, arrived], ["DEPTH_ZERO_SELF_SIGNED_CERT", 0]);
  });

  it("is looked at even where the environment asks not to", async (t) => {
    // Node itself warns of it.
    t.mock.method(process, "emitWarning", () => {});
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    try {
      const { end, arrived } = await ask(certificateFor(["127.0.0.1"]));
      assert.deepEqual([end, arrived], ["DEPTH_ZERO_SELF_SIGNED_CERT", 0]);
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });

  it("must be for the host that the url names, whatever the request's own headers say", async () => {
    const certificate = certificateFor(["127.0.0.1", "other.example.edu"]);
    await trusting(certificate, async () => {
      const { end, arrived } = await ask(certificate, { host: "lrs.example.edu" });
      assert.deepEqual([end, arrived], ["ERR_TLS_CERT_ALTNAME_INVALID", 0]);
    });
  });

  it("must be in its time", async () => {
    for (const [days, code] of [
      [{ from: -2, until: -1 }, "CERT_HAS_EXPIRED"],
      [{ from: 1, until: 2 }, "CERT_NOT_YET_VALID"],
    ] as const) {
      const certificate = certificateFor(["127.0.0.1"], days);
      const { end, arrived } = await trusting(certificate, () => ask(certificate));
      assert.deepEqual([end, arrived], [code, 0]);
    }
  });
});
