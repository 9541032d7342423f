import { promises as dns } from "node:dns";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { LookupFunction } from "node:net";
import { setImmediate } from "node:timers/promises";
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

/** Whether connections are kept, and after how many milliseconds without use they are closed. */
type Keeping = { readonly keepAlive: false } | { readonly keepAlive: true; readonly timeout: number };

/** What makes connections within a network: encrypted ones with the server's certificate verified, come what may. */
export const connections = (lookup: LookupFunction, keeping: Keeping): Agents => ({
  "http:": new HttpAgent({ ...keeping, lookup }),
  // Stated, as otherwise the environment could change it.
  "https:": new HttpsAgent({ ...keeping, lookup, rejectUnauthorized: true, minVersion: "TLSv1.2" }),
});

/** Connections that are kept for whatever is asked next. */
export interface Kept {
  /** Asks something on them. */
  use<T>(ask: (agents: Agents) => Promise<T>): Promise<T>;
  /** Closes them; those in use, once their answer has come. */
  rest(): void;
}

/**
 * How long a connection is kept without use, in milliseconds: a little longer than an endpoint's queue gathers messages
 * by default, and much shorter than what lies on the way remembers one (AWS's gateways for 350 seconds).
 * https://aws.amazon.com/premiumsupport/knowledge-center/lambda-vpc-timeout/
 */
export const IDLE = 30_000;

/** How long connections are used at all, in milliseconds: a host may move to another address. */
export const LIFE = 300_000;

/**
 * Keeps connections, also from one invocation of a function to the next: its timers stand still between them, so the
 * clock is asked as well how old they are. One that the server has closed meanwhile is noticed when it is used.
 */
export const keptConnections = (lookup: LookupFunction, now: () => number): Kept => {
  let agents = kept(lookup);
  /** When something was asked on them for the first time, and for the last. */
  let times: { readonly first: number; last: number } | undefined;
  const rest = (): void => {
    if (times === undefined) return;
    for (const agent of Object.values(agents)) {
      agent.on("free", (socket) => socket.destroy());
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
    }
    agents = kept(lookup);
    times = undefined;
  };
  // A clock may be set back.
  const isWithin = (longest: number, from: number): boolean => now() >= from && now() - from <= longest;
  return {
    use: async (ask) => {
      if (times !== undefined && !(isWithin(IDLE, times.last) && isWithin(LIFE, times.first))) rest();
      if (times !== undefined) {
        // What has come on a connection in the meantime, its end or what nobody asked for, is seen before it is used: in a
        // turn of the loop, or in the next where this one has begun already.
        await setImmediate();
        await setImmediate();
      }
      times ??= { first: now(), last: now() };
      const these = times;
      these.last = now();
      try {
        return await ask(agents);
      } finally {
        these.last = now();
      }
    },
    rest,
  };
};

const kept = (lookup: LookupFunction): Agents => connections(lookup, { keepAlive: true, timeout: IDLE });

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
