import { type Days, daysAfter } from "../../src/archive/days.ts";
import { AT_ONCE } from "../../src/archive/read.ts";
import { auditedDays } from "../../src/ledger/audit.ts";
import { oneDay } from "../../src/ledger/window.ts";
import { assumed, inFunction, measured } from "../cost/measured.ts";
import { diskOfCompaction, memoryOf, type Scenario } from "./scenario.ts";
import { shippedSettings } from "./shipped.ts";
import type { Run } from "./simulate.ts";

/** What a function does once a day: how long it takes, in milliseconds, and how often it asks S3. */
export interface Nightly {
  readonly time: number;
  readonly gets: number;
}

/** How long Lambda lets either run, in milliseconds. */
export const NIGHT = 900_000;

/** Objects that the compaction reads at once: src/compaction/inputs.ts. */
const COMPACTED_AT_ONCE = 8;

/** How often something is done on a day, from how often a run has done it. */
const perDay = ({ eventsPerHour }: Scenario, { arrived }: Run, count: number): number =>
  arrived === 0 ? 0 : (count * eventsPerHour * 24) / arrived;

export interface Compacting extends Nightly {
  /** Share of its disk, on which all lines of a day are sorted. */
  readonly disk: number;
}

/** The compaction of a day: each small object is read. */
export const compactionOf = (scenario: Scenario, run: Run): Compacting => {
  // As many below raw/ as below ledger/.
  const gets = perDay(scenario, run, run.translate.counts.puts / 2);
  const events = perDay(scenario, run, run.arrived);
  const processor = events * measured.compact.event;
  const waits = (gets * assumed.get) / COMPACTED_AT_ONCE;
  return {
    gets,
    time: inFunction(processor, memoryOf(scenario).compact) + waits,
    disk: (events * measured.bytes.line) / (diskOfCompaction() * 1024 * 1024),
  };
};

export interface Auditing extends Nightly {
  /** Share of its memory. */
  readonly memory: number;
}

/** Of each day that is audited, receipts are read until nothing waits: of that day, and for what waited over midnight of the next. */
const ENDED = 2;

/**
 * The audit of a morning, by the days that it reads (src/ledger/): the events of each from tables, lines of the ledger,
 * and, for each endpoint at once, the receipts of the days on which its statements have ended, if no outage was longer.
 */
export const auditOf = (scenario: Scenario, run: Run): Auditing => {
  const windows = auditedDays(shippedSettings().retention, TODAY).map((day) => oneDay(day, TODAY));
  const days = (of: (window: (typeof windows)[number]) => Days, most = Number.POSITIVE_INFINITY): number =>
    windows.map((window) => Math.min(most, daysIn(of(window)))).reduce((sum, each) => sum + each, 0);
  const counted = days(({ counted }) => counted);
  const explained = days(({ explainedFrom, counted }) => ({ from: explainedFrom, to: counted.to }));
  const ended = days(({ ended }) => ended, ENDED);
  const events = perDay(scenario, run, run.arrived);
  const statements = events * scenario.statements;
  const ledgers = perDay(scenario, run, run.translate.counts.puts / 2);
  const receipts = run.deliver.map(({ counts }) => perDay(scenario, run, counts.puts));
  const lines = counted * events + explained * events + ended * statements * scenario.endpoints;
  const memory = memoryOf(scenario).audit;
  const { event, statement, besides } = measured.ledgerMemory;
  const waits = ((explained * ledgers + ended * Math.max(0, ...receipts)) * assumed.get) / AT_ONCE;
  return {
    gets: explained * ledgers + ended * receipts.reduce((sum, each) => sum + each, 0),
    time: inFunction(lines * measured.read.line, memory) + waits,
    memory: (besides + events * event + statements * scenario.endpoints * statement) / (memory * 1024 * 1024),
  };
};

/** Any day. */
const TODAY = "2026-11-22";

/** Days up to today; of those to come, nothing is there. */
const daysIn = ({ from, to }: Days): number => {
  let days = 0;
  for (let day = from; day <= to && day <= TODAY; day = daysAfter(day, 1)) days++;
  return days;
};
