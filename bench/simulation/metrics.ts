import { measuredDelivery, measuredIngest, measuredTranslation } from "../../src/measured.ts";
import { METRICS, type Measured } from "../../src/metrics.ts";

const [settled, incidents] = [[], []];

/** What the functions that queues feed, and the one that requests do, write each time: asked of the code that they write it with. */
const translated = measuredTranslation({
  settled,
  incidents,
  counts: {
    messages: 0,
    accepted: 0,
    probes: 0,
    quarantined: {},
    withheld: 0,
    statements: 0,
    setAside: 0,
  },
});
const delivered = measuredDelivery({
  settled,
  incidents,
  counts: { endpoint: "", messages: 0, delivered: 0, setAside: 0, waiting: 0, oldest: 0 },
});
const posted = measuredIngest({
  status: 202,
  headers: {},
  body: "",
  use: { outcome: "taken", taken: 0, messages: 0, refused: {} },
});

const namesOf = ({ totals }: Measured): readonly string[] => Object.keys(totals);

/** All others are those of compact, audit and probe; the first two of these both count `Troubles`. */
const known = new Set([translated, delivered, posted].flatMap(namesOf));
const others = Object.keys(METRICS).filter((name) => !known.has(name)).length + 1;

/**
 * Custom metrics by who writes them, all but translate and deliver together; and, beside these, the values of reasons that
 * there are at some time, each of which is a metric of its own.
 */
export const METRICS_OF = {
  translate: namesOf(translated).length,
  deliver: namesOf(delivered).length,
  others: namesOf(posted).length + others,
  reasons: 10,
} as const;

/** The custom metrics of a stage with so many endpoints, the probe's among them: each is paid for. */
export const writtenMetrics = (endpoints: number): number =>
  METRICS_OF.translate + METRICS_OF.others + METRICS_OF.reasons + endpoints * METRICS_OF.deliver;
