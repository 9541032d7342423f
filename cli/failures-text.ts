import type { FailedRecord } from "../src/archive/records.ts";
import { counted } from "../src/counted.ts";
import type { FailedTranslation, FailureGroup } from "../src/ledger/failure-groups.ts";
import { bold, dim, green } from "./paint.ts";
import { excerpt, visible, visibleJson } from "./visible.ts";

/** So many translations of a group are named. */
const NAMED = 3;
/** So much is shown of what an endpoint said. */
const SAID = 300;

export const groupsText = (groups: readonly FailureGroup[], stage: string): string => {
  const all = groups.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return green(`Nothing is set aside (${stage}).`);
  return [...groups.map(groupText), `${counted(all, "statement")} set aside (${stage}).`].join("\n\n");
};

const groupText = (group: FailureGroup): string => {
  const { endpoint, reason, status, count, first, last, translations, detail, answer, advice, ids } = group;
  const answered = status === undefined ? "" : `, answered ${status}`;
  const others = translations.length - NAMED;
  return [
    bold(visible(`${count} for ${endpoint}: ${reason} (${group.class}${answered})`)),
    visible(`  ${spanOf(first, last)}`),
    ...translations.slice(0, NAMED).map((each) => visible(`  ${translationText(each)}`)),
    ...(others > 0 ? [`  and of ${counted(others, "other translation")}`] : []),
    `  ${excerpt(detail, SAID)}`,
    ...(answer === undefined ? [] : [`  It said: ${excerpt(answer, SAID)}`]),
    `  ${advice}`,
    dim(visible(`  One of them: jlt failures show ${ids[0]}`)),
  ].join("\n");
};

const spanOf = (first: string, last: string): string =>
  minute(first) === minute(last) ? `on ${minute(first)}` : `from ${minute(first)} to ${minute(last)}`;

const minute = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)}`;

const translationText = ({ mapping, translation, count, changed }: FailedTranslation): string =>
  `${String(count).padStart(6)}  ${translation ?? mapping} – ${changeText(count, changed)}`;

const changeText = (count: number, changed: number | undefined): string => {
  if (changed === undefined) return "its mapping is gone";
  if (changed === 0) return "its mapping has not changed since";
  return changed === count ? "its mapping has changed since" : `its mapping has changed since for ${changed}`;
};

/** A record whole: what is known of it, and then the statement. */
export const recordText = (record: FailedRecord, note: string | undefined): string => {
  const { statement, ...about } = record;
  const lines = Object.entries(about).map(([key, value]) => `${key.padEnd(12)} ${visible(String(value))}`);
  return [
    ...lines,
    ...(note === undefined ? [] : [note]),
    statement === undefined ? "No statement could be made." : `\n${visibleJson(statement)}`,
  ].join("\n");
};
