import { median, quantile, rounded } from "../support/spread.ts";
import { type Shape, shapeText } from "./events.ts";
import type { FloorSamples } from "./floor.ts";
import { startInstance } from "./instances.ts";
import { micro, type Part, say, times } from "./part.ts";
import type { Variant } from "./variant.ts";

/** The one whose ratio is the figure: what a sender comes to that gathers events for some seconds. */
const TYPICAL: Shape = { messages: 100, each: 10 };

const SHAPES: readonly Shape[] = [{ messages: 1000, each: 1 }, TYPICAL, { messages: 100, each: 100 }];

/** Rounds: of what gives the figure, and of the others. */
const ROUNDS = 31;
const FEW = 7;

/** Both protocols, with pseudonyms as shipped and without. */
const VARIANTS: readonly (readonly [text: string, variant: Variant])[] = [
  ["xAPI", { endpoint: "campus-lrs", copies: 1 }],
  ["Caliper", { endpoint: "campus-caliper", copies: 1 }],
  ["xAPI, personal data allowed", { endpoint: "campus-lrs", copies: 1, personalData: "allow" }],
  ["Caliper, personal data allowed", { endpoint: "campus-caliper", copies: 1, personalData: "allow" }],
];

interface Row {
  readonly variant: Variant;
  readonly text: string;
  readonly shape: Shape;
  readonly isNew: boolean;
  readonly samples: FloorSamples;
}

/** What is done to an event for one endpoint, without archive, ledger and packing, against parsing and writing JSON. */
export const measureFloor = async (): Promise<Part> => {
  const rows: Row[] = [];
  for (const [text, variant] of VARIANTS) {
    await using instance = startInstance(variant);
    const measured = async (shape: Shape, isNew: boolean): Promise<void> => {
      say(`${text}, ${shapeText(shape)}, against the floor …`);
      const rounds = shape === TYPICAL && !isNew && variant.personalData === undefined ? ROUNDS : FEW;
      const samples = await instance.ask({ what: "floor", shape, rounds, isNew });
      rows.push({ variant, text, shape, isNew, samples });
    };
    if (variant.personalData === undefined) {
      for (const shape of SHAPES) await measured(shape, false);
      await measured(TYPICAL, true);
    } else await measured(TYPICAL, false);
  }
  /** The worse of both protocols. */
  const isCounted = ({ variant, shape, isNew }: Row): boolean =>
    shape === TYPICAL && variant.personalData === undefined && !isNew;
  const worst = (isMeant: (row: Row) => boolean): number =>
    rounded(Math.max(...rows.filter((row) => row.shape === TYPICAL && isMeant(row)).map(ratioOf)));
  const [counted] = rows.filter(isCounted).toSorted((one, other) => ratioOf(other) - ratioOf(one));
  if (counted === undefined) throw new Error("Both protocols were measured.");
  const [ids, parse] = [shareOf(counted, "ids"), shareOf(counted, "parse")];
  return {
    tables: [
      [
        ["one endpoint", "messages × events", "ours", "the floor", "ours ÷ floor", "half of all rounds"],
        ...rows.map((row) => [
          `${row.text}${row.isNew ? ", names never seen" : ""}`,
          shapeText(row.shape),
          micro(
            perEvent(row, ({ ours, line }, at) => (ours[at]?.processor ?? 0) - (line[at]?.processor ?? 0)),
          ),
          micro(processorOf(row, "floor")),
          times(ratioOf(row)),
          [0.25, 0.75].map((share) => times(quantile(ratiosOf(row), share))).join(" – "),
        ]),
      ],
      [
        [`${counted.text}, ${shapeText(counted.shape)}, of this`, "an event", "÷ the floor"],
        ["the floor: JSON.parse alone", micro(processorOf(counted, "parse")), times(parse)],
        ["ours: the ids, of an event and of its statement", micro(processorOf(counted, "ids")), times(ids)],
      ],
    ],
    notes: [
      "“ours” is reading, identifying, validating, ids and translating for one endpoint; the archive's lines, which are made on the way, are measured by themselves and taken off. “The floor” is JSON.parse of each event's text and JSON.stringify of each statement. Both are the processor's time, with that of the threads that help to collect memory.",
      `The floor has no ids. Those of an event and of its statement are made of a SHA-1 each, so that they are the same whenever it comes again: they take ${times(ids)} the floor, and without them “ours” would be about ${times(ratioOf(counted) - ids)} it. JSON.parse alone is ${times(parse)} of it.`,
      "Pseudonyms of names that were told before are remembered: nine of ten files here are the course's, and the tenth is the learner's own. With “names never seen”, every file of every batch has a name that is told for the first time.",
    ],
    figures: {
      "translate.vs_floor": worst(isCounted),
      "translate.ids_vs_floor": rounded(ids),
      "translate.parse_vs_floor": rounded(parse),
      "translate.vs_floor_allowed": worst(({ variant }) => variant.personalData === "allow"),
      "translate.vs_floor_new_names": worst(({ isNew }) => isNew),
    },
  };
};

/** Microseconds of the processor for an event. */
const processorOf = (row: Row, what: keyof FloorSamples): number =>
  perEvent(row, (samples, at) => samples[what][at]?.processor ?? 0);

const perEvent = ({ shape, samples }: Row, of: (samples: FloorSamples, at: number) => number): number =>
  (median(samples.floor.map((_, at) => of(samples, at))) * 1000) / (shape.messages * shape.each);

/** What a part takes ÷ the floor of the same round: the median of all rounds. */
const shareOf = ({ samples }: Row, what: keyof FloorSamples): number =>
  median(samples.floor.map(({ processor }, at) => (samples[what][at]?.processor ?? Number.NaN) / processor));

/** The ratio of each round. */
const ratiosOf = ({ samples: { ours, line, floor } }: Row): readonly number[] =>
  floor.map(
    ({ processor }, at) =>
      ((ours[at]?.processor ?? Number.NaN) - (line[at]?.processor ?? Number.NaN)) / processor,
  );

const ratioOf = (row: Row): number => median(ratiosOf(row));
