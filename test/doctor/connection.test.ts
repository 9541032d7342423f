import assert from "node:assert/strict";
import { createServer } from "node:https";
import { createServer as createTcp } from "node:net";
import { describe, it } from "node:test";
import { examine } from "../../src/doctor/examine.ts";
import type { Finding } from "../../src/doctor/finding.ts";
import { isThisMachine } from "../../src/document/this-machine.ts";
import { type Certificate, certificateFor, trusting } from "../support/certificate.ts";
import { listening, type Reply } from "../support/listener.ts";
import { examined, of, only, partsOf } from "./support.ts";

const HERE = [{ address: "127.0.0.1", family: 4 }];

/** The findings of an endpoint at a host, given the addresses that it is resolved to. */
const at = (url: string, network: string, found: readonly string[] | Error) =>
  examined({
    endpoints: { lrs: { url, network } },
    resolve: async () => {
      if (found instanceof Error) throw found;
      return found.map((address) => ({ address, family: 4 }));
    },
  });

/** What is found of a host with these addresses, before any of them is connected to. */
const firstOfHost = async (addresses: readonly string[]): Promise<Finding> => {
  const resolve = async () => addresses.map((address) => ({ address, family: 0 }));
  for await (const found of examine(
    partsOf({ endpoints: { lrs: { url: "https://lrs.example.edu/" } }, resolve }),
  ))
    if (found.check === "host") return found;
  throw new Error("The host is looked at.");
};

/** The findings of an endpoint behind a server with this certificate; its name is the network's own. */
const behind = async (certificate: Certificate, host = "lrs.example.edu", reply: Reply = {}) => {
  await using server = await listening(
    createServer(certificate, (_, response) => {
      response.writeHead(reply.status ?? 200, reply.headers ?? {}).end(reply.text ?? "[]");
    }),
  );
  return await examined({
    endpoints: { lrs: { url: `https://${host}:${server.port}/xapi`, network: "private" } },
    resolve: async () => HERE,
  });
};

const failing = (code: string): Error => Object.assign(new Error("canary"), { code });

describe("of an endpoint's host, the doctor tells", () => {
  it("that there is none, and skips what rests on it", async () => {
    const findings = await at("https://lrs.example.edu/xapi", "public", failing("ENOTFOUND"));
    const { end, told, mend } = only("host", findings);
    assert.deepEqual(
      [end, told],
      ["bad", "There is no host lrs.example.edu, as far as this machine can tell."],
    );
    assert.match(mend ?? "", /url in endpoints\/lrs\.yml/);
    for (const check of ["certificate", "authentication", "statement"] as const)
      assert.deepEqual(
        [only(check, findings).end, only(check, findings).told],
        ["skipped", "Its host must be right first."],
      );
  });

  it("that names cannot be looked up just now, which is no fault of the file", async () => {
    const { told, mend } = only("host", await at("https://lrs.example.edu/", "public", failing("EAI_AGAIN")));
    assert.match(told, /cannot be looked up now \(EAI_AGAIN\)/);
    assert.match(mend ?? "", /this machine's network/);
  });

  it("that its addresses are where the file lets nothing be sent", async () => {
    const inside = only("host", await at("https://lrs.example.edu/", "public", ["10.0.0.1"]));
    assert.match(inside.told, /leads to 10\.0\.0\.1, where network: public lets nothing be sent/);
    assert.match(inside.mend ?? "", /say network: private/);
    const metadata = only("host", await at("https://lrs.example.edu/", "private", ["169.254.169.254"]));
    assert.equal(metadata.end, "bad");
    const some = only("host", await at("https://lrs.example.edu/", "public", ["10.0.0.1", "127.0.0.2"]));
    assert.equal(some.end, "bad");
    const none = only("host", await at("https://lrs.example.edu/", "public", []));
    assert.match(none.told, /has no address/);
  });

  it("that a deployed endpoint is this machine itself, which in AWS is the function's own", async () => {
    const isHere = { parts: { isHere: isThisMachine } };
    for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
      const findings = await examined({ endpoints: { lrs: { url: `http://${host}:9/` } }, ...isHere });
      const { end, told, mend } = only("host", findings);
      assert.equal(end, "bad");
      assert.match(told, /In AWS that is the function itself, where nothing listens\.$/);
      assert.match(mend ?? "", /into endpoints\/lrs\.yml, as url\./);
      assert.equal(only("statement", findings).end, "skipped");
    }
    const auth =
      "{ scheme: oauth2-client-credentials, tokenUrl: http://127.0.0.1:9/token, clientId: us, secret: ssm:/store }";
    const lines = { url: "https://93.184.215.14:9/", auth };
    const tokens = of("host", await examined({ endpoints: { lrs: lines }, ...isHere }));
    assert.deepEqual(
      tokens.map(({ end }) => end),
      ["good", "bad"],
    );
    assert.match(tokens[1]?.mend ?? "", /as tokenUrl\./);
  });

  it("that functions reach IPv4 alone, where a host has nothing else than IPv6", async () => {
    const ipv6 = ["2606:4700::1111", "2606:4700::1112"];
    const { end, told, mend } = await firstOfHost(ipv6);
    assert.deepEqual([end, /IPv6 addresses only/.test(told)], ["note", true]);
    assert.match(mend ?? "", /IPv4 address as well/);
    const both = await firstOfHost([...ipv6, "93.184.215.14"]);
    assert.equal(both.end, "good");
  });

  it("of a launch's hosts only what can be known without a launch", async () => {
    const certificate = certificateFor(["lms.example.edu"], { until: 100 });
    await using server = await listening(createServer(certificate));
    const lines = {
      protocol: "caliper",
      version: '"1.2"',
      url: "from-launch",
      hosts: `["lms.example.edu:${server.port}"]`,
      network: "private",
    };
    const findings = await trusting(certificate, () =>
      examined({ endpoints: { lms: lines }, resolve: async () => HERE }),
    );
    assert.deepEqual(
      of("host", findings).map(({ end, told }) => [end, told]),
      [
        [
          "note",
          "Each learner's launch says where it is: only the hosts that its file lists can be looked at.",
        ],
        ["good", "lms.example.edu is 127.0.0.1."],
      ],
    );
    assert.equal(only("certificate", findings).end, "good");
    for (const check of ["authentication", "statement"] as const)
      assert.deepEqual(
        [only(check, findings).end, /launch says where/.test(only(check, findings).told)],
        ["skipped", true],
      );
  });
});

