import { loadSite } from "../build/load.ts";
import type { SiteFiles } from "../build/site.ts";
import { JobOvertaken } from "../src/archive/job.ts";
import { GoneObject } from "../src/archive/layout.ts";
import { CannotRun } from "../src/cannot-run.ts";
import { collectEvents, type Reading } from "../src/replay/collect.ts";
import { noCounts, type ReplayCounts } from "../src/replay/counts.ts";
import type { Events } from "../src/replay/events.ts";
import { type ReplayState, takeUpReplay } from "../src/replay/job.ts";
import { Untaken } from "../src/replay/outbox.ts";
import { paceOf } from "../src/replay/pace.ts";
import { after, type Position } from "../src/replay/position.ts";
import { type ReplayParts, replayTo, type Sending } from "../src/replay/replay.ts";
import type { Site } from "../src/site.ts";
import { type Learners, learnersOf } from "../stage/learners.ts";
import type { Stage } from "../stage/stage.ts";
import { daysIn } from "./days.ts";
import { endpointsOf } from "./ledger.ts";
import { passedOver } from "./passed-over.ts";
import { progressOn } from "./progress.ts";
import { askedFor, meantBy, type ReplayOptions, rateOf } from "./replay-options.ts";
import { isWhole, type Replayed, replayedJson, replayedText } from "./replay-text.ts";

/** How much is sent at once, how often it is noted, and who is told of what was read: as `replayTo` has it. */
export interface Steps extends Pick<Sending, "together" | "noted">, Pick<ReplayParts, "onRead" | "now"> {
  /** Compiles a site. */
  readonly load?: typeof loadSite;
}

/**
 * Replays archived events; gives the exit code. May be interrupted and repeated at any moment: it goes on from what it
 * noted last, and what is sent twice has the same id. Throws CannotRun where another run does the same, or something
 * that is read is just moved.
 */
export const replayEvents = async (
  stage: Stage,
  files: SiteFiles,
  options: ReplayOptions,
  ask: (question: string) => Promise<boolean>,
  steps: Steps = {},
): Promise<number> => {
  const run = await prepare(stage, files, options, steps);
  const say = (text: string): void => {
    if (!options.json) console.log(text);
  };
  const tell = (replayed: Replayed): number => {
    if (options.json) console.log(replayedJson(replayed));
    else console.log(replayedText(replayed));
    return isWhole(replayed) ? 0 : 1;
  };
  try {
    if (options["dry-run"]) return tell(await rehearse(run));
    if (!options.yes) {
      console.error(replayedText(await rehearse(run)));
      if (!(await ask("Send it?"))) {
        say("Nothing was sent.");
        return 0;
      }
    }
    return tell(await perform(run, say));
  } catch (error) {
    if (error instanceof JobOvertaken)
      throw new CannotRun("Another replay was begun meanwhile, and goes on. Let it end, and run this again.");
    if (error instanceof Untaken) throw new CannotRun(error.message);
    if (error instanceof GoneObject || (error instanceof Error && error.name === "NoSuchKey"))
      throw new CannotRun(
        "An object of the archive was moved while it was read, as others are at work. Run this again: it goes on.",
      );
    throw error;
  }
};

/** Everything that is known before anything is read. */
interface Run {
  readonly stage: Stage;
  readonly site: Site;
  readonly learners: Learners;
  readonly options: ReplayOptions;
  readonly endpoints: readonly string[];
  readonly reading: Pick<Reading, "days" | "meant">;
  readonly asked: string;
  readonly steps: Steps;
}

const prepare = async (
  stage: Stage,
  files: SiteFiles,
  options: ReplayOptions,
  steps: Steps,
): Promise<Run> => {
  const [days, endpoints] = [daysIn(options), endpointsOf(files, options.endpoint)];
  const learners = await learnersOf(stage, files.settings);
  const meant = meantBy(options, files, learners.tagsOf);
  return {
    stage,
    site: await (steps.load ?? loadSite)(files),
    learners,
    options,
    endpoints,
    reading: { days, meant },
    asked: askedFor(options, meant, endpoints, files),
    steps,
  };
};

/** Counts what would be sent, and changes nothing. */
const rehearse = async (run: Run): Promise<Replayed> => {
  const passed = passedOver();
  const counts: Record<string, ReplayCounts> = {};
  let events: Events | undefined;
  for (const name of run.endpoints) {
    events = await eventsFor(run, { ...run.reading, onTrouble: passed.onTrouble }, events);
    const own = noCounts();
    await tellEndpoint(run, { name, events, counts: own, reading: run.reading, onTrouble: passed.onTrouble });
    counts[name] = own;
  }
  return { ...replayedOf(run, run.reading.days, counts), isRehearsal: true, troubles: passed.all() };
};

