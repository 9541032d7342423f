import { count, dollars } from "../simulation/words.ts";
import type { Bench, Table } from "../support/result.ts";
import { rounded } from "../support/spread.ts";
import { billOf } from "./bill.ts";
import { type Cost, PARTS } from "./cost.ts";
import { EVENTS_PER_HOUR, idleCost, type Load, MANY, monthUnder, PER_MESSAGE, TYPICAL } from "./loads.ts";
import { measured } from "./measured.ts";
import { measurePacking } from "./packing.ts";
import { REGION, secretMonth } from "./prices.ts";

/** What a load costs, and what the same service costs without any event. */
interface Priced extends Load {
  readonly cost: Cost;
  readonly idle: Cost;
}

/** What a million events cost at several loads, worked out from measured times and sizes and from AWS's prices. */
export const benchCost: Bench = async () => {
  const all = EVENTS_PER_HOUR.flatMap((eventsPerHour) =>
    PER_MESSAGE.map((perMessage) => priced({ eventsPerHour, perMessage })),
  );
  const packing = await measurePacking();
  const [small, typical, large] = all.filter(({ eventsPerHour }) => eventsPerHour === TYPICAL.eventsPerHour);
  if (small === undefined || typical === undefined || large === undefined)
    throw new Error("The typical load is one of those that are priced.");
  return {
    title: "what a million events cost in AWS, worked out and not measured there",
    how: HOW,
    tables: [overview(all), byParts(all), billOf(monthUnder(TYPICAL).traffic), packing.table],
    notes: [
      `A service that is deployed and gets no event costs ${dollars(typical.idle.total)} a month, most of it for alarms, metrics, the dashboard and the key. “For events alone” is without that. Batches get fuller where there is more: at ${count(TYPICAL.eventsPerHour)} events an hour, a million more cost ${dollars(next())}.`,
      `The third table is the bill of a month at ${count(TYPICAL.eventsPerHour)} events an hour, ${TYPICAL.perMessage} in a message: amounts times prices. A price was read on AWS's page in that month, quoted by others, or is assumed.`,
      `At ${count(MANY.eventsPerHour)} events an hour, the endpoints' files say \`limits: { concurrency: ${MANY.concurrency} }\`, as two requests at once are too few; what the nightly functions cost is limited by their fifteen minutes, in which the audit is not done there.`,
      ...packing.notes,
    ],
    figures: {
      "cost.dollars_per_million": rounded(typical.cost.perMillion),
      "cost.dollars_per_million_small": rounded(small.cost.perMillion),
      "cost.dollars_per_million_large": rounded(large.cost.perMillion),
      "cost.marginal_dollars_per_million": rounded(alone(typical)),
      "cost.next_dollars_per_million": rounded(next()),
      "cost.dollars_per_month": rounded(typical.cost.total),
      "cost.idle_dollars_per_month": rounded(typical.idle.total),
      ...packing.figures,
    },
  };
};

const HOW = `a month of each load is simulated as \`npm run simulate\` does it, with two endpoints that are told of every event, and four times as many events in the afternoon as on average; always with the same seed, so it gives the same figures again. Processor times and sizes are those of \`bench/cost/measured.ts\`, which \`npm run bench -- steps\` and \`archive\` measured (${measured.machine}); what S3, SQS and endpoints take to answer is assumed there. Prices are of ${REGION}, in \`bench/cost/prices.ts\` with the page of each. In it: the key with two yearly rotations, as the archive is 400 days old, and a test event every five minutes. Not in it: free tiers and what falls with the amount, taxes, what Athena reads, replays, starts of functions, requests to the learners' page, and what learning systems cost; nor secrets in Secrets Manager, which cost $${secretMonth.dollars.toFixed(2)} each a month (${secretMonth.month}, quoted) where a file says \`secretsmanager:\`, as the shipped files use Parameter Store. No NAT gateway is needed, as no function is in a VPC. The archive is as old as it gets; what goes to endpoints is counted as if all of them were outside of AWS, and nothing of it were compressed. [How much it takes](scale.md#what-is-counted) has more. In the last table, what gzip takes is measured, by turns: the shortest of 21 rounds.`;

const priced = (load: Load): Priced => ({ ...load, cost: monthUnder(load).cost, idle: idleCost(load) });

/** Dollars for a million events, without what there is to pay anyway. */
const alone = ({ eventsPerHour, cost, idle }: Priced): number =>
  ((cost.total - idle.total) * 1e6) / (eventsPerHour * MONTH);

/** Hours. */
const MONTH = 730;

/** Dollars for each million more, where a tenth more is sent than in the typical load. */
const next = (): number => {
  const { eventsPerHour, perMessage } = TYPICAL;
  const more = eventsPerHour / 10;
  const [now, then] = [TYPICAL, { eventsPerHour: eventsPerHour + more, perMessage }].map(
    (load) => monthUnder(load).cost.total,
  );
  return (((then ?? Number.NaN) - (now ?? Number.NaN)) * 1e6) / (more * MONTH);
};

const overview = (all: readonly Priced[]): Table => [
  [
    "events an hour",
    ...PER_MESSAGE.map((each) => `a million, ${each} in a message`),
    "for events alone, 10 in a message",
    "a month, 10 in a message",
  ],
  ...EVENTS_PER_HOUR.map((eventsPerHour) => {
    const row = all.filter((each) => each.eventsPerHour === eventsPerHour);
    const typical = row.filter(({ perMessage }) => perMessage === TYPICAL.perMessage);
    return [
      count(eventsPerHour),
      ...row.map(({ cost }) => dollars(cost.perMillion)),
      ...typical.flatMap((each) => [dollars(alone(each)), dollars(each.cost.total)]),
    ];
  }),
];

/** Parts that events add to; all of them together are what events cost alone. */
const ADDED = PARTS.filter((part) => part !== "metrics and alarms" && part !== "http api");

const byParts = (all: readonly Priced[]): Table => [
  ["a million: events an hour × in a message", ...ADDED, "idle service", "in all"],
  ...all.map(({ eventsPerHour, perMessage, cost, idle }) => {
    const million = (eventsPerHour * MONTH) / 1e6;
    return [
      `${count(eventsPerHour)} × ${perMessage}`,
      ...ADDED.map((part) => dollars((cost.parts[part] - idle.parts[part]) / million)),
      dollars(idle.total / million),
      dollars(cost.perMillion),
    ];
  }),
];
