import fc from "fast-check";
import { daysAfter } from "../../src/archive/days.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import {
  type FailedRecord,
  failedLine,
  quarantineLine,
  rawLine,
  receiptLine,
} from "../../src/archive/records.ts";
import type { EventId } from "../../src/event/id.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { ledgerLine, type Made, withheldLine } from "../../src/ledger/ledger.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { PSEUDONYM_KEY } from "../support/tokens.ts";
import { DAYS, ENDPOINTS, REFUSED } from "./index-support.ts";

export const tagOf = learnerTags(PSEUDONYM_KEY);
const SOURCES = ["jupyter-server/contents", "jupyterhub/server-action"];
/** The translation that the second statement of an event is made by. */
export const READ = "jupyter-server/contents:read";
const PEOPLE = ["ada", "grace", undefined];

/** What an event becomes for an endpoint: so many statements, a failure, nothing, or not a word. */
const fate = fc.constantFrom<Made | 1 | 2 | undefined>(
  1,
  1,
  1,
  2,
  "failed",
  "consent",
  "where",
  "mapping",
  "repeat",
  undefined,
);
const number = fc.nat({ max: 11 });
const day = fc.nat({ max: 4 });
const endpoint = fc.constantFrom(...ENDPOINTS);
const place = fc.nat({ max: 1 });

const arrives = fc.record({
  kind: fc.constant("arrives" as const),
  day,
  events: fc.array(fc.record({ number, fates: fc.tuple(fate, fate) }), { minLength: 1, maxLength: 5 }),
  /** What was lost, or is written later than everything else. */
  without: fc.constantFrom("nothing", "nothing", "nothing", "raw", "ledger", "raw and ledger"),
  recovered: fc.option(day, { nil: undefined }),
});
const ends = fc.record({
  kind: fc.constantFrom("delivered", "delivered", "setAside", "again", "replaced", "eventAgain"),
  day,
  endpoint,
  statements: fc.array(fc.record({ number, place }), { minLength: 1, maxLength: 4 }),
});
const quarantined = fc.record({
  kind: fc.constantFrom("refused", "refused", "recovered"),
  day,
  records: fc.array(fc.nat({ max: REFUSED.length - 1 }), { minLength: 1, maxLength: 3 }),
});
const withheld = fc.record({ kind: fc.constant("withheld" as const), day, number });

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const step = fc.oneof(
  { weight: 4, arbitrary: arrives },
  { weight: 5, arbitrary: ends },
  { weight: 2, arbitrary: quarantined },
  { weight: 1, arbitrary: withheld },
);

/** What happens in an archive, in any order: what ended may come before what was made, and before its event. */
export const history: fc.Arbitrary<readonly Step[]> = fc.array(step, { maxLength: 24 });

export const eventId = (number: number): EventId =>
  `00000000-0000-5000-8000-${String(number).padStart(12, "0")}` as EventId;
const statementId = (number: number, at: string, place: number): string =>
  `statement ${number} ${at} ${place}`;

/** A moment of a day that no other step has. */
const momentOf = (day: number, step: number): string =>
  new Date(Date.parse(`${daysAfter(DAYS.from, day)}T10:00:00.000Z`) + step * 7000).toISOString();

const madeOf = (number: number, at: string, fate: Made | 1 | 2 | undefined): Made | undefined => {
  if (fate === "failed" && !mayFail(number)) return "mapping";
  return typeof fate === "number"
    ? Array.from({ length: fate }, (_, place) => statementId(number, at, place))
    : fate;
};

/** Of some events no statement can be made, of the others statements may be refused: hardly ever both. */
const mayFail = (number: number): boolean => number % 3 === 0;

const learnerOf = (number: number) => {
  const username = PEOPLE[number % PEOPLE.length];
  return {
    ...(username !== undefined && { username, tag: tagOf(username) }),
    roles: [],
    proven: true,
    sender: {},
  };
};

const failure = (
  number: number,
  endpoint: string,
  at: string,
  changes: Partial<FailedRecord>,
): FailedRecord => ({
  id: eventId(number),
  event: eventId(number),
  endpoint,
  at,
  mapping: "jupyter-server/contents",
  mappingHash: "0123456789ab",
  class: "mapping",
  reason: "mapping.failed",
  detail: "It failed.",
  ...changes,
});