describe("of a certificate, the doctor tells", () => {
  it("how long a trusted one is valid, and that one of few days should be renewed", async () => {
    for (const [days, end] of [
      [40, "good"],
      [10, "note"],
    ] as const) {
      const certificate = certificateFor(["lrs.example.edu"], { until: days + 0.5 });
      const found = only("certificate", await trusting(certificate, () => behind(certificate)));
      assert.equal(found.end, end);
      assert.match(found.told, new RegExp(`is trusted, and is valid for ${days} more days`));
    }
  });

  it("that one has expired, is not valid yet, or is for another host, and skips what rests on it", async () => {
    const cases = [
      [
        certificateFor(["lrs.example.edu"], { from: -2, until: -1 }),
        /has expired \(CERT_HAS_EXPIRED\)/,
        /renew/,
      ],
      [certificateFor(["lrs.example.edu"], { from: 1, until: 2 }), /is not valid yet/, /clock/],
      [
        certificateFor(["other.example.edu"]),
        /is for another host .* It is for DNS:other\.example\.edu/,
        /names it/,
      ],
    ] as const;
    for (const [certificate, told, mend] of cases) {
      const findings = await trusting(certificate, () => behind(certificate));
      const found = only("certificate", findings);
      assert.equal(found.end, "bad");
      assert.match(found.told, told);
      assert.match(found.mend ?? "", mend);
      assert.equal(only("authentication", findings).told, "Its certificate must be right first.");
      assert.equal(only("statement", findings).end, "skipped");
    }
  });

  it("that nobody has signed one, whatever the environment says", async () => {
    const found = only("certificate", await behind(certificateFor(["lrs.example.edu"])));
    assert.deepEqual([found.end, /nobody but itself has signed/.test(found.told)], ["bad", true]);
    assert.match(found.mend ?? "", /authority that everybody knows/);
  });

  it("that nothing encrypted is there, in bounded time", async () => {
    await using hushed = await listening(createTcp());
    await using plain = await listening(createTcp((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n")));
    for (const { port } of [hushed, plain, { port: 9 }]) {
      const url = `https://lrs.example.edu:${port}/xapi`;
      const findings = await examined({
        endpoints: { lrs: { url, network: "private" } },
        resolve: async () => HERE,
      });
      assert.equal(only("certificate", findings).end, "bad");
      assert.ok(only("certificate", findings).mend !== undefined);
    }
  });

  it("that none is needed on this machine itself", async () => {
    const findings = await at("http://127.0.0.1:9/xapi", "public", []);
    assert.equal(only("certificate", findings).told, "On this machine itself, no certificate is needed.");
    assert.match(only("authentication", findings).told, /No answer came \(ECONNREFUSED\)/);
  });
});
