import { counted } from "../counted.ts";
import type { OutcomeLine } from "../retell/answered.ts";
import type { StayingEvents } from "./groups.ts";
import type { Recovered } from "./recover.ts";

export interface RecoveredOptions {
  /** The service, where it is to be named. */
  readonly stage?: string;
  readonly isRehearsal?: boolean;
}

/** What a recovery came to, in sentences: what was taken in and told, what was not, and what stays; or would be. */
export const recoveredLines = (
  { events, known, withheld, unreadable, untaken, told }: Recovered,
  stay: readonly StayingEvents[],
  { stage, isRehearsal = false }: RecoveredOptions = {},
): readonly OutcomeLine[] => {
  const many = counted(events, "event");
  const where = stage === undefined ? "" : ` (${stage})`;
  const staying = stay.reduce((sum, { count }) => sum + count, 0);
  return [
    isRehearsal
      ? { told: `${many} would be recovered${where}. Nothing was changed.` }
      : events === 0
        ? { told: `No event was recovered${where}.` }
        : { told: `${many} recovered${where}: archived, and told to endpoints like the rest.`, end: "good" },
    ...Object.entries(told).flatMap(([endpoint, { statements, setAside }]): readonly OutcomeLine[] => [
      {
        told: `${endpoint}: ${counted(statements, "statement")} ${isRehearsal ? "would be sent" : "sent"} to its queue.`,
      },
      ...mind(
        setAside,
        `${endpoint}: ${setAside} ${isRehearsal ? "would be " : ""}set aside (jlt failures).`,
      ),
    ]),
    ...(known > 0
      ? [
          {
            told: `${known} ${isRehearsal ? "would only be" : "only"} marked: accepted meanwhile, as ${known === 1 ? "it" : "they"} came again.`,
          },
        ]
      : []),
    ...mind(
      withheld,
      `${withheld} withheld: their learners do not want to be collected by now, or were erased since.`,
    ),
    ...mind(
      unreadable,
      `${unreadable} not taken: what their learners have chosen is damaged. Restore that object, or remove it.`,
    ),
    ...mind(untaken, `A queue did not take what came of ${untaken}, so it ended there. Recover them again.`),
    ...mind(
      staying,
      `${staying} ${staying === 1 ? "stays" : "stay"} in quarantine: ${reasonsOf(stay).join(", ")}.`,
    ),
  ];
};

const mind = (count: number, told: string): readonly OutcomeLine[] =>
  count > 0 ? [{ told, end: "mind" }] : [];

/** Why they stay, without what each is wrong by. */
const reasonsOf = (stay: readonly StayingEvents[]): readonly string[] =>
  [...Map.groupBy(stay, ({ why }) => why)].map(
    ([why, same]) => `${same.reduce((sum, { count }) => sum + count, 0)} for ${why}`,
  );
