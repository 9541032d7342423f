import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { lookupWithin } from "../../src/delivery/connections.ts";
import { exchangerTo } from "../../src/delivery/exchange.ts";
import { Unreachable } from "../../src/delivery/unreachable.ts";
import { readDocument } from "../../src/document/document.ts";
import { checkShape } from "../../src/document/shape.ts";
import { isThisMachine } from "../../src/document/this-machine.ts";
import { listener, listening } from "../support/listener.ts";

const addresses = (...list: readonly string[]) =>
  list.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

/** How a request ends: its status, or why there was none. */
const ask = (
  url: string,
  network: "public" | "private",
  ...found: readonly string[]
): Promise<number | string> => {
  const resolve = async () => addresses(...found);
  const { exchange, rest } = exchangerTo({ timeout: 3000, network, ...(found.length > 0 && { resolve }) });
  return exchange({ method: "GET", url, headers: {} })
    .then(
      ({ status }) => status,
      (error) => (error instanceof Unreachable ? error.code : Promise.reject(error)),
    )
    .finally(rest);
};

/** Whether this machine has IPv6 at all: some containers do not. */
const hasIPv6 = (): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(0, "::", () => server.close(() => resolve(true)));
  });

describe("A url whose host is an address", () => {
  it("leads into no private network, unless that is open to the endpoint, however it is spelt", async () => {
    for (const host of [
      ...["10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.0", "0", "255.255.255.255"],
      ...[
        "167772161",
        "0xa.1",
        "012.0.0.1",
        "10.1",
        "%31%30.0.0.1",
        "10。0。0。1",
        "１０.0.0.1",
        "10.0.0.1.",
      ],
      ...["[::]", "[fc00::1]", "[FD12::1]", "[::ffff:10.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::10.0.0.1]"],
      ...["[2002:a00:1::]", "[0:0:0:0:0:ffff:a00:1]", "[::127.0.0.1]", "[2001:db8::1]", "[ff02::1]"],
    ])
      assert.equal(await ask(`https://${host}/`, "public"), "EPRIVATE", host);
  });

  it("never leads to a link-local address or to a cloud's metadata", async () => {
    for (const network of ["public", "private"] as const)
      for (const host of [
        ...[
          "169.254.169.254",
          "169.254.170.2",
          "2852039166",
          "0xa9fea9fe",
          "0251.0376.0251.0376",
          "169.254.43518",
        ],
        ...["[fe80::1]", "[febf::1]", "[fd00:ec2::254]", "[fd00:ec2::23]", "[::ffff:169.254.169.254]"],
        ...["[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::a9fe:a9fe]", "[2002:a9fe:a9fe::1]", "[::169.254.169.254]"],
      ])
        assert.equal(await ask(`https://${host}/`, network), "EPRIVATE", host);
  });

  it("may lead to this machine where it says so, and the more so in a private network", async () => {
    await using server = await listener(() => ({ status: 204 }));
    const port = new URL(server.url).port;
    for (const network of ["public", "private"] as const)
      for (const host of ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "LOCALHOST"])
        assert.equal(await ask(`http://${host}:${port}/`, network), 204, host);
  });

  it("may lead into a private network that is open to the endpoint", async () => {
    await using server = await listening(createServer((socket) => socket.destroy()));
    const hosts = ["0.0.0.0", ...((await hasIPv6()) ? ["[::ffff:127.0.0.1]"] : [])];
    for (const host of hosts) {
      const url = `https://${host}:${server.port}/`;
      assert.equal(await ask(url, "public"), "EPRIVATE", host);
      assert.equal(await ask(url, "private"), "ECONNRESET", host);
    }
    assert.equal(server.connections.length, hosts.length);
  });
});

