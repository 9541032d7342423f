import { promises as dns } from "node:dns";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { LookupFunction } from "node:net";
import { mayReach } from "../endpoint/address.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { refused, Unreachable, unreachable } from "./unreachable.ts";

/** Gives the addresses of a host. Throws where it has none. */
export type Resolve = (
  host: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/** The system's resolver. */
export const everyAddress: Resolve = (host) => dns.lookup(host, { all: true });

/** For each scheme what makes its connections. */
export type Agents = Readonly<Record<"http:" | "https:", HttpAgent>>;

/** What makes connections within a network: encrypted ones with the server's certificate verified, come what may. */
export const connections = (lookup: LookupFunction, keepAlive: boolean): Agents => ({
  "http:": new HttpAgent({ keepAlive, lookup }),
  // Stated, as otherwise the environment could change it.
  "https:": new HttpsAgent({ keepAlive, lookup, rejectUnauthorized: true, minVersion: "TLSv1.2" }),
});

/**
 * Gives the addresses of a host to which a connection may be made. Being part of making the connection, it leaves no
 * moment for the host to get another address after the check.
 */
export const lookupWithin =
  (network: Endpoint["network"], resolve: Resolve): LookupFunction =>
  (host, { all }, callback) => {
    resolve(host).then(
      (found) => {
        const addresses = found.filter(({ address }) => mayReach(address, host, network));
        const [first] = addresses;
        if (first === undefined) callback(found.length === 0 ? new Unreachable("ENOTFOUND") : refused(), []);
        else if (all === true) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error) => callback(unreachable(error), []),
    );
  };
