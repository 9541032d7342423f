import { BlockList, isIP, isIPv4 } from "node:net";
import { isThisMachine } from "../document/this-machine.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * Whether a connection may be made to `address`, to which a url with this `host` has led. A host that is this
 * machine itself leads to nothing else; any other leads to public addresses, or, under `private`, to all but those
 * where no endpoint can be.
 */
export const mayReach = (address: string, host: string, network: Endpoint["network"]): boolean => {
  if (isThisMachine(host)) return isLoopback(address);
  return network === "private" ? !isNeverAllowed(address) : isPublic(address);
};

/** The address that a url's host literally is, without brackets; nothing where it is a name. */
export const literalAddress = (host: string): string | undefined => {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  return isIP(address) === 0 ? undefined : address;
};

/**
 * Whether an address is one of the internet's: not one of a private network, of this machine, or of another special
 * purpose (the registries of RFC 6890). An IPv6 address that only carries an IPv4 address is judged by that one.
 */
export const isPublic = (address: string): boolean => {
  if (isIPv4(address)) return !SPECIAL.check(address);
  const plain = withoutZone(address);
  if (plain === undefined) return false;
  const carried = carriedIn(plain);
  if (carried?.routed === true) return isPublic(carried.address);
  return GLOBAL.check(plain, "ipv6") && !SPECIAL.check(plain, "ipv6");
};

/** Whether no endpoint can be at an address, in whatever network: link-local ones, and a cloud's metadata service. */
export const isNeverAllowed = (address: string): boolean => {
  if (isIPv4(address)) return NEVER.check(address);
  const plain = withoutZone(address);
  if (plain === undefined) return true;
  const carried = carriedIn(plain);
  return NEVER.check(plain, "ipv6") || (carried !== undefined && NEVER.check(carried.address));
};

const isLoopback = (address: string): boolean =>
  isIP(address) !== 0 && LOOPBACK.check(address, isIPv4(address) ? "ipv4" : "ipv6");

/** An IPv6 address, without the name of the interface that a resolver may put behind it; nothing if it is none. */
const withoutZone = (address: string): string | undefined =>
  isIP(address) === 6 ? address.replace(/%.*$/, "") : undefined;

/**
 * The IPv4 address that an IPv6 address carries (RFC 6052, RFC 3056, RFC 4291); `routed` where packets to it may
 * end there on the internet. The other forms are none of the internet's, whatever they carry.
 */
const carriedIn = (address: string): { readonly address: string; readonly routed: boolean } | undefined => {
  const groups = groupsOf(address);
  const ipv4 = (at: number): string =>
    groups
      .slice(at, at + 2)
      .flatMap((group) => [group >> 8, group & 255])
      .join(".");
  const prefix = groups.slice(0, 6).map((group) => group.toString(16));
  if (prefix[0] === "2002") return { address: ipv4(1), routed: true };
  if (MAPPED.includes(prefix.join(":"))) return { address: ipv4(6), routed: true };
  if (LOCAL.some((start) => prefix.join(":").startsWith(start))) return { address: ipv4(6), routed: false };
  return undefined;
};

/** IPv4-mapped addresses, and those of NAT64. */
const MAPPED = ["0:0:0:0:0:ffff", "64:ff9b:0:0:0:0"];

/** IPv4-compatible and IPv4-translated addresses, and those of a network's own NAT64 (RFC 8215). */
const LOCAL = ["0:0:0:0:0:0", "0:0:0:0:ffff:0", "64:ff9b:1:"];

/** The eight groups of an IPv6 address; the URL parser knows all ways to write one, and gives back one of them. */
const groupsOf = (address: string): readonly number[] => {
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const read = (text: string): readonly number[] =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [before, after] = [read(head), read(tail ?? "")];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
};

const listOf = (...ranges: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    list.addSubnet(address, Number(bits), isIPv4(address) ? "ipv4" : "ipv6");
  }
  return list;
};

const LOOPBACK = listOf("127.0.0.0/8", "::1/128");

/** fd00:ec2::/32 is what AWS keeps for the services of an instance: metadata, credentials, time, names. */
const NEVER = listOf("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32");

/** All that IANA has given out of IPv6 for the internet. */
const GLOBAL = listOf("2000::/3");

/** What of IPv4, and of GLOBAL, is for special purposes. */
const SPECIAL = listOf(
  "0.0.0.0/8", // "This network": the unspecified address, which leads to this machine.
  "10.0.0.0/8",
  "100.64.0.0/10", // Shared by a provider's customers (RFC 6598).
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24", // Protocols of the IETF.
  "192.0.2.0/24", // Documentation.
  "192.88.99.0/24", // 6to4's relays, which are no more.
  "192.168.0.0/16",
  "198.18.0.0/15", // Benchmarks.
  "198.51.100.0/24", // Documentation.
  "203.0.113.0/24", // Documentation.
  "224.0.0.0/4", // Multicast.
  "240.0.0.0/4", // Reserved, and broadcast.
  "2001::/23", // Protocols of the IETF: Teredo, benchmarks, ORCHID.
  "2001:db8::/32", // Documentation.
  "3fff::/20", // Documentation.
);
