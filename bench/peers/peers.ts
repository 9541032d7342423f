import { join } from "node:path";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import { pythonWith, type WithPython } from "../../test/interop/support/parts.ts";
import type { Bench, Result } from "../support/result.ts";
import { median, rounded } from "../support/spread.ts";
import { remarks, type Standard } from "./checked.ts";
import { trackingTexts } from "./events.ts";
import { ours, oursWhole } from "./ours.ts";
import { startPeer } from "./peer.ts";
import { LEARNERS, type Spent, type Subject } from "./subject.ts";
import { DUTIES, HOW } from "./told.ts";

/** Rounds in which each has a turn; the first are not counted, as the engines are still warming up. */
const [ROUNDS, WARM] = [25, 4];

/** One that is measured. */
interface Entry {
  /** What its figures are called. */
  readonly figure: string;
  readonly subject: Subject;
  readonly into: Standard | "both";
  /** The figure's name of what it is put beside. */
  readonly beside?: string;
}

/** An entry with what it took of each round. */
interface Measured extends Entry {
  readonly spent: Spent[];
}

/**
 * How much time one event takes of event-routing-backends, of Ralph and of this translator, from the event's text to the
 * statement's, by turns. What each does meanwhile is not the same, and is told beside.
 */
export const benchPeers: Bench = async () => {
  const routing = await pythonOf(ROUTING, join(import.meta.dirname, "parts", ROUTING));
  if ("missing" in routing) return routing;
  const ralph = await pythonOf("ralph");
  if ("missing" in ralph) return ralph;
  await using started = new AsyncDisposableStack();
  const all = (await startAll(routing.python, ralph.python, started)).map(
    (entry): Measured => ({ ...entry, spent: [] }),
  );
  await takeTurns(all);
  return resultOf(all);
};

const ROUTING = "event-routing-backends";

/** The Python that has a part, which is installed first where need be, or why there is none. */
const pythonOf = async (name: string, pins?: string): Promise<WithPython> => {
  try {
    return await pythonWith(name, pins);
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
};

const startAll = async (
  routing: string,
  ralph: string,
  started: AsyncDisposableStack,
): Promise<readonly Entry[]> => {
  const emitted = { name: ROUTING, python: routing, events: trackingTexts("emitted") };
  const logged = { name: "Ralph", python: ralph, events: trackingTexts("logged") };
  // One for each standard: of both at once it would not remember all learners.
  const plugin = async (standard: string): Promise<Subject> =>
    started.use(await startPeer(emitted, "run_event_routing_backends.py", standard, String(LEARNERS)));
  const site = await loadSite(await readSite(project));
  return [
    { figure: "event_routing_backends", into: "xAPI", subject: await plugin("xapi"), beside: "ours" },
    {
      figure: "ralph",
      into: "xAPI",
      subject: started.use(await startPeer(logged, "run_ralph.py")),
      beside: "ours",
    },
    { figure: "ours", into: "xAPI", subject: await ours(site, "xapi") },
    {
      figure: "event_routing_backends_caliper",
      into: "Caliper",
      subject: await plugin("caliper"),
      beside: "ours_caliper",
    },
    { figure: "ours_caliper", into: "Caliper", subject: await ours(site, "caliper") },
    { figure: "ours_whole", into: "both", subject: await oursWhole(site) },
  ];
};

/** Gives each its turn in each round, and each goes first as often as the others. */
const takeTurns = async (all: readonly Measured[]): Promise<void> => {
  const say = (text: string): void =>
    void (process.stderr.isTTY && process.stderr.write(`\r\u001b[K${text}`));
  for (let round = 0; round < ROUNDS; round++) {
    say(`round ${round + 1} of ${ROUNDS} …`);
    for (const [at] of all.entries()) {
      const each = all[(at + round) % all.length];
      const spent = await each?.subject.turn();
      if (each !== undefined && spent !== undefined && round >= WARM) each.spent.push(spent);
    }
  }
  say("");
};

const resultOf = (all: readonly Measured[]): Result => {
  const rows = all.map(({ subject, into, ...each }) => {
    const { name, runtime, bytes } = subject;
    const sizes = [bytes.event, bytes.statement].map((size) => size.toFixed(0));
    const times = [processorOf(each), median(each.spent.map(({ elapsed }) => elapsed)) / 1000];
    const ratio = ratioOf(each, all);
    return [
      name,
      into,
      runtime,
      ...sizes,
      ...times.map((time) => `${time.toFixed(0)} µs`),
      ratio === undefined ? "" : `${Number(ratio.toPrecision(2))} ×`,
    ];
  });
  const told = all.flatMap(({ into, subject }) => (into === "both" ? [] : [[into, subject] as const]));
  return {
    title: `one event, from its text to the statement's, beside others that translate; medians of ${ROUNDS - WARM} rounds by turns`,
    how: HOW,
    tables: [[HEADS, ...rows], DUTIES],
    notes: remarks(told),
    figures: Object.fromEntries(all.flatMap((each) => figuresOf(each, all))),
  };
};

const HEADS = [
  "one event",
  "into",
  "runs on",
  "bytes in",
  "bytes out",
  "processor time",
  "until it is there",
  "÷ this translator",
];

const figuresOf = (each: Measured, all: readonly Measured[]): readonly (readonly [string, number])[] => {
  const ratio = ratioOf(each, all);
  return [
    [`peers.${each.figure}_us`, rounded(processorOf(each), 1)],
    ...(ratio === undefined ? [] : [[`peers.${each.figure}_vs_ours`, rounded(ratio)] as const]),
  ];
};

/** Microseconds. */
const processorOf = ({ spent }: Pick<Measured, "spent">): number =>
  median(spent.map(({ processor }) => processor)) / 1000;

/** How much more processor time it takes than what it is put beside: the median of all rounds. */
const ratioOf = (
  { spent, beside }: Pick<Measured, "spent" | "beside">,
  all: readonly Measured[],
): number | undefined => {
  const other = all.find(({ figure }) => figure === beside);
  if (other === undefined) return undefined;
  return median(
    spent.map(({ processor }, round) => processor / (other.spent[round]?.processor ?? Number.NaN)),
  );
};
