import { account } from "../../src/ledger/tally.ts";
import type { Flow, FlowEndpoint } from "../api/flow.ts";
import type { Desk } from "../desk.ts";
import { balanceOf } from "./balance.ts";
import { endpointNames } from "./names.ts";

/** As many bars as a phone's width has room for. */
const BARS = 60;

/** As of when a desk is. */
export interface AsOf {
  /** In milliseconds: what came since may be there only in part. */
  readonly at: number;
  /** Why nobody can tell whether it is still so, in sentences. */
  readonly unsure?: string;
}

/** Where everything is: from the queue to each endpoint, whether it balances, and when it happened. `now` in milliseconds. */
export const flowOf = (desk: Desk, now: number, { at, unsure }: AsOf = { at: now }): Flow => {
  const { index } = desk;
  const depths = desk.depths().at(-1);
  return {
    at: new Date(at).toISOString(),
    reading: index.reading,
    queue: { messages: depths?.events ?? 0, deadLetters: depths?.deadLetters.events ?? 0 },
    ...index.totals(),
    perMinute: index.lastMinute(now).accepted,
    endpoints: flowEndpoints(desk, now),
    balance: unsure === undefined ? balanceOf(desk, at) : { state: "unknown", faults: [], why: unsure },
    timeline: index.timeline(BARS, now),
  };
};

/** The account of each endpoint, in their order, with what its queue holds and how fast it goes. */
export const flowEndpoints = (desk: Desk, now: number): readonly FlowEndpoint[] => {
  const accounts = new Map(desk.index.accounts().map((each) => [each.endpoint, each]));
  const { delivered } = desk.index.lastMinute(now);
  const depths = desk.depths().at(-1);
  return endpointNames(desk).map((each) => ({
    ...each,
    // Of an endpoint whose file has only just come, nothing is known yet.
    account: accounts.get(each.name) ?? account(each.name, [], NO_ENDS),
    messages: depths?.deliveries[each.name] ?? 0,
    deadLetters: depths?.deadLetters.deliveries[each.name] ?? 0,
    perMinute: delivered[each.name] ?? 0,
  }));
};

const NO_ENDS = { delivered: new Set<string>(), setAside: new Set<string>() };
