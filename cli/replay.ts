import { readSite } from "../build/site.ts";
import { withStage } from "../stage/stage.ts";
import { askOnTerminal, ensureAnswer } from "./ask.ts";
import { type Command, parseArguments } from "./command.ts";
import { daysIn } from "./days.ts";
import { leanMemory } from "./lean.ts";
import { endpointsOf } from "./ledger.ts";
import { rateOf, replayOptions, sourceOf } from "./replay-options.ts";
import { replayEvents } from "./replay-run.ts";
import { STAGE_HELP } from "./stage-options.ts";

/** `jlt replay`: archived events through the mappings as they are now, to endpoints. */
export const replay: Command = {
  name: "replay",
  usage:
    "replay --from DAY [--to DAY] [--schema S] [--course C] [--learner U] [--endpoint E] [--dry-run] [--rate N] [--stage S | --state FOLDER] [--yes] [--json]",
  summary: "tells endpoints of archived events again, by the mappings as they are now",
  help: `Reads archived events, and tells endpoints of them as the mappings and endpoint files in this folder say it now. What an
endpoint does not have is sent, under the id that it would have had from the start; what it has in the same form is left
alone; what an xAPI store has in another form is voided and said anew. What learners have chosen is asked anew. It can be
cut off at any moment and run again: it goes on where it was. Exit code 0: done; 1: something could not be sent or read.

  jlt replay --from 2026-11-01 --to 2026-11-22 --endpoint campus-lrs --dry-run
  jlt replay --from 2026-11-01 --schema jupyter-server/contents --stage prod --rate 100

  --from D, --to D  the days (UTC) on which the events arrived; up to today without --to
  --schema S        only events of this mapping's folder, such as jupyter-server/contents, or with this schema's id
  --course C        only events in this course, by its id
  --learner U       only events of this user
  --endpoint E      only to this endpoint; to all of them without it
  --rate N          events that are sent in a second, at the most
  --delivered       sends what the endpoint has once more, under the same id, as after a store has lost it
  --retract         voids what an xAPI store has and the mappings do not make any more; otherwise that is only counted
  --anew            begins again, and not where a run with the same options was cut off
  --dry-run         counts what would be sent, and changes nothing
  --yes             without a question, and without counting before
${STAGE_HELP}
  --json            data`,
  run: async (args) => {
    const onRead = leanMemory();
    const { values } = parseArguments({ args: [...args], options: replayOptions });
    const { yes, json, schema, endpoint } = values;
    daysIn(values);
    rateOf(values);
    ensureAnswer(
      { yes: yes || values["dry-run"], json },
      "Say --yes to send, or --dry-run to see what would be sent.",
    );
    const site = await readSite(".");
    endpointsOf(site, endpoint);
    if (schema !== undefined) sourceOf(schema, site);
    return withStage(values, site, (stage) => replayEvents(stage, site, values, askOnTerminal, { onRead }));
  },
};
