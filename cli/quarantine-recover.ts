import { counted } from "../src/counted.ts";
import { stayingOf } from "../src/recovery/groups.ts";
import type { Recovered } from "../src/recovery/recover.ts";
import { type RunParts, runRecovery, type ToRecover, toRecover } from "../src/recovery/run.ts";
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
  const task = await toRecover(stage, found);
  const isAsked = task.open > 0 || (task.isLeft && !isRehearsal);
  if (isAsked && !isRehearsal && !yes && !(await ask(questionOf(task)))) {
    if (!json) console.log("Nothing was changed.");
    return 0;
  }
  const recovered = await carryOut(stage, site, { task, meant, troubles }, isRehearsal);
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

const questionOf = ({ open, isLeft }: ToRecover): string =>
  isLeft
    ? `Bring to its end what a run that was cut off has left, and recover ${counted(open, "event")}?`
    : `Recover ${counted(open, "event")}, and tell endpoints of ${open === 1 ? "it" : "them"}?`;

interface CarryingOut {
  readonly task: ToRecover;
  readonly meant: Meant;
  readonly troubles: PassedOver;
}

/** Carries it out, and shows how far it is. */
const carryOut = async (
  stage: Stage,
  site: Site,
  { task, meant, troubles }: CarryingOut,
  isRehearsal: boolean,
): Promise<Recovered> => {
  const text = (steps: string): string => `${steps} of ${task.open.toLocaleString("en-GB")} …`;
  const progress = progressOn(process.stderr, text, task.open);
  const parts: RunParts = {
    site,
    bucket: stage.bucket,
    send: stage.send,
    learners: () => learnersOf(stage, site.settings),
    ...meant,
    onTrouble: troubles.onTrouble,
    onEvents: (count) => {
      for (let at = 0; at < count; at++) progress.step();
    },
  };
  try {
    return await runRecovery(parts, task, isRehearsal);
  } finally {
    progress.clear();
  }
};
