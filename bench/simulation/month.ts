import type { Traffic } from "../cost/traffic.ts";
import { writtenMetrics } from "./metrics.ts";
import { auditOf, compactionOf, NIGHT } from "./nightly.ts";
import { diskOfCompaction, endpointOf, memoryOf, messageBytes, type Scenario } from "./scenario.ts";
import { shippedSettings, watchedMetrics } from "./shipped.ts";
import type { Run } from "./simulate.ts";

/** The hours of a month. */
const HOURS = 730;
const DAYS = HOURS / 24;

/** The probe's own endpoint, which the build adds. */
const PROBE = 1;

/** A month of what a run has shown, as the cost model takes it. */
export const monthOf = (scenario: Scenario, run: Run): Traffic => {
  const { arrived, translate, deliver } = run;
  const [compaction, audit] = [compactionOf(scenario, run), auditOf(scenario, run)];
  const events = scenario.eventsPerHour * HOURS;
  // Of a part of a day, the busiest hours, a month is more than so many of them.
  const times = arrived === 0 ? 0 : events / arrived;
  const sum = (count: (one: Run["deliver"][number]) => number): number =>
    times * deliver.reduce((total, one) => total + count(one), 0);
  const memory = memoryOf(scenario);
  const endpoints = scenario.endpoints + PROBE;
  const messages = events / scenario.perMessage;
  return {
    events,
    queues: 1 + endpoints,
    metrics: writtenMetrics(endpoints),
    alarms: watchedMetrics(endpointOf(scenario), scenario.endpoints),
    statements: events * scenario.statements * scenario.endpoints,
    messages,
    messageBytes: messageBytes(scenario),
    posted: messages * scenario.posted,
    packs: sum(({ source }) => source.counts.received) - sum(({ counts }) => counts.returned),
    received: sum(({ source }) => source.counts.received),
    returned: sum(({ counts }) => counts.returned),
    translate: {
      count: times * translate.source.counts.invocations,
      time: times * translate.source.counts.busy,
      memory: memory.translate,
    },
    deliver: {
      count: sum(({ source }) => source.counts.invocations),
      time: sum(({ source }) => source.counts.busy),
      memory: memory.deliver,
    },
    compact: {
      count: DAYS,
      time: DAYS * Math.min(NIGHT, compaction.time),
      memory: memory.compact,
      disk: diskOfCompaction(),
    },
    audit: { count: DAYS, time: DAYS * Math.min(NIGHT, audit.time), memory: memory.audit },
    puts: times * translate.counts.puts + sum(({ counts }) => counts.puts),
    gets: times * translate.counts.gets + DAYS * (compaction.gets + audit.gets),
    retention: shippedSettings().retention.raw,
  };
};
