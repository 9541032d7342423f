import { loadSiteForQuarantine } from "../../build/quarantine-site.ts";
import type { Trouble } from "../../src/archive/damaged.ts";
import { counted } from "../../src/counted.ts";
import { takerAgain } from "../../src/recovery/again.ts";
import { stayingOf } from "../../src/recovery/groups.ts";
import { recoveredLines } from "../../src/recovery/recovered.ts";
import { runRecovery, toRecover } from "../../src/recovery/run.ts";
import { type OpenEvent, surveyQuarantine } from "../../src/recovery/survey.ts";
import type { Step } from "../api/steps.ts";
import type { Desk } from "../desk.ts";
import { NotFound } from "../trouble.ts";
import { isQuarantined, quarantineKey } from "../views/quarantine.ts";
import { act, type Ending } from "./act.ts";
import { progress, type Steps } from "./steps.ts";

/**
 * Takes in what the files accept of a group of events in quarantine, as they arrived then. May be cut off and repeated at
 * any moment: see `recoverQuarantine`. Throws NotFound where there is no such group, and what `act` throws.
 */
export const recoverGroup = (desk: Desk, key: string): AsyncIterable<Step> => {
  const doing = (): string => {
    if (!isQuarantined(desk, key)) throw gone();
    return "Events of quarantine are being recovered.";
  };
  return act(desk, doing, (tell) => recover(desk, key, tell));
};

const recover = async (desk: Desk, key: string, tell: Steps["tell"]): Promise<Ending> => {
  const { bucket, send } = desk.held.stage;
  const { from, to } = desk.index.reading;
  const site = await loadSiteForQuarantine(desk.site().files);
  const passedOver = new Map<string, Trouble>();
  const onTrouble = (trouble: Trouble): void => {
    passedOver.set(trouble.key, trouble);
  };
  const days = { from, to };
  const wanted = (event: OpenEvent): boolean => quarantineKey(event) === key;
  const takeAgain = takerAgain({ schemas: site.schemas, trust: site.settings.trust });
  const found = (await surveyQuarantine(bucket, takeAgain, { days, onTrouble })).filter(wanted);
  if (found.length === 0) throw gone();
  const task = await toRecover({ bucket }, found);
  const onEvents = task.open === 0 && !task.isLeft ? undefined : progress(task.open, tell);
  const recovered = await runRecovery(
    { site, bucket, send, learners: desk.learners, days, wanted, onTrouble, ...(onEvents && { onEvents }) },
    task,
  );
  const lines = recoveredLines(recovered, stayingOf(found));
  return {
    end: "done",
    told: [...lines.map(({ told }) => told), ...unread([...passedOver.values()])].join(" "),
  };
};

/** What was passed over, as it could not be read. */
const unread = (passedOver: readonly Trouble[]): readonly string[] => {
  const [first] = passedOver;
  if (first === undefined) return [];
  const them = passedOver.length === 1 ? "it" : "them";
  return [
    `${counted(passedOver.length, "object")} of the archive could not be read, and nothing of ${them} is in this: ${first.detail}`,
  ];
};

const gone = (): NotFound =>
  new NotFound("There is nothing of this group in quarantine any more: it was recovered, or has expired.");
