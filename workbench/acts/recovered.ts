import type { Trouble } from "../../src/archive/damaged.ts";
import { counted } from "../../src/counted.ts";
import type { StayingEvents } from "../../src/recovery/groups.ts";
import type { Recovered } from "../../src/recovery/recover.ts";

/** What a recovery came to, in sentences: what was taken in and told, what was not, and what stays. */
export const recoveredSentences = (
  { events, known, withheld, unreadable, untaken, told }: Recovered,
  stay: readonly StayingEvents[],
  passedOver: readonly Trouble[],
): readonly string[] => {
  const staying = stay.reduce((sum, { count }) => sum + count, 0);
  return [
    events === 0
      ? "No event was recovered."
      : `${counted(events, "event")} recovered: archived, and told to endpoints like the rest.`,
    ...Object.entries(told).flatMap(([endpoint, { statements, setAside }]) => [
      `${endpoint}: ${counted(statements, "statement")} sent to its queue${setAside > 0 ? `, ${setAside} set aside` : ""}.`,
    ]),
    ...when(known, `${known} only marked: accepted meanwhile, as ${one(known, "it", "they")} came again.`),
    ...when(
      withheld,
      `${withheld} withheld: their learners do not want to be collected by now, or were erased since.`,
    ),
    ...when(
      unreadable,
      `${unreadable} not taken: what their learners have chosen is damaged. Restore that object, or remove it.`,
    ),
    ...when(untaken, `A queue did not take what came of ${untaken}, so it ended there. Recover them again.`),
    ...when(
      staying,
      `${staying} ${one(staying, "stays", "stay")} in quarantine: ${stay.map(({ count, why }) => `${count} for ${why}`).join(", ")}.`,
    ),
    ...when(
      passedOver.length,
      `${counted(passedOver.length, "object")} of the archive could not be read, and nothing of ${one(passedOver.length, "it", "them")} is in this: ${passedOver[0]?.detail}`,
    ),
  ];
};

const when = (count: number, sentence: string): readonly string[] => (count > 0 ? [sentence] : []);

const one = (count: number, single: string, several: string): string => (count === 1 ? single : several);
