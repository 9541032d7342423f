import type { DeliverResult } from "./deliver.ts";
import { countReasons } from "./incident.ts";
import type { IngestResponse } from "./ingest/http.ts";
import type { Measured } from "./metrics.ts";
import type { TranslateResult } from "./translate.ts";

/** What the translation of a batch counts. */
export const measuredTranslation = ({ settled, counts, incidents }: TranslateResult): Measured => ({
  totals: {
    Messages: counts.messages,
    Returned: returned(settled),
    FailedBatches: 0,
    Accepted: counts.accepted,
    Probes: counts.probes,
    Quarantined: sum(counts.quarantined),
    Withheld: counts.withheld,
    Statements: counts.statements,
    SetAside: counts.setAside,
  },
  parts: [
    { metric: "Quarantined", dimension: "Reason", counts: counts.quarantined },
    { metric: "SetAside", dimension: "Reason", counts: countReasons(incidents, "setAside") },
  ],
});

/** What the delivery of a batch counts. */
export const measuredDelivery = ({ settled, counts, incidents }: DeliverResult): Measured => {
  const { trouble, waiting } = counts;
  return {
    totals: {
      Messages: counts.messages,
      Returned: returned(settled),
      FailedBatches: 0,
      Delivered: counts.delivered,
      SetAside: counts.setAside,
      Waiting: waiting,
      OldestWait: counts.oldest,
    },
    parts: [
      { metric: "SetAside", dimension: "Reason", counts: countReasons(incidents, "setAside") },
      {
        metric: "Waiting",
        dimension: "Why",
        counts: trouble === undefined || waiting === 0 ? {} : { [trouble.why]: waiting },
      },
    ],
  };
};

/**
 * What a batch counts that came to nothing: all its messages come again. `oldest` is how long the oldest of its statements
 * has been on its way, in milliseconds, where that is known.
 */
export const measuredFailure = (messages: number, oldest?: number): Measured => ({
  totals: {
    Messages: messages,
    Returned: messages,
    FailedBatches: 1,
    ...(oldest !== undefined && { OldestWait: oldest }),
  },
});

/** What the answer to a request to post events counts. */
export const measuredIngest = ({ status, use }: IngestResponse): Measured => {
  const refused = status >= 400;
  return {
    totals: { Taken: use.taken, Refused: refused ? 1 : 0 },
    parts: [{ metric: "Refused", dimension: "Reason", counts: refused ? { [use.outcome]: 1 } : {} }],
  };
};

const returned = (settled: readonly (Error | undefined)[]): number =>
  settled.filter((each) => each !== undefined).length;

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, each) => total + each, 0);
