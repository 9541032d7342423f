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
      "These events have no field that is never stored, so taking such fields out costs next to nothing here: an event that has one is written out anew without it.",
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
  const rounds: { readonly own: Spent; readonly translation: Spent; readonly more: Spent }[] = [];
  for (let round = 0; round < ENDPOINT_ROUNDS; round++) {
    say(`what another endpoint costs, round ${round + 1} of ${ENDPOINT_ROUNDS} …`);
    const { translate, translateAndPack, ledger, ledgerOfNone } = await one.ask({
      what: "own",
      shape: SHAPE,
    });
    const single = await one.ask({ what: "whole", shape: SHAPE });
    const several = await five.ask({ what: "whole", shape: SHAPE });
    rounds.push({
      own: scaled([translateAndPack, ledger, scaled(ledgerOfNone, -1)].reduce(plus), 1000 / EVENTS),
      translation: scaled(translate, 1000 / EVENTS),
      more: scaled(plus(several, scaled(single, -1)), 1 / 4),
    });
  }
  const ratios = (to: "own" | "translation", of: "wall" | "processor"): readonly number[] =>
    rounds.map(({ more, ...each }) => more[of] / each[to][of]);
  const row = (name: string, { wall, processor }: Spent, text: (value: number) => string) => [
    name,
    text(wall),
    text(processor),
  ];
  const ratioTo = (to: "own" | "translation"): Spent => ({
    wall: median(ratios(to, "wall")),
    processor: median(ratios(to, "processor")),
  });
  const medianFor = (of: "own" | "translation" | "more") => medianOf(rounds.map((each) => each[of]));
  const [toOwn, toTranslation] = [ratioTo("own"), ratioTo("translation")];
  return {
    table: [
      [`${shapeText(SHAPE)} events, another endpoint`, "by the clock", "processor"],
      row("its translation alone", medianFor("translation"), micro),
      row("its translation, its part of the ledger, its packing", medianFor("own"), micro),
      row("what four more cost, ÷ 4", medianFor("more"), micro),
      row("÷ its translation, ledger and packing", toOwn, times),
      row("÷ its translation alone", toTranslation, times),
    ],
    notes: [
      `What another endpoint costs is known with an error: half of the ${ENDPOINT_ROUNDS} rounds found between ${times(quantile(ratios("own", "processor"), 0.25))} and ${times(quantile(ratios("own", "processor"), 0.75))} in the processor's time.`,
      `The ledger's part and the packing are work that each endpoint brings with it as well; against its translation alone, another endpoint adds ${times(toTranslation.processor)}.`,
    ],
    figures: {
      "translate.endpoint": rounded(toOwn.processor),
      "translate.endpoint_clock": rounded(toOwn.wall),
      "translate.endpoint_translation": rounded(toTranslation.processor),
    },
  };
};

const ENDPOINT_ROUNDS = 31;

/** Microseconds of an event: the median of all rounds. */
const perEvent = (samples: readonly Spent[]): Spent => scaled(medianOf(samples), 1000 / EVENTS);
