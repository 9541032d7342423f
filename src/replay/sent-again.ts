import type { ArchiveLine } from "../archive/layout.ts";
import { failedLine } from "../archive/records.ts";
import { afterwards, replacedLine } from "../ledger/failures.ts";
import { againRecords } from "../retell/retold.ts";
import type { Outgoing } from "./decide.ts";
import type { Had } from "./had.ts";
import type { SetAside } from "./set-aside.ts";

/**
 * The lines that say of what was set aside of an event that it is sent again now, or that something else is sent in its
 * place; `since` is when, in ISO 8601.
 */
export const sentAgain = (
  setAside: readonly SetAside[],
  sendings: readonly Outgoing[],
  had: ReadonlyMap<string, Had>,
  since: string,
): readonly ArchiveLine[] =>
  setAside.flatMap((failure) => {
    if (failure.class === "again" || failure.replacedBy !== undefined) return [];
    const isOfEvent = failure.id === failure.event;
    const answers = sendings.filter(({ of }) => isOfEvent || of.has(failure.id));
    const statements = answers.flatMap((each) => each.statements);
    if (statements.length === 0) return [];
    const isSent = isOfEvent || had.has(failure.id) || statements.some(({ id }) => id === failure.id);
    const becomes = isSent ? "again" : "replaced";
    const at = afterwards(failure);
    const sent = {
      failure,
      end: "sent",
      statements,
      replaces: [],
      ledger: [],
      setAside: [],
      becomes,
    } as const;
    return [
      ...againRecords(sent, at).map((record) => failedLine({ ...record, since })),
      ...(isSent ? [] : [replacedLine(failure, statements.at(-1)?.id ?? "", at)]),
    ];
  });