describe("A url whose host is a name", () => {
  const PUBLIC = "93.184.215.14";

  it("leads into no private network, whatever its name is resolved to", async () => {
    await using server = await listening(createServer((socket) => socket.destroy()));
    for (const found of [
      ["127.0.0.1"],
      ["10.0.0.1", "fc00::1"],
      ["::1"],
      ["::ffff:127.0.0.1"],
      ["fe80::1%eth0"],
      ["rubbish"],
    ])
      assert.equal(
        await ask(`https://lrs.example.edu:${server.port}/`, "public", ...found),
        "EPRIVATE",
        `${found}`,
      );
    for (const found of [["169.254.169.254"], ["fe80::1%eth0", "fd00:ec2::254"], ["rubbish"]])
      assert.equal(
        await ask(`https://lrs.example.edu:${server.port}/`, "private", ...found),
        "EPRIVATE",
        `${found}`,
      );
    assert.equal(server.connections.length, 0);
    assert.equal(await ask(`https://lrs.example.edu:${server.port}/`, "private", "127.0.0.1"), "ECONNRESET");
    assert.equal(server.connections.length, 1);
  });

  it("leads to those of several addresses only to which it may lead", async () => {
    await using server = await listening(createServer((socket) => socket.destroy()));
    const url = `https://lrs.example.edu:${server.port}/`;
    assert.equal(await ask(url, "private", "169.254.169.254", "127.0.0.1", "fe80::1"), "ECONNRESET");
    assert.equal(server.connections.length, 1);
    const mixed = addresses("10.0.0.1", PUBLIC, "::1", "2606:2800::1", "169.254.169.254");
    const lookup = lookupWithin("public", async () => mixed);
    const given = (all: boolean) =>
      new Promise((resolve) =>
        lookup("lrs.example.edu", { all }, (error, ...rest) => resolve(error ?? rest)),
      );
    assert.deepEqual(await given(true), [addresses(PUBLIC, "2606:2800::1")]);
    assert.deepEqual(await given(false), [PUBLIC, 4]);
  });

  it("is resolved once for a connection, which leads to what was looked at", async () => {
    await using server = await listening(createServer((socket) => socket.destroy()));
    const answers = [["127.0.0.1"], ["169.254.169.254"], ["127.0.0.1"]];
    const asked: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      return addresses(...(answers[asked.length - 1] ?? []));
    };
    const { exchange } = exchangerTo({ timeout: 3000, network: "private", resolve });
    const ends: unknown[] = [];
    for (let round = 0; round < 3; round++)
      ends.push(
        await exchange({ method: "GET", url: `https://lrs.example.edu:${server.port}/`, headers: {} }).catch(
          ({ code }) => code,
        ),
      );
    assert.deepEqual(ends, ["ECONNRESET", "EPRIVATE", "ECONNRESET"]);
    assert.deepEqual([asked.length, server.connections.length], [3, 2]);
  });

  it("leads nowhere but to this machine, where it is this machine's", async () => {
    for (const network of ["public", "private"] as const)
      for (const found of [PUBLIC, "10.0.0.1", "169.254.169.254"])
        for (const scheme of ["http", "https"])
          assert.equal(await ask(`${scheme}://localhost/`, network, found), "EPRIVATE", found);
  });

  it("is not found where the resolver does not find it, and what is said does not hold the name", async () => {
    const resolve = async () => {
      throw Object.assign(new Error("getaddrinfo EAI_AGAIN lrs.example.edu"), { code: "EAI_AGAIN" });
    };
    const { exchange } = exchangerTo({ timeout: 3000, network: "public", resolve });
    const error = await exchange({ method: "GET", url: "https://lrs.example.edu/", headers: {} }).catch(
      (error: unknown) => error,
    );
    assert.ok(
      error instanceof Unreachable && error.code === "EAI_AGAIN" && !error.message.includes("example"),
    );
  });
});

describe("This machine", () => {
  it("is the same to the check of files and to the requests that are made", () => {
    for (const host of [
      ...[
        "localhost",
        "127.0.0.1",
        "127.255.255.255",
        "127.1",
        "[::1]",
        "[0:0::1]",
        "0x7f000001",
        "LocalHost",
      ],
      ...[
        "localhost.",
        "a.localhost",
        "localhost.example.edu",
        "127.0.0.1.example.edu",
        "128.0.0.1",
        "0.0.0.0",
      ],
      ...["[::]", "[::2]", "[::ffff:127.0.0.1]", "10.0.0.1", "lrs.example.edu", "127.example"],
    ]) {
      const url = `http://${host}/`;
      const document = readDocument("a.yml", JSON.stringify(url));
      const passes = checkShape(document, { type: "string", format: "https-url" }).length === 0;
      assert.equal(isThisMachine(new URL(url).hostname), passes, host);
    }
  });
});