/** So many objects that were passed over are remembered from one run to the next. */
const TROUBLES = 200;

const perform = async (run: Run, say: (text: string) => void): Promise<Replayed> => {
  const { stage, options, steps } = run;
  const job = await takeUpReplay(stage.bucket);
  // What was cut off with other mappings, or for something else, says nothing of how far this one has come.
  const left = options.anew || job.left?.asked !== run.asked ? undefined : job.left;
  if (left !== undefined)
    say(`This goes on with a replay that was begun on ${minute(left.begun)} and cut off.`);
  const { asked } = run;
  const state: ReplayState = left ?? {
    asked,
    days: run.reading.days,
    begun: new Date().toISOString(),
    counts: {},
    done: [],
    troubles: [],
  };
  const passed = passedOver();
  state.troubles.forEach(passed.onTrouble);
  const counts: Record<string, ReplayCounts> = { ...state.counts };
  const done = [...state.done];
  const rate = rateOf(options);
  const turn = paceOf(rate);
  const { days, begun } = state;
  const keep = (at?: ReplayState["at"]): Promise<void> =>
    job.note({
      asked,
      days,
      begun,
      counts,
      done,
      troubles: passed.all().slice(0, TROUBLES),
      ...(at && { at }),
    });
  // Whoever begins anew must not find what was left, should this be cut off in its turn.
  await keep(state.at);
  let events: Events | undefined;
  for (const name of run.endpoints) {
    if (done.includes(name)) continue;
    const position = state.at?.endpoint === name ? state.at.position : undefined;
    const reading = {
      days: state.days,
      meant: run.reading.meant,
      after: position && (await after(stage.bucket, position)),
    };
    events = await eventsFor(run, { ...reading, onTrouble: passed.onTrouble }, events);
    const own = counts[name] ?? noCounts();
    counts[name] = own;
    const note = (at: Position): Promise<void> => keep({ endpoint: name, position: at });
    const together = Math.max(1, Math.min(steps.together ?? 500, rate ?? 500));
    const sending: Sending = { ...steps, send: stage.send, turn, note, together };
    await tellEndpoint(run, { name, events, counts: own, reading, onTrouble: passed.onTrouble, sending });
    done.push(name);
    await keep();
    // What is left of an endpoint's events is no base for the next one.
    if (position !== undefined) events = undefined;
  }
  await job.end();
  return { ...replayedOf(run, state.days, counts), resumed: left?.begun, troubles: passed.all() };
};

/** The events that are meant: those that were found for another endpoint, or else those in the archive. */
const eventsFor = async (run: Run, reading: Reading, known: Events | undefined): Promise<Events> => {
  known?.restart();
  if (known !== undefined) return known;
  const progress = progressOn(process.stderr, (objects) => `${objects} objects of the archive read …`);
  try {
    const told = { onObject: progress.step, onRead: run.steps.onRead };
    return await collectEvents(run.stage.bucket, { ...reading, ...told });
  } finally {
    progress.clear();
  }
};

interface Telling {
  readonly name: string;
  readonly events: Events;
  readonly counts: ReplayCounts;
  readonly reading: Reading;
  readonly onTrouble: NonNullable<Reading["onTrouble"]>;
  readonly sending?: Sending;
}

const tellEndpoint = async (run: Run, { name, reading, ...telling }: Telling): Promise<void> => {
  const { stage, site, learners, options } = run;
  const endpoint = site.endpoints.find((each) => each.name === name);
  if (endpoint === undefined) return;
  const all = telling.events.size();
  const looked = progressOn(process.stderr, (objects) => `${objects} objects of the archive read …`);
  const told = progressOn(
    process.stderr,
    (events) => `${events} of ${all.toLocaleString("en-GB")} events for ${name} …`,
    all,
  );
  try {
    await replayTo({
      ...reading,
      ...telling,
      ...learners,
      bucket: stage.bucket,
      site,
      endpoint,
      delivered: options.delivered,
      retract: options.retract,
      onObject: looked.step,
      onEvent: told.step,
      onRead: run.steps.onRead,
      now: run.steps.now ?? Date.now,
    });
  } finally {
    looked.clear();
    told.clear();
  }
};

const replayedOf = ({ stage }: Run, days: Replayed["days"], endpoints: Replayed["endpoints"]): Replayed => ({
  stage: stage.name,
  days,
  isRehearsal: false,
  endpoints,
  troubles: [],
});

const minute = (time: string): string => `${time.slice(0, 10)} at ${time.slice(11, 16)} UTC`;
