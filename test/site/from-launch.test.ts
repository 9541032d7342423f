import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { addressOf, destinationOf } from "../../src/endpoint/destination.ts";
import { readEndpoint } from "../../src/endpoint/read.ts";
import { complaints, endpointFile, type Files } from "../mapping/support.ts";

const PATH = "endpoints/store-caliper.yml";
const file = (more: string): string =>
  endpointFile("caliper", more).replace("https://store.example.edu/caliper", "from-launch");
const launched = (more: string): Files => ({ [PATH]: file(more) });
const notAHost = (at: string, position: number): string =>
  `${PATH}:7:${at} "hosts.${position}" must be the whole name of a host, such as lms.example.edu, and with a port only where that is not 443.`;

const CASES: readonly (readonly [what: string, files: Files, expected: readonly string[]])[] = [
  ["takes hosts, with a port or without", launched("hosts: [lms.example.edu, 'lms.example.edu:8443']\n"), []],
  ["asks which hosts are allowed", launched(""), [`${PATH}:1:1 The file lacks "hosts".`]],
  ["refuses to allow none", launched("hosts: []\n"), [`${PATH}:7:8 "hosts" must not be empty.`]],
  [
    "refuses what is more or less than a host",
    launched(
      "hosts: [https://lms.example.edu, '*.example.edu', lms.example.edu/caliper, localhost, me@lms.edu]\n",
    ),
    [notAHost("9", 0), notAHost("35", 1), notAHost("51", 2), notAHost("76", 3), notAHost("87", 4)],
  ],
  [
    "refuses addresses, as no certificate says whose they are, and a dot at the end",
    launched("hosts: [10.0.0.7, 0x7f.1, lms.example.edu.]\n"),
    [notAHost("27", 2)],
  ],
  [
    "refuses hosts that are no names",
    launched("hosts: [10.0.0.7, 0x7f.1, 'lms.example.edu:99999']\n"),
    ["9", "19", "28"].map((at) => `${PATH}:7:${at} An LMS has a name: this is no name of a host.`),
  ],
  [
    "refuses hosts where the file says where the endpoint is",
    { [PATH]: endpointFile("caliper", "hosts: [lms.example.edu]\n") },
    [`${PATH}:7:1 Hosts are listed for url: from-launch only.`],
  ],
  [
    "refuses it for what is no Caliper, as a launch names no other endpoint",
    {
      "endpoints/store-xapi.yml": endpointFile("xapi", "hosts: [lms.example.edu]\n").replace(
        "https://store.example.edu/xapi",
        "from-launch",
      ),
    },
    ["endpoints/store-xapi.yml:4:6 A launch names an endpoint of Caliper only."],
  ],
];

describe("The check of an endpoint whose address launches name", () => {
  for (const [what, files, expected] of CASES)
    it(what, async () => assert.deepEqual(await complaints(files), expected));
});

/** An endpoint as its file says, with these hosts. */
const endpointWith = (...hosts: readonly string[]) => {
  const read = readEndpoint("store", PATH, file(`hosts: ${JSON.stringify(hosts)}\n`));
  assert.ok("endpoint" in read);
  return read.endpoint;
};

const endpoint = endpointWith("LMS.example.edu", "lms.example.edu:8443", "lms.bücher.example");

