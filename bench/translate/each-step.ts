import { median, quantile, rounded } from "../support/spread.ts";
import { medianOf, plus, type Spent, scaled } from "../support/turns.ts";
import { type Shape, shapeText } from "./events.ts";
import type { Instance } from "./instances.ts";
import { micro, type Part, percent, say, times } from "./part.ts";

const SHAPE: Shape = { messages: 100, each: 10 };
const EVENTS = SHAPE.messages * SHAPE.each;

const ROUNDS = 15;

/** The steps in their order, and what each does. */
const STEPS = [
  ["sender", "identify: the message's token, which is remembered, and whose it is"],
  ["read", "read: the message's text → JSON values"],
  ["validate", "validate: envelope, schema, time"],
  ["protect", "protect: what is never stored"],
  ["identify", "identify: whose event it is"],
  ["ids", "ids: the event's"],
  ["consent", "protect: what learners have chosen, which is remembered"],
  ["translate", "translate: frames, statements, their ids"],
  ["archive", "archive: lines, compressed"],
  ["ledger", "archive: the ledger's lines, compressed"],
  ["pack", "pack: messages for the delivery queue"],
] as const;

/** Each step by itself; and what another endpoint costs, against its own translation, ledger and packing. */
export const measureSteps = async (one: Instance, five: Instance): Promise<Part> => {
  say("each step …");
  const samples = await one.ask({ what: "steps", shape: SHAPE, rounds: ROUNDS });
  const sum = STEPS.map(([name]) => perEvent(samples[name])).reduce(plus);
  const whole = perEvent(samples.whole);
  const endpoint = await measureEndpoint(one, five);
  const row = (name: string, { wall, processor }: Spent): readonly string[] => [
    name,
    micro(wall),
    micro(processor),
    percent(processor / whole.processor),
  ];
  return {
    tables: [
      [
        [`${shapeText(SHAPE)} events, one endpoint`, "by the clock", "processor", "÷ whole"],
        ...STEPS.map(([name, what]) => row(what, perEvent(samples[name]))),
        row("all steps", sum),
        row("the whole function", whole),
      ],
      endpoint.table,
    ],
    notes: [
      "Each step is repeated by itself, so what it makes is thrown away at once. In the whole function it lives until the batch is done, and collecting memory has to move it: that, and counting, is what the whole takes more than all steps.",
      ...endpoint.notes,
    ],
    figures: {
      ...Object.fromEntries(
        STEPS.map(([name]) => [`translate.${name}_us`, rounded(perEvent(samples[name]).processor)]),
      ),
      "translate.steps_vs_whole": rounded(sum.processor / whole.processor),
      ...endpoint.figures,
    },
  };
};

/** What four more endpoints cost an event, ÷ four times what is one's own; in each round. */
const measureEndpoint = async (one: Instance, five: Instance) => {
  const rounds: { readonly own: Spent; readonly more: Spent }[] = [];
  for (let round = 0; round < ENDPOINT_ROUNDS; round++) {
    say(`what another endpoint costs, round ${round + 1} of ${ENDPOINT_ROUNDS} …`);
    const { translate, ledger, ledgerOfNone, pack } = await one.ask({ what: "own", shape: SHAPE });
    const single = await one.ask({ what: "whole", shape: SHAPE });
    const several = await five.ask({ what: "whole", shape: SHAPE });
    rounds.push({
      own: scaled([translate, ledger, pack, scaled(ledgerOfNone, -1)].reduce(plus), 1000 / EVENTS),
      more: scaled(plus(several, scaled(single, -1)), 1 / 4),
    });
  }
  const ratios = (of: "wall" | "processor"): readonly number[] =>
    rounds.map(({ own, more }) => more[of] / own[of]);
  const [own, more] = [medianOf(rounds.map((each) => each.own)), medianOf(rounds.map((each) => each.more))];
  const [wall, processor] = [median(ratios("wall")), median(ratios("processor"))];
  return {
    table: [
      [`${shapeText(SHAPE)} events, another endpoint`, "by the clock", "processor"],
      ["its translation, its part of the ledger, its packing", micro(own.wall), micro(own.processor)],
      ["what four more cost, ÷ 4", micro(more.wall), micro(more.processor)],
      ["ratio", times(wall), times(processor)],
    ],
    notes: [
      `What another endpoint costs is known with an error: half of the ${ENDPOINT_ROUNDS} rounds found between ${times(quantile(ratios("processor"), 0.25))} and ${times(quantile(ratios("processor"), 0.75))} in the processor's time.`,
    ],
    figures: { "translate.endpoint": rounded(processor), "translate.endpoint_clock": rounded(wall) },
  };
};

const ENDPOINT_ROUNDS = 15;

/** Microseconds of an event: the median of all rounds. */
const perEvent = (samples: readonly Spent[]): Spent => scaled(medianOf(samples), 1000 / EVENTS);
