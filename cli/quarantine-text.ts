import type { Trouble } from "../src/archive/damaged.ts";
import type { QuarantineRecord } from "../src/archive/records.ts";
import { counted } from "../src/counted.ts";
import type { Judged } from "../src/recovery/again.ts";
import type { QuarantineGroup, StayingEvents } from "../src/recovery/groups.ts";
import type { Recovered } from "../src/recovery/recover.ts";
import { type RecoveredOptions, recoveredLines } from "../src/recovery/recovered.ts";
import { outcomeLines } from "./outcome.ts";
import { bold, dim, green } from "./paint.ts";
import { passedOverLines } from "./passed-over.ts";
import { excerpt, visible } from "./visible.ts";

/** So many groups are told, and of each so many reasons why events stay. */
const GROUPS = 40;
const NAMED = 3;
/** So much is shown of a schema's id. */
const SHOWN = 120;

export const groupsText = (
  groups: readonly QuarantineGroup[],
  stage: string,
  passedOver: readonly Trouble[],
): string => {
  const all = groups.reduce((sum, { count }) => sum + count, 0);
  const accepted = groups.reduce((sum, each) => sum + each.accepted, 0);
  const others = groups.length - GROUPS;
  return [
    ...groups.slice(0, GROUPS).map(groupText),
    ...(others > 0 ? [`And ${counted(others, "other group")} (--json tells all).`] : []),
    all === 0
      ? green(`Nothing of the kind is in quarantine (${stage}).`)
      : `${counted(all, "event")} in quarantine (${stage}).`,
    ...(accepted > 0
      ? [`The files in this folder accept ${accepted} of them. Take these in: jlt quarantine recover`]
      : []),
    ...linesText(passedOverLines(passedOver)),
  ].join("\n\n");
};

const linesText = (lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [lines.join("\n")];

const groupText = (group: QuarantineGroup): string => {
  const { reason, schema, count, first, last, accepted, stay, advice, example } = group;
  return [
    bold(`${count}: ${reason}${schema === undefined ? "" : `, ${excerpt(schema, SHOWN)}`}`),
    `  ${first === last ? `on ${first}` : `from ${first} to ${last}`}`,
    accepted > 0
      ? green(`  ${accepted} would be accepted by the files in this folder.`)
      : "  None of them would be accepted by the files in this folder.",
    ...stayText(stay).map((line) => `  ${line}`),
    `  ${advice}`,
    dim(`  One of them: jlt quarantine show ${visible(example)}`),
  ].join("\n");
};

const stayText = (stay: readonly StayingEvents[]): readonly string[] => [
  ...stay.slice(0, NAMED).map(({ why, detail, count }) => `${count} not: ${why}. ${visible(detail)}`),
  ...(stay.length > NAMED ? [`and others for ${counted(stay.length - NAMED, "other reason")}`] : []),
];

/** A record whole: what is known of it, what the files of today say, and its text as it came. */
export const recordText = (record: QuarantineRecord, judged: Judged, note: string | undefined): string => {
  const { text, sender, nobodys: _, ...about } = record;
  const lines = Object.entries(about).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key.padEnd(10)} ${visible(String(value))}`],
  );
  const { schema } = judged;
  return [
    ...lines,
    ...(schema === undefined ? [] : [`schema     ${visible(schema)}`]),
    `sender     ${sender === undefined ? "not kept" : visible(JSON.stringify(sender))}`,
    `now        ${"stays" in judged ? `${judged.stays.why}: ${visible(judged.stays.detail)}` : "accepted by the files in this folder"}`,
    ...(note === undefined ? [] : [note]),
    "",
    text === "" ? "Its text was not kept." : visible(text),
  ].join("\n");
};

/** What a recovery came to, or would come to: the further lines stand below the first, and below them what stays, and why. */
export const recoveredText = (
  recovered: Recovered,
  stay: readonly StayingEvents[],
  options: RecoveredOptions,
): string =>
  [
    ...outcomeLines(recoveredLines(recovered, stay, options)),
    ...stay.map(({ why, detail, count }) => `  ${String(count).padStart(6)}  ${why}: ${visible(detail)}`),
  ].join("\n");
