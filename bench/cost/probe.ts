import { assumed, inFunction, measured } from "./measured.ts";
import type { Invocations, Traffic } from "./traffic.ts";

/** A test event each five minutes of a month of 730 hours. Its bytes, and that it is read by night, are left out: some cents. */
export const PROBES = (730 * 60) / 5;

/** Of each, requests to SQS: it and its statement are sent, received and deleted. */
export const PROBE_REQUESTS = 6;

/** Of each, objects in the archive: below raw/, ledger/ and receipts/. */
export const PROBE_PUTS = 3;

/** Memory in MB of the probe's function: infra/probe.ts. */
const MEMORY = 256;

/**
 * What a month's test events let run: the probe's own function twice for each, once to send it and once where it arrives,
 * and on the way `translate` and the probe's `deliver`, with nothing else in their batches. That is the most it can be:
 * in a busy service, a test event comes along with others.
 */
export const probed = ({
  translate,
  deliver,
}: Pick<Traffic, "translate" | "deliver">): readonly Invocations[] => {
  const { batch, message, event, statement } = measured.translate;
  const each = (times: number, memory: number, processor: number, waits: number): Invocations => ({
    count: PROBES * times,
    time: PROBES * times * (inFunction(processor, memory) + waits),
    memory,
  });
  const { put, send, connect } = assumed;
  const { invocation, statement: delivered } = measured.deliver;
  // That it is answered takes the probe's function as much as a delivery takes: which is more than to check a tag.
  const answer = inFunction(invocation, MEMORY);
  return [
    each(2, MEMORY, invocation, send),
    each(1, translate.memory, batch + message + event + statement, put + Math.max(put, send)),
    each(1, deliver.memory, invocation + delivered, connect + answer + put),
  ];
};
