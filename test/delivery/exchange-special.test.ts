import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isNeverAllowed, isPublic, mayReach } from "../../src/endpoint/address.ts";
import { runs } from "../support/runs.ts";

/** The first and the last address of each range that is for a special purpose (IANA's registry). */
const RANGES: readonly (readonly [first: string, last: string])[] = [
  ["0.0.0.0", "0.255.255.255"],
  ["10.0.0.0", "10.255.255.255"],
  ["100.64.0.0", "100.127.255.255"],
  ["127.0.0.0", "127.255.255.255"],
  ["169.254.0.0", "169.254.255.255"],
  ["172.16.0.0", "172.31.255.255"],
  ["192.0.0.0", "192.0.0.255"],
  ["192.0.2.0", "192.0.2.255"],
  ["192.88.99.0", "192.88.99.255"],
  ["192.168.0.0", "192.168.255.255"],
  ["198.18.0.0", "198.19.255.255"],
  ["198.51.100.0", "198.51.100.255"],
  ["203.0.113.0", "203.0.113.255"],
  ["224.0.0.0", "255.255.255.255"],
];

const numberOf = (address: string): number =>
  address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const addressOf = (number: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");

const V4 = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(addressOf);
/** More of those that are special than chance would give. */
const ANY_V4 = fc.oneof(
  V4,
  fc
    .tuple(fc.constantFrom(...RANGES), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([[first, last], share]) =>
      addressOf(Math.floor(numberOf(first) + share * (numberOf(last) - numberOf(first)))),
    ),
);
const GROUP = fc.integer({ min: 0, max: 0xffff }).map((group) => group.toString(16));
const V6 = fc.array(GROUP, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(":"));

const hex = (address: string): string => {
  const digits = numberOf(address).toString(16).padStart(8, "0");
  return `${digits.slice(0, 4)}:${digits.slice(4)}`;
};

describe("An IPv4 address", () => {
  it("is public up to each range for a special purpose, and after it", () => {
    for (const [first, last] of RANGES) {
      for (const address of [first, last]) assert.ok(!isPublic(address), address);
      for (const beside of [numberOf(first) - 1, numberOf(last) + 1])
        if (beside >= 0 && beside < 2 ** 32) assert.ok(isPublic(addressOf(beside)), addressOf(beside));
    }
  });

  it("is public where it is in none of these ranges", () => {
    const special = (address: string): boolean =>
      RANGES.some(
        ([first, last]) => numberOf(first) <= numberOf(address) && numberOf(address) <= numberOf(last),
      );
    fc.assert(
      fc.property(ANY_V4, (address) => assert.equal(isPublic(address), !special(address))),
      { numRuns: runs(500) },
    );
  });
});

describe("An IPv6 address", () => {
  it("is public where it was given out for the internet, and not for a special purpose", () => {
    for (const address of [
      "2606:4700::1111",
      "2a00:1450::1",
      "2000::1",
      "3ffe::1",
      "2001:200::1",
      "2003::1",
      "3fff:1000::1",
    ])
      assert.ok(isPublic(address), address);
    for (const address of [
      ...[
        "::",
        "::1",
        "100::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "5f00::1",
      ],
      ...[
        "2001::1",
        "2001:2::1",
        "2001:10::1",
        "2001:1ff:ffff::1",
        "2001:db8::1",
        "2001:db8:ffff::1",
        "3fff::1",
      ],
      ...["3fff:fff:ffff::1", "1fff::1", "4000::1", "64:ff9b:1::808:808", "::8.8.8.8", "::ffff:0:8.8.8.8"],
    ])
      assert.ok(!isPublic(address), address);
  });

  it("that only carries an IPv4 address is as public as that one", () => {
    fc.assert(
      fc.property(ANY_V4, GROUP, (inner, group) => {
        const carriers = [`::ffff:${inner}`, `64:ff9b::${inner}`, `2002:${hex(inner)}::${group}`];
        for (const address of carriers) assert.equal(isPublic(address), isPublic(inner), address);
      }),
      { numRuns: runs(300) },
    );
  });

  it("that carries an address where no endpoint can be is itself none where one can be", () => {
    fc.assert(
      fc.property(ANY_V4, GROUP, (inner, group) => {
        const prefixes = ["::ffff:", "64:ff9b::", `64:ff9b:1:${group}::`, "::ffff:0:"];
        for (const prefix of prefixes)
          assert.equal(isNeverAllowed(prefix + inner), isNeverAllowed(inner), prefix + inner);
      }),
      { numRuns: runs(300) },
    );
  });

  it("is judged alike in all its spellings", () => {
    const special = fc
      .tuple(fc.constantFrom("fe80", "fd00", "2002", "64", "0", "2001", "3fff"), V6)
      .map(([first, rest]) => rest.replace(/^[^:]+/, first));
    fc.assert(
      fc.property(fc.oneof(V6, special), (address) => {
        const long = address.split(":").map((group) => group.padStart(4, "0"));
        for (const same of [
          long.join(":"),
          address.toUpperCase(),
          new URL(`http://[${address}]`).hostname.slice(1, -1),
        ]) {
          assert.equal(isPublic(same), isPublic(address), same);
          assert.equal(isNeverAllowed(same), isNeverAllowed(address), same);
        }
      }),
      { numRuns: runs(300) },
    );
  });
});

describe("An address where no endpoint can be", () => {
  it("is a link-local one, or one of the services that a cloud has for its machines", () => {
    for (const address of [
      "169.254.0.0",
      "169.254.255.255",
      "fe80::",
      "febf:ffff::1%lo",
      "fd00:ec2::254",
      "fd00:ec2:ffff::1",
    ])
      assert.ok(isNeverAllowed(address), address);
    for (const address of [
      "169.253.255.255",
      "169.255.0.0",
      "10.0.0.1",
      "127.0.0.1",
      "fec0::1",
      "fd00:ec1::1",
      "fd00:ec3::1",
      "::1",
    ])
      assert.ok(!isNeverAllowed(address), address);
  });

  it("is never public, nor reached in any network", () => {
    fc.assert(
      fc.property(
        fc.oneof(ANY_V4, V6, fc.constantFrom("169.254.1.1", "fe80::1", "fd00:ec2::1")),
        (address) => {
          if (!isNeverAllowed(address)) return;
          assert.ok(!isPublic(address), address);
          for (const host of ["lrs.example.edu", "localhost"])
            for (const network of ["public", "private"] as const)
              assert.ok(!mayReach(address, host, network), address);
        },
      ),
      { numRuns: runs(300) },
    );
  });

  it("is what is no address at all", () => {
    for (const text of [
      "",
      "localhost",
      "1.2.3",
      "1.2.3.4.5",
      "01.2.3.4",
      ":::",
      "%",
      "::1%",
      "g::1",
      "[::1]",
    ]) {
      assert.ok(!isPublic(text) && isNeverAllowed(text), text);
      assert.ok(!mayReach(text, "localhost", "private"), text);
    }
  });
});
