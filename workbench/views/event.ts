import { isObject, parseJson } from "../../src/event/json.ts";
import { rawReader } from "../../src/retell/raw.ts";
import type { EventDetail } from "../api/event.ts";
import type { Desk } from "../desk.ts";
import { NotFound, Overtaken } from "../trouble.ts";
import { endingsOf } from "./event-endings.ts";
import { courseShown, learnerShown } from "./event-learner.ts";
import { madeNow } from "./event-made.ts";
import { titleOf } from "./names.ts";

/**
 * One archived event from its raw form to what each endpoint received. Its batch is read in the archive, and told again
 * as a retry or a replay would. Throws NotFound where there is no such event, and Overtaken where its object is just being
 * put elsewhere.
 */
export const eventOf = async (given: Desk, id: string): Promise<EventDetail> => {
  const desk = asItIs(given);
  const { index } = desk;
  const found = index.event(id);
  if (found === undefined) throw new NotFound(whyNotFound(desk, id));
  const lines = await index.batchOf(found);
  if (lines === undefined)
    throw new Overtaken("The archive puts this event elsewhere just now. Load it again in a moment.");
  const { line } = lines;
  const read = rawReader(desk.site().site.schemas)(line, 0);
  const { raw, learner } = written(line);
  const whose = "reason" in read ? learner : read.learner;
  // Its mapping's folder may have another name by now.
  const event = "reason" in read ? found : { ...found, source: read.source };
  const batch = ownBatch(line, lines.batch, event.tag);
  const now = await madeNow(desk, batch, event);
  return {
    id,
    arrived: event.arrived,
    source: event.source,
    title: titleOf(desk, event.source),
    raw,
    ...("reason" in read ? { unreadable: read.detail } : { data: read.data, time: read.time }),
    ...(now.unmade !== undefined && { unmade: now.unmade }),
    learner: learnerShown(whose),
    ...courseShown(whose),
    batch: batch.length,
    endpoints: await endingsOf(desk, event, now.made),
  };
};

/** The desk with the index and the files of this moment, which are replaced together. */
const asItIs = (desk: Desk): Desk => {
  const [site, { index }] = [desk.site(), desk];
  return { ...desk, index, site: () => site };
};

const whyNotFound = ({ index }: Desk, id: string): string => {
  if (index.quarantine().some((each) => each.id === id))
    return "This event could not be accepted. It is in quarantine.";
  const { from, to } = index.reading;
  if (!index.isWhole)
    return "The archive is still being read, and this event was not among what is read so far.";
  return `There is no such event among those that are looked at, from ${from} to ${to}.`;
};

/** A line of `raw/` as it is written, and what it says of its learner. A damaged one is shown as it is. */
const written = (line: string): { readonly raw: unknown; readonly learner: unknown } => {
  const read = parseJson(line);
  const raw = "value" in read ? read.value : line;
  return { raw, learner: isObject(raw) ? raw.learner : undefined };
};

/**
 * The lines of a batch of the same learner's; of an event that is nobody's, only its own. A tag is the archive's own, and
 * stands in no event.
 */
const ownBatch = (line: string, batch: readonly string[], tag: string | undefined): readonly string[] => {
  if (tag === undefined) return [line];
  const mark = `"tag":${JSON.stringify(tag)}`;
  return batch.filter((each) => each === line || each.includes(mark));
};
