import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { arrived } from "../../src/ledger/arrived.ts";
import { tally } from "../../src/ledger/tally.ts";

/** Events whose account is drawn up. */
const EVENTS = 200_000;

/** Bytes of memory that a day's ledger takes: for each event, and for each of its statements. */
export interface LedgerMemory {
  readonly event: number;
  readonly statement: number;
}

/** What an account of one endpoint holds when everything was delivered, as `readAccounts` draws it up. */
export const ledgerMemory = (): LedgerMemory => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const used = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const day = "2026-11-20";
  const open = arrived();
  for (let at = 0; at < EVENTS; at++) open.accept(idOf("event", at), day);
  const events = used();
  const counting = tally("campus-lrs", open.numbers);
  for (let at = 0; at < EVENTS; at++) {
    const entry = { event: idOf("event", at), to: { "campus-lrs": [idOf("statement", at)] } };
    counting.made(entry, day);
    counting.delivered(idOf("statement", at));
  }
  const statements = used();
  // Both are used until now, so that nothing of them is thrown away before.
  if (open.unaccounted() !== EVENTS || counting.waiting() !== 0)
    throw new Error("The account does not balance.");
  return {
    event: Math.round((events - before) / EVENTS),
    statement: Math.round((statements - events) / EVENTS),
  };
};

/** As long as the archive's ids are; parsed, so that each is a text of its own. */
const idOf = (of: string, at: number): string => {
  const digits = createHash("sha256").update(`${of} ${at}`).digest("hex");
  return JSON.parse(
    `"${digits.slice(0, 8)}-${digits.slice(8, 12)}-5${digits.slice(12, 15)}-8${digits.slice(15, 18)}-${digits.slice(18, 30)}"`,
  );
};