/** Carries a step out, which is the `at`-th, as the functions and commands do. */
export const carryOut = async (bucket: MemoryBucket, step: Step, at: number): Promise<void> => {
  const moment = momentOf(step.day, at);
  const failed = (endpoint: string, records: readonly FailedRecord[]): Promise<void> =>
    writeLines(bucket, prefixOf("failed", endpoint), records.map(failedLine));
  if (step.kind === "withheld") {
    const line = withheldLine(moment, `withheld ${"number" in step ? step.number : 0}`);
    await writeLines(bucket, prefixOf("ledger"), [line]);
  } else if ("events" in step) {
    const raw = step.events.map(({ number }) =>
      rawLine(eventId(number), moment, SOURCES[number % 2] ?? "", learnerOf(number), `{"n":${number}}`),
    );
    const recovered = step.recovered === undefined ? {} : { recovered: momentOf(step.recovered, at) };
    const ledger = step.events.map(({ number, fates }) => {
      const made = ENDPOINTS.map((name, index) => [name, madeOf(number, name, fates[index])] as const);
      const to = Object.fromEntries(
        made.flatMap(([name, each]) => (each === undefined ? [] : [[name, each]])),
      );
      return ledgerLine(moment, { event: eventId(number), to, ...recovered });
    });
    if (!step.without.includes("raw")) await writeLines(bucket, prefixOf("raw"), raw);
    if (!step.without.includes("ledger")) await writeLines(bucket, prefixOf("ledger"), ledger);
    for (const [index, name] of ENDPOINTS.entries()) {
      const those = step.events.filter(({ number, fates }) => fates[index] === "failed" && mayFail(number));
      await failed(
        name,
        those.map(({ number }) => failure(number, name, moment, {})),
      );
    }
  } else if ("records" in step) await quarantine(bucket, step.kind, step.records, step.day, at);
  else await end(bucket, step, moment, failed);
};

const quarantine = async (
  bucket: MemoryBucket,
  kind: string,
  records: readonly number[],
  day: number,
  at: number,
): Promise<void> => {
  // What is marked as taken in bears the time at which it arrived.
  const lines = records.flatMap((index) => {
    const record = REFUSED[index];
    if (record === undefined) return [];
    const own = { ...record, arrived: momentOf(day, kind === "refused" ? at : 0) };
    return [quarantineLine(kind === "refused" ? own : { ...own, recovered: momentOf(4, at), text: "" })];
  });
  await writeLines(bucket, prefixOf("quarantine"), lines);
};

type Ends = Extract<Step, { readonly statements: unknown }>;

const end = async (
  bucket: MemoryBucket,
  { kind, endpoint, statements }: Ends,
  moment: string,
  failed: (endpoint: string, records: readonly FailedRecord[]) => Promise<void>,
): Promise<void> => {
  const translation = "jupyter-server/contents:saved";
  const isApart = (number: number): boolean =>
    kind === "eventAgain" ? !mayFail(number) : ["setAside", "replaced"].includes(kind) && mayFail(number);
  const each = [...new Map(statements.map((one) => [JSON.stringify(one), one])).values()].filter(
    (one) => !isApart(one.number),
  );
  if (kind === "delivered") {
    const lines = each.map(({ number, place }) =>
      receiptLine({
        id: statementId(number, endpoint, place),
        event: eventId(number),
        translation: place === 0 ? translation : READ,
        mappingHash: "0123456789ab",
        content: `content ${number}`,
        at: moment,
        status: 200,
      }),
    );
    await writeLines(bucket, prefixOf("receipts", endpoint), lines);
    return;
  }
  const changes: Partial<FailedRecord> = {
    ...(kind === "again" || kind === "eventAgain" ? { class: "again" as const, since: moment } : {}),
    ...(kind === "setAside" && { class: "setAside" as const, statement: { text: moment } }),
    ...(kind === "replaced" && { replacedBy: "another" }),
    // An endpoint says so of what it has already, and only of that.
    reason: "endpoint.conflict",
    status: 409,
    translation,
  };
  await failed(
    endpoint,
    each.map(({ number, place }) =>
      failure(number, endpoint, moment, {
        ...changes,
        ...(kind !== "eventAgain" && { id: statementId(number, endpoint, place) }),
      }),
    ),
  );
};