describe("The address that a launch names", () => {
  const allowed: readonly (readonly [what: string, named: string, url: string])[] = [
    ["is taken as it is", "https://lms.example.edu/caliper/1?of=2", "https://lms.example.edu/caliper/1?of=2"],
    ["comes in its normal form", "HTTPS://Lms.Example.EDU:443/a/../b", "https://lms.example.edu/b"],
    ["may have a port that is listed", "https://lms.example.edu:8443", "https://lms.example.edu:8443/"],
    ["may have an @ in its path", "https://lms.example.edu/@me", "https://lms.example.edu/@me"],
    ["may be of a host in any script", "https://lms.bücher.example/", "https://lms.xn--bcher-kva.example/"],
    [
      "may have that host in ASCII",
      "https://lms.xn--bcher-kva.example/",
      "https://lms.xn--bcher-kva.example/",
    ],
  ];
  for (const [what, named, url] of allowed)
    it(what, () => {
      assert.deepEqual(destinationOf(endpoint, { launch: { endpoint: named } }), { by: "launch", url });
      // What is on its way there is still sent there.
      assert.equal(addressOf(endpoint, url), url);
    });

  const refused: readonly (readonly [what: string, named: string])[] = [
    ["of a host that is not listed", "https://lms.example.com/caliper"],
    ["of a host below a listed one", "https://evil.lms.example.edu/caliper"],
    ["of a host that ends like a listed one", "https://evil-lms.example.edu/caliper"],
    ["of a host that begins like a listed one", "https://lms.example.edu.evil.example/caliper"],
    ["of a listed host with a dot at the end", "https://lms.example.edu./caliper"],
    ["of a host that looks like a listed one", "https://lms.ехаmple.edu/caliper"],
    ["of a listed host at another port", "https://lms.example.edu:8444/caliper"],
    ["at the usual port, where another is listed", "https://lms.xn--bcher-kva.example:8443/"],
    ["without encryption", "http://lms.example.edu/caliper"],
    ["of another scheme", "ftp://lms.example.edu/caliper"],
    ["without a scheme", "//lms.example.edu/caliper"],
    ["with a user", "https://me@lms.example.edu/caliper"],
    ["with a user and a password", "https://me:pass@lms.example.edu/caliper"],
    ["with an empty user", "https://@lms.example.edu/caliper"],
    ["that has a listed host as its user", "https://lms.example.edu@evil.example/caliper"],
    ["that some read as of another host", "https://evil.example\\@lms.example.edu/caliper"],
    ["that others read as of another host", "https://lms.example.edu\\@evil.example/caliper"],
    ["with slashes too few", "https:/lms.example.edu/caliper"],
    ["with slashes too many", "https:///lms.example.edu/caliper"],
    ["with a fragment", "https://lms.example.edu/caliper#1"],
    ["with an empty fragment", "https://lms.example.edu/caliper#"],
    ["with white space before it", " https://lms.example.edu/caliper"],
    ["with a tab in it, which would end a field of a message", "https://lms.example.edu/a\tb"],
    ["with a line break in its host", "https://lms.exam\nple.edu/"],
    ["that is a number", "https://10.0.0.7/caliper"],
    ["that is a number in disguise", "https://0x7f000001/caliper"],
    ["of IPv6", "https://[::1]/caliper"],
    ["of a cloud's metadata", "https://169.254.169.254/latest/meta-data/"],
    ["of a cloud's metadata, without encryption", "http://169.254.169.254/latest/meta-data/"],
    ["of this machine", "https://localhost/caliper"],
    ["that is none", "lms.example.edu"],
    ["that is empty", ""],
    ["that is too long", `https://lms.example.edu/${"a".repeat(2000)}`],
    ["that is too long in its normal form", `https://lms.example.edu/${"ä".repeat(700)}`],
  ];
  for (const [what, named] of refused)
    it(`is not one ${what}`, () => {
      assert.deepEqual(destinationOf(endpoint, { launch: { endpoint: named } }), { by: "nowhere" });
      assert.equal(addressOf(endpoint, named), undefined);
    });

  it("is not there for a learner who came another way, or for nobody", () => {
    for (const learner of [{}, { launch: {} }, { launch: { session: "https://lms.example.edu/sessions/1" } }])
      assert.deepEqual(destinationOf(endpoint, learner), { by: "nowhere" });
    assert.equal(addressOf(endpoint, undefined), undefined);
  });

  it("does not matter where the file says where the endpoint is", () => {
    const url = "https://store.example.edu/caliper";
    const launch = { endpoint: "https://lms.example.edu/caliper" };
    assert.deepEqual(destinationOf({ url }, { launch }), { by: "file", url });
    assert.equal(addressOf({ url }, launch.endpoint), url);
  });

  it("leads to a listed host and to no other, however it is written", () => {
    const parts = fc.constantFrom(
      ..."https:|http:|/|//|\\|@|:|#|?|.|%2e|%40|%00|\t|\n| |443|8443|lms.example.edu|evil.example|LMS|..|ａ|。|[::1]|me".split(
        "|",
      ),
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), fc.boolean(), (all, isUrl) => {
        const text = `${isUrl ? "https://" : ""}${all.join("")}`;
        const address = addressOf(endpoint, text);
        if (address === undefined) return;
        const { protocol, host, username, password, hash, href } = new URL(address);
        assert.deepEqual([protocol, username, password, hash, href], ["https:", "", "", "", address]);
        assert.ok(["lms.example.edu", "lms.example.edu:8443"].includes(host));
        assert.equal(addressOf(endpoint, address), address);
      }),
      { numRuns: 2000, examples: [[["lms.example.edu"], true]] },
    );
  });
});
