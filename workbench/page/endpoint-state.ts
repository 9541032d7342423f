import type { EndpointRow } from "../api/endpoints.ts";
import { count, counted } from "./words.ts";

/** How an endpoint is doing: in a word, and in sentences. */
export interface EndpointState {
  readonly kind: "good" | "wait" | "bad" | "soft";
  readonly word: "Delivers" | "On the way" | "Waits" | "Needs somebody" | "Idle";
  readonly sentences: readonly string[];
}

/** What has waited for so long, in milliseconds, is not just on its way: batches are gathered for up to five minutes. */
const LONG = 10 * 60_000;

/** What has waited for so long, in milliseconds, without any answer is worth a look. */
const SLOW = 60_000;

/** Judges an endpoint by its account, its queues and its failures; `now` in milliseconds. */
export const stateOf = (row: EndpointRow, now: number): EndpointState => {
  const wrong = wrongWith(row);
  if (wrong.length > 0)
    return { kind: "bad", word: "Needs somebody", sentences: [...wrong, ...replacedOf(row)] };
  const { account, oldest, perMinute } = row;
  const { waiting, delivered, received } = account;
  const replaced = replacedOf(row);
  const waits = waiting > 0 && oldest !== undefined && now - Date.parse(oldest) > LONG;
  if (waits && perMinute === 0)
    return {
      kind: "wait",
      word: "Waits",
      sentences: [
        `${counted(waiting, "statement")} ${waiting === 1 ? "has" : "have"} waited for more than ten minutes, and nothing was delivered in the last one.`,
        "To see why, test this endpoint.",
        ...replaced,
      ],
    };
  if (waiting > 0) {
    const onTheWay = `${counted(waiting, "statement")} ${waiting === 1 ? "is" : "are"} on the way.`;
    if (!hasTakenAny(row)) {
      const isSlow = oldest !== undefined && now - Date.parse(oldest) > SLOW;
      return {
        kind: isSlow ? "wait" : "soft",
        word: "On the way",
        sentences: [
          onTheWay,
          ...(isSlow ? ["Nothing was delivered yet. To see why, test this endpoint."] : []),
          ...replaced,
        ],
      };
    }
    return {
      kind: "good",
      word: "Delivers",
      sentences: [
        waits
          ? `It takes statements, but ${count(waiting)} still wait, some for more than ten minutes.`
          : onTheWay,
        ...replaced,
      ],
    };
  }
  if (delivered > 0)
    return {
      kind: "good",
      word: "Delivers",
      sentences: ["Everything that it was to be told has been delivered.", ...replaced],
    };
  return {
    kind: "soft",
    word: "Idle",
    sentences: received > 0 && replaced.length > 0 ? replaced : [whyIdle(received)],
  };
};

/** Whether it has taken anything since the oldest that waits came: what it took before says nothing of now. */
const hasTakenAny = ({ perMinute, oldest, answers }: EndpointRow): boolean =>
  perMinute > 0 ||
  (oldest !== undefined &&
    answers.some(({ at, end }) => end === "delivered" && Date.parse(at) >= Date.parse(oldest)));

const whyIdle = (received: number): string =>
  received === 0
    ? "No event has come for it on these days."
    : "Events came, but none of them is told to it: the filters say why.";

/** What is set aside for ever, as another was sent in its place. What was delivered before it was refused is no part of it. */
const replacedOf = ({ account, failures }: EndpointRow): readonly string[] => {
  const open = sumOf(failures.filter(({ deliveredBefore }) => !deliveredBefore));
  const replaced = account.setAside - open;
  if (replaced <= 0) return [];
  return [
    replaced === 1
      ? "1 was set aside, and another was sent in its place."
      : `${count(replaced)} were set aside, and others were sent in their place.`,
  ];
};

const sumOf = (failures: EndpointRow["failures"]): number =>
  failures.reduce((sum, { count }) => sum + count, 0);

/** What nobody but an administrator can mend. */
const wrongWith = ({ account, deadLetters, failures }: EndpointRow): readonly string[] => {
  const open = sumOf(failures);
  return [
    ...(open > 0 ? [`${counted(open, "statement")} ${open === 1 ? "is" : "are"} set aside.`] : []),
    ...(deadLetters > 0
      ? [
          `${count(deadLetters)} ${deadLetters === 1 ? "message is" : "messages are"} with the dead letters: no function could take them. Look at the log of its function.`,
        ]
      : []),
    ...(account.overdue > 0
      ? [`${counted(account.overdue, "statement")} waited for longer than a queue keeps anything.`]
      : []),
    ...(account.unexplained > 0
      ? [
          `${counted(account.unexplained, "statement")} ended without having been made: lines of the ledger are missing.`,
        ]
      : []),
  ];
};
