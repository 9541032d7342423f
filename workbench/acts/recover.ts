import { loadSiteForQuarantine } from "../../build/quarantine-site.ts";
import type { Trouble } from "../../src/archive/damaged.ts";
import { JobOvertaken } from "../../src/archive/job.ts";
import { CannotRun } from "../../src/cannot-run.ts";
import { choicesAsker } from "../../src/consent/ask.ts";
import { takerAgain } from "../../src/recovery/again.ts";
import { stayingOf } from "../../src/recovery/groups.ts";
import { isRecoveryLeft, type RecoverParts, recoverQuarantine } from "../../src/recovery/recover.ts";
import { type OpenEvent, surveyQuarantine } from "../../src/recovery/survey.ts";
import type { Step } from "../api/steps.ts";
import type { Desk } from "../desk.ts";
import { NotFound } from "../trouble.ts";
import { isQuarantined, quarantineKey } from "../views/quarantine.ts";
import { act, type Ending } from "./act.ts";
import { recoveredSentences } from "./recovered.ts";
import { progress, type Steps } from "./steps.ts";

/**
 * Takes in what the files accept of a group of events in quarantine, as they arrived then. May be cut off and repeated at
 * any moment: see `recoverQuarantine`. Throws NotFound where there is no such group, and what `act` throws.
 */
export const recoverGroup = (desk: Desk, key: string): AsyncIterable<Step> => {
  if (!isQuarantined(desk, key)) throw gone();
  return act(desk, "Events of quarantine are being recovered.", async (tell) => {
    // The files may have changed a moment ago.
    await desk.refresh();
    return recover(desk, key, tell);
  });
};

const recover = async (desk: Desk, key: string, tell: Steps["tell"]): Promise<Ending> => {
  const { stage } = desk.held;
  const { from, to } = desk.index.reading;
  const site = await loadSiteForQuarantine(desk.site().files);
  const troubles = new Map<string, Trouble>();
  const onTrouble = (trouble: Trouble): void => {
    troubles.set(trouble.key, trouble);
  };
  const days = { from, to };
  const wanted = (event: OpenEvent): boolean => quarantineKey(event) === key;
  const takeAgain = takerAgain({ schemas: site.schemas, trust: site.settings.trust });
  const found = (await surveyQuarantine(stage.bucket, takeAgain, { days, onTrouble })).filter(wanted);
  if (found.length === 0) throw gone();
  const open = found.filter(({ stays }) => stays === undefined).length;
  const stay = stayingOf(found);
  const passedOver = (): readonly Trouble[] => [...troubles.values()];
  if (open === 0 && !(await isRecoveryLeft(stage.bucket)))
    return { end: "done", told: recoveredSentences(NONE, stay, passedOver()).join(" ") };

  const { keys, store } = await desk.learners();
  const parts: RecoverParts = {
    site,
    bucket: stage.bucket,
    send: stage.send,
    keys,
    choices: choicesAsker(store, site.settings.consent),
    days,
    wanted,
    onTrouble,
    onEvents: progress(open, tell),
  };
  // Each must have its queue before anything is kept.
  for (const { name } of site.endpoints) await stage.send(name, []);
  const recovered = await recoverQuarantine(parts, found).catch((error: unknown) => {
    throw error instanceof JobOvertaken ? new CannotRun(error.message) : error;
  });
  return { end: "done", told: recoveredSentences(recovered, stay, passedOver()).join(" ") };
};

const NONE = { events: 0, known: 0, withheld: 0, unreadable: 0, untaken: 0, told: {} };

const gone = (): NotFound =>
  new NotFound("There is nothing of this group in quarantine any more: it was recovered, or has expired.");
