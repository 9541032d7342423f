import { assumed, inFunction } from "../cost/measured.ts";
import { scenarioOf } from "../simulation/options.ts";
import { memoryOf } from "../simulation/scenario.ts";
import { count, dollars, share, time } from "../simulation/words.ts";
import { headingOf, linkTo } from "./sections.ts";

/** Figures of all benches, by their names. */
export type Figures = Readonly<Record<string, number>>;

/** What a sentence needs, or undefined where one of the figures was not taken. */
type Told = (figure: (name: string) => number) => string;

/** The memory of the functions that translate and deliver, in MB. */
const { translate: MEMORY, deliver: SMALLER } = memoryOf(scenarioOf(""));

/** What a university gets from it: a sentence for each thing, as far as its figures were taken. */
export const summaryOf = (figures: Figures): readonly string[] =>
  SENTENCES.flatMap(([bench, told]) => {
    const missing: string[] = [];
    const text = told((name) => {
      const value = figures[name];
      if (value === undefined) missing.push(name);
      return value ?? Number.NaN;
    });
    return missing.length > 0 ? [] : [`${text} ${linkTo(bench, `→ ${headingOf(bench)}`)}`];
  });

const SENTENCES: readonly (readonly [bench: string, told: Told])[] = [
  [
    "translate",
    (of) =>
      `**One function translates some ${perSecond(inFunction(of("translate.event_us"), MEMORY))} events a second** for one learning system and some ${perSecond(inFunction(of("translate.event_five_us"), MEMORY))} for five, without the time that S3 and SQS take: it has ${count(MEMORY)} MB, which is ${share(MEMORY / assumed.memoryOfProcessor)} of a processor. A university with a thousand learners at work at once makes about a hundred a second.`,
  ],
  [
    "deliver",
    (of) =>
      `**One function has the time to send some ${perSecond(inFunction(of("deliver.processor_us"), SMALLER))} statements a second**, 50 in a request: it has ${SMALLER} MB, which is ${share(SMALLER / assumed.memoryOfProcessor)} of a processor. The learning system sets the pace: where each answer takes 100 ms, all functions of an endpoint send ${roughly(of("deliver.slow_per_second"))} together.`,
  ],
  [
    "end-to-end",
    (of) =>
      `**An event is in the store within ${seconds(of("end_to_end.p50_ms"))} (half of them), ${seconds(of("end_to_end.p95_ms"))} (95 %), ${seconds(of("end_to_end.p99_ms"))} (99 %)** as shipped. ${share(of("end_to_end.waiting_share"))} of that is waiting for more events, so that a request holds many; without it, half take ${count(of("end_to_end.p50_ms_at_once"))} ms. This is a single machine that plays AWS and the learning systems.`,
  ],
  [
    "cost",
    (of) =>
      `**A million events cost ${dollars(of("cost.dollars_per_million"))}** at 100,000 an hour with ten in a message, ${dollars(of("cost.dollars_per_million_small"))} if each is a message of its own, ${dollars(of("cost.dollars_per_million_large"))} with a hundred in one. A service that gets none costs ${dollars(of("cost.idle_dollars_per_month"))} a month. This is worked out, and no bill.`,
  ],
  [
    "cold-start",
    (of) =>
      `**The first event after a rest waits longer**: translate's process is ready ${count(of("cold_start.translate_ms_more"))} ms after an empty one, and deliver's ${count(of("cold_start.deliver_ms_more"))} ms.`,
  ],
  [
    "mapping",
    (of) =>
      `**A mapping file is as good as a program**: what is compiled from it writes a statement ${of("mapping.vs_handwritten")} times as fast as code written by hand that calls JSON.stringify.`,
  ],
  [
    "server",
    (of) =>
      `**A Jupyter Server does not wait for it**: while SQS is gone, saving a notebook takes ${of("server.put_gone_with_median_ratio")} times as long with the shipped sender as without any (two servers without differ by ${of("server.put_gone_other_median_ratio")}).`,
  ],
];

/** The benches of which the summary tells something, if all figures for it were taken. */
export const SUMMARISED = SENTENCES.map(([bench]) => bench);

/** Of microseconds for one. */
const perSecond = (micro: number): string => roughly(1e6 / micro);

/** With two digits that count: 18,000. */
const roughly = (value: number): string => count(Number(value.toPrecision(2)));

const seconds = (milliseconds: number): string => time(milliseconds / 1000);
