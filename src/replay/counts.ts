import type { Filter } from "../ledger/ledger.ts";
import { type UnsentReason, unsentReasons } from "../retell/retold.ts";

/** What becomes of statements, translation by translation. */
export interface TranslationCounts {
  /** The endpoint has none of it: it is sent. */
  sent: number;
  /** It has them as they are: nothing is sent. */
  unchanged: number;
  /** It has them as they are, and gets them once more, as that is asked for. */
  again: number;
  /** It has them in another form, which is voided, and gets the new one. */
  revised: number;
  /** It has them, and today's mapping does not make them any more: they are left. */
  gone: number;
  /** The same, and they are voided. */
  retracted: number;
}

/** Why something that should be sent is not: these are the reasons of `jlt failures retry` and one more. */
export const TROUBLES = {
  "event.unknown":
    "Their events cannot be read by the schemas under mappings/ as they are now. Add the schema again.",
  "mapping.failed":
    "The mapping as it is now cannot make statements of their events. Mend it and run this again.",
  "size.exceeded": unsentReasons["size.exceeded"].replace("It is", "They are"),
  "cannot.revise":
    "The endpoint has them in another form, and its protocol has no way to take that back: only xAPI lets a statement be voided. They stay as they are there.",
  "ledger.gap":
    "The endpoint may have them in several forms, and ledger or receipts, which are damaged or gone, do not tell which of them took the place of which. They stay as they are there.",
} as const satisfies Partial<Record<UnsentReason | "ledger.gap", string>>;

export type TroubleReason = keyof typeof TROUBLES;

/** What became of the events of a replay at one endpoint, or would. */
export interface ReplayCounts {
  /** Each event once. */
  events: number;
  /** What is put into the queue, with what voids. */
  statements: number;
  readonly translations: Record<string, TranslationCounts>;
  /** Events that it is told nothing of. */
  readonly filtered: Partial<Record<Filter, number>>;
  /** With what is wrong with the first of them, which holds no value of an event. */
  readonly troubles: Partial<Record<TroubleReason, Troubled>>;
}

export interface Troubled {
  readonly count: number;
  readonly message: string;
}

export const noCounts = (): ReplayCounts => ({
  events: 0,
  statements: 0,
  translations: {},
  filtered: {},
  troubles: {},
});

export const countStatement = (
  { translations }: ReplayCounts,
  translation: string,
  what: keyof TranslationCounts,
): void => {
  const counts = translations[translation] ?? {
    sent: 0,
    unchanged: 0,
    again: 0,
    revised: 0,
    gone: 0,
    retracted: 0,
  };
  translations[translation] = counts;
  counts[what]++;
};

export const countFiltered = ({ filtered }: ReplayCounts, why: Filter): void => {
  filtered[why] = (filtered[why] ?? 0) + 1;
};

/** `detail` is a sentence that says more of it. */
export const countTrouble = ({ troubles }: ReplayCounts, reason: TroubleReason, detail?: string): void => {
  const { count = 0, message = [detail, TROUBLES[reason]].filter(Boolean).join(" ") } =
    troubles[reason] ?? {};
  troubles[reason] = { count: count + 1, message };
};

/** How many statements became what, of all translations. */
export const totalOf = ({ translations }: ReplayCounts, what: keyof TranslationCounts): number =>
  Object.values(translations).reduce((sum, counts) => sum + counts[what], 0);
