import { daysAfter } from "../../src/archive/days.ts";
import type { Accounts } from "../../src/ledger/accounts.ts";
import { faultsOf, sentenceOf } from "../../src/ledger/balance.ts";
import { type Account, LONGEST_WAIT } from "../../src/ledger/ledger.ts";
import type { Balance } from "../api/flow.ts";
import type { Desk } from "../desk.ts";

/** What happened within the last minute may be on its way: counts of queues lag by as much. In milliseconds. */
const IN_MOTION = 60_000;

/**
 * Whether all that came in is where it should be. Nobody knows while the archive is not read whole, or the queues were
 * not asked.
 */
export const balanceOf = (desk: Desk, now: number): Balance => {
  const { index } = desk;
  const { isCut, troubles } = index.reading;
  const asked = desk.depths();
  if (!index.isWhole || isCut || asked.length === 0) return { state: "unknown", faults: [] };
  const faults = faultsOf(settledAccounts(desk, now), asked).map(sentenceOf);
  if (faults.length > 0) return { state: "faults", faults };
  return { state: troubles.length > 0 ? "unknown" : "balanced", faults };
};

/** The accounts without what can be on its way between the archive and a queue just now. */
const settledAccounts = ({ index }: Desk, now: number): Accounts => {
  const recently = new Date(now - IN_MOTION).toISOString();
  const longAgo = daysAfter(new Date(now).toISOString().slice(0, 10), -LONGEST_WAIT);
  return {
    ...index.totals(),
    quarantined: {},
    unaccounted: index.unaccounted(recently),
    forgotten: index.unaccounted(longAgo),
    endpoints: index.accounts().map((each): Account => {
      const oldest = index.oldestWaiting(each.endpoint);
      return oldest !== undefined && oldest < recently ? each : { ...each, waiting: each.overdue };
    }),
  };
};
