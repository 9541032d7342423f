/**
 * The story of a recovery: events of quarantine that are accepted by now go the way of any event, in rounds, each as a
 * batch. What a round consists of is noted before anything of it is written. So whoever is cut off at any moment, and
 * run again, begins with the very same round, writes the same objects and sends the same statements.
 */
import { takeUpJob } from "../archive/job.ts";
import type { EditableBucket } from "../archive/layout.ts";
import { type CollectParts, collecting } from "../collect.ts";
import { isObject } from "../event/json.ts";
import { courseReader } from "../learner/course-rules.ts";
import { learnerTags } from "../learner/tag.ts";
import { takerAgain } from "./again.ts";
import { readMeanwhile } from "./meanwhile.ts";
import { carryOut, type Round, type RoundParts, roundOf, roundsOf } from "./rounds.ts";
import { daysOf, type OpenEvent, type SurveyOptions, surveyQuarantine } from "./survey.ts";

export interface RecoverParts
  extends CollectParts,
    Pick<SurveyOptions, "days" | "onObject" | "onTrouble">,
    Pick<RoundParts, "most"> {
  readonly bucket: EditableBucket;
  /** Which events are asked for; all, where absent. */
  readonly wanted?: (event: OpenEvent) => boolean;
  /** Told of how many events are done with. */
  readonly onEvents?: (count: number) => void;
  readonly now?: () => Date;
}

/** What a recovery came to: numbers only. */
export interface Recovered {
  /** Events that were archived. */
  readonly events: number;
  /** Events that were accepted meanwhile, as they came again: they were only marked. */
  readonly known: number;
  /** Events that were not collected, as their learners do not want it by now, or were erased since. */
  readonly withheld: number;
  /** Events that stay, as nobody can tell what their learners have chosen. */
  readonly unreadable: number;
  /** Events of which a queue did not take everything: they come first when it is run again. */
  readonly untaken: number;
  /** By the endpoint's name, what was told. */
  readonly told: Readonly<Record<string, { readonly statements: number; readonly setAside: number }>>;
}

const JOB = "quarantine-recovery";

/** So often it is looked again for what others have moved meanwhile. */
const PASSES = 20;

/**
 * Takes events of quarantine in; `before` is what was found there a moment ago, if it was looked for. Whatever an
 * earlier run has left comes first. Throws where the archive does not answer, and JobOvertaken where another run does
 * the same; then it can be run again.
 */
export const recoverQuarantine = async (
  parts: RecoverParts,
  before?: readonly OpenEvent[],
): Promise<Recovered> => {
  const { bucket, days, onObject, onTrouble, onEvents, wanted = () => true } = parts;
  const { now = () => new Date() } = parts;
  const always = roundPartsOf(parts);
  const survey = (options: SurveyOptions) =>
    surveyQuarantine(bucket, always.takeAgain, { onObject, onTrouble, ...options });
  const tally = newTally();
  const done = new Set<string>();
  /** Tells whether it can go on. */
  const carry = async (round: Round, at: string): Promise<boolean> => {
    const untaken = await carryOut(round, always, at);
    tally.add(round, untaken);
    onEvents?.(round.done.length);
    for (const { record } of round.done) done.add(record.id);
    for (const { id } of round.unreadable) done.add(id);
    return untaken === 0;
  };

  const job = await takeUpJob(bucket, JOB, readState);
  if (job.left !== undefined) {
    const { at, ids, ...span } = job.left;
    const there = new Map((await survey({ days: span, also: new Set(ids) })).map((each) => [each.id, each]));
    const input = ids.flatMap((id) => there.get(id) ?? []);
    const round = await roundOf(input, { ...always, meanwhile: await readMeanwhile(parts, input) });
    if (!(await carry(round, at))) return tally.all();
  }
  let found = before;
  for (let pass = 0; pass < PASSES; pass++) {
    found ??= await survey({ days });
    const open = found.filter((each) => each.stays === undefined && wanted(each) && !done.has(each.id));
    const roundParts = { ...always, meanwhile: await readMeanwhile(parts, open) };
    let isMoved = false;
    for await (const round of roundsOf(open, roundParts)) {
      const at = now().toISOString();
      await job.note({ at, ...daysOf(round.input), ids: round.input.map(({ id }) => id) });
      if (!(await carry(round, at))) return tally.all();
      isMoved ||= round.gone.length > 0;
    }
    if (!isMoved) break;
    found = undefined;
  }
  await job.end();
  return tally.all();
};

/** Tells what a recovery would come to, and changes nothing. */
export const rehearseRecovery = async (
  parts: RecoverParts,
  found: readonly OpenEvent[],
): Promise<Recovered> => {
  const { onEvents, wanted = () => true } = parts;
  const open = found.filter((each) => each.stays === undefined && wanted(each));
  const tally = newTally();
  const meanwhile = await readMeanwhile(parts, open);
  for await (const round of roundsOf(open, { ...roundPartsOf(parts), meanwhile })) {
    tally.add(round, 0);
    onEvents?.(round.done.length);
  }
  return tally.all();
};

/** Whether a run was cut off, and its last round comes first when it is run again. */
export const isRecoveryLeft = async (bucket: EditableBucket): Promise<boolean> => {
  for await (const _ of bucket.list(`jobs/${JOB}.json`)) return true;
  return false;
};

const roundPartsOf = (parts: RecoverParts): Omit<RoundParts, "meanwhile"> => {
  const { bucket, site, keys, onTrouble, most } = parts;
  const { trust, courses } = site.settings;
  const naming = { courseOf: courseReader(courses), tagOf: learnerTags(keys.key) };
  return {
    bucket,
    takeAgain: takerAgain({ schemas: site.schemas, trust, naming }),
    collecting: collecting(parts),
    onTrouble,
    most,
  };
};

/** The round that is being carried out: when it was begun, its days, and its events in their order. */
interface State {
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly ids: readonly string[];
}

const readState = (state: unknown): State | undefined => {
  if (!isObject(state)) return undefined;
  const { at, from, to, ids } = state;
  return typeof at === "string" && typeof from === "string" && typeof to === "string" && areTexts(ids)
    ? { at, from, to, ids }
    : undefined;
};

const areTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string");

interface Tally {
  add(round: Round, untaken: number): void;
  all(): Recovered;
}

const newTally = (): Tally => {
  let [events, known, withheld, unreadable, notTaken] = [0, 0, 0, 0, 0];
  const told: Record<string, { statements: number; setAside: number }> = {};
  return {
    add: (round, untaken) => {
      const many = (how: Round["done"][number]["how"]): number =>
        round.done.filter((each) => each.how === how).length;
      unreadable += round.unreadable.length;
      notTaken += untaken;
      if (untaken > 0) return;
      withheld += many("withheld");
      known += many("known");
      events += many("taken");
      for (const [{ name }, { statements, failed }] of round.plan.told) {
        const before = told[name] ?? { statements: 0, setAside: 0 };
        told[name] = {
          statements: before.statements + statements.length,
          setAside: before.setAside + failed.length,
        };
      }
    },
    all: () => ({ events, known, withheld, unreadable, untaken: notTaken, told }),
  };
};
