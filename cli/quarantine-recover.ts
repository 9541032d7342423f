import { JobOvertaken } from "../src/archive/job.ts";
import { CannotRun } from "../src/cannot-run.ts";
import { choicesAsker } from "../src/consent/ask.ts";
import { counted } from "../src/counted.ts";
import { stayingOf } from "../src/recovery/groups.ts";
import {
  isRecoveryLeft,
  type Recovered,
  type RecoverParts,
  recoverQuarantine,
  rehearseRecovery,
} from "../src/recovery/recover.ts";
import type { OpenEvent } from "../src/recovery/survey.ts";
import type { Site } from "../src/site.ts";
import { learnersOf } from "../stage/learners.ts";
import type { Stage } from "../stage/stage.ts";
import { type PassedOver, passedOver, passedOverLines } from "./passed-over.ts";
import { progressOn } from "./progress.ts";
import { type Meant, meantBy, type QuarantineFilters, readMeant } from "./quarantine-options.ts";
import { recoveredText } from "./quarantine-text.ts";
import { visibleJson } from "./visible.ts";

export interface RecoverOptions extends QuarantineFilters {
  readonly "dry-run": boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Asks whether to go on; throws where nobody can be asked. */
export type Ask = (question: string) => Promise<boolean>;

/** Takes events of quarantine in; gives the exit code. May be interrupted and repeated at any moment. */
export const recoverEvents = async (
  stage: Stage,
  site: Site,
  options: RecoverOptions,
  ask: Ask,
): Promise<number> => {
  const { json, yes, "dry-run": isRehearsal } = options;
  const troubles = passedOver();
  const meant = meantBy(options);
  const found = await readMeant(stage, site, meant, troubles.onTrouble);
  const stay = stayingOf(found);
  const open = found.filter(({ stays }) => stays === undefined).length;
  const isLeft = !isRehearsal && (await isRecoveryLeft(stage.bucket));
  const isAsked = open > 0 || isLeft;
  if (isAsked && !isRehearsal && !yes && !(await ask(questionOf(open, isLeft)))) {
    if (!json) console.log("Nothing was changed.");
    return 0;
  }
  const recovered = isAsked
    ? await carryOut(stage, site, { found, meant, troubles, open }, isRehearsal)
    : NONE;
  const passed = troubles.all();
  if (json)
    console.log(
      visibleJson({ stage: stage.name, done: !isRehearsal, ...recovered, stay, passedOver: passed }),
    );
  else {
    console.log(
      isAsked || stay.length > 0
        ? recoveredText(recovered, stay, { stage: stage.name, isRehearsal })
        : `Nothing of the kind is in quarantine (${stage.name}).`,
    );
    for (const line of passedOverLines(passed)) console.log(line);
  }
  const { withheld, unreadable, untaken } = recovered;
  return stay.length + withheld + unreadable + untaken + passed.length === 0 ? 0 : 1;
};

const NONE: Recovered = { events: 0, known: 0, withheld: 0, unreadable: 0, untaken: 0, told: {} };

const questionOf = (open: number, isLeft: boolean): string =>
  isLeft
    ? `Bring to its end what a run that was cut off has left, and recover ${counted(open, "event")}?`
    : `Recover ${counted(open, "event")}, and tell endpoints of ${open === 1 ? "it" : "them"}?`;

interface ToRecover {
  readonly found: readonly OpenEvent[];
  readonly meant: Meant;
  readonly troubles: PassedOver;
  readonly open: number;
}

const carryOut = async (
  stage: Stage,
  site: Site,
  { found, meant, troubles, open }: ToRecover,
  isRehearsal: boolean,
): Promise<Recovered> => {
  const { keys, store } = await learnersOf(stage, site.settings);
  const text = (steps: string): string => `${steps} of ${open.toLocaleString("en-GB")} …`;
  const progress = progressOn(process.stderr, text, open);
  const parts: RecoverParts = {
    site,
    bucket: stage.bucket,
    send: stage.send,
    keys,
    choices: choicesAsker(store, site.settings.consent),
    ...meant,
    onTrouble: troubles.onTrouble,
    onEvents: (count) => {
      for (let at = 0; at < count; at++) progress.step();
    },
  };
  try {
    if (isRehearsal) return await rehearseRecovery(parts, found);
    // Each must have its queue before anything is kept.
    for (const { name } of site.endpoints) await stage.send(name, []);
    return await recoverQuarantine(parts, found);
  } catch (error) {
    if (error instanceof JobOvertaken) throw new CannotRun(error.message);
    throw error;
  } finally {
    progress.clear();
  }
};
