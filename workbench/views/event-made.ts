import { type Frames, framesFor } from "../../src/endpoint/frame.ts";
import type { StatementId } from "../../src/event/id.ts";
import type { UnderstoodMapping } from "../../src/mapping/understand.ts";
import { idOfLine } from "../../src/retell/raw.ts";
import { type Became, batchReteller } from "../../src/retell/retelling.ts";
import type { Desk } from "../desk.ts";
import type { IndexedEvent } from "../index/archive-index.ts";
import { troubleOf } from "../trouble.ts";

/** What an event becomes by the files as they are now, for each endpoint by its name; or why nobody can tell. */
export interface MadeNow {
  readonly made: ReadonlyMap<string, Became>;
  readonly unmade?: string;
}

/**
 * Tells an event again in its batch, given the lines of it that are its learner's, as a retry or a replay does: with the
 * service's own secrets, so that ids and pseudonyms are the real ones, and by what learners have chosen by now. Nothing is
 * kept or sent.
 */
export const madeNow = async (
  desk: Desk,
  batch: readonly string[],
  { id, source }: Pick<IndexedEvent, "id" | "source">,
): Promise<MadeNow> => {
  const { site, files } = desk.site();
  const mapping = files.sources.find(({ name }) => name === source)?.mapping;
  const isAlone = mapping === undefined || !looksAround(mapping);
  const lines = isAlone ? batch.filter((line) => idOfLine(line) === id) : batch;
  const made = new Map<string, Became>();
  try {
    const { keys, choices } = await desk.learners();
    for (const endpoint of site.endpoints) {
      const frames = namingOnly(id, framesFor(endpoint, site.settings, keys));
      for await (const became of batchReteller(site, endpoint, frames, choices)(lines, (each) => each === id))
        if ("event" in became) made.set(endpoint.name, became);
    }
    return { made };
  } catch (error) {
    const { trouble } = troubleOf(error, desk);
    return { made: new Map(), unmade: `Its statements cannot be made again here. ${trouble}` };
  }
};

/** Whether what a mapping says of an event may depend on others of its batch. */
const looksAround = ({ previous, translations }: UnderstoodMapping): boolean =>
  previous !== undefined || translations.some(({ within }) => within !== undefined);

/** Frames that give ids to the statements of one event: those of the others are only compared, and never shown. */
const namingOnly = (id: string, frames: Frames): Frames => ({
  of: frames.of,
  id: (event, ...about) => (event === id ? frames.id(event, ...about) : NOT_SHOWN),
});

const NOT_SHOWN = "00000000-0000-0000-0000-000000000000" as StatementId;
