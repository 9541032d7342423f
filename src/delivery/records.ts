import type { FailedRecord, Receipt } from "../archive/records.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { parseJson } from "../event/json.ts";
import type { Refusal } from "../event/reason.ts";
import { isVoiding } from "../xapi/voiding.ts";
import type { Answer } from "./answer.ts";
import { contentHash } from "./content.ts";
import { excerptOf } from "./excerpt.ts";
import type { Delivery } from "./message.ts";
import type { Statement } from "./pack.ts";
import type { Outcome, Waiting } from "./settle.ts";

/** What is written down of statements that ended. */
export type Ended = Exclude<Outcome, Waiting> | Expired | Unlisted;

/** A statement that the endpoint's file, as it is now, allows no place for. */
export interface Unlisted {
  readonly statement: Statement;
  readonly end: "setAside";
  readonly class: "unlisted";
  readonly answer: undefined;
}

/** A statement that waited for as long as the queue could keep it. */
export interface Expired {
  readonly statement: Statement;
  readonly end: "setAside";
  readonly class: "waited";
  /** The last one, where the endpoint was asked at all. */
  readonly answer: Answer | undefined;
}

/** What has ended: also what waits, but was first sent before `expires` (milliseconds since 1970). */
export const endedAmong = (
  outcomes: readonly Outcome[],
  deliveries: ReadonlyMap<string, Delivery>,
  expires: number,
): readonly Ended[] =>
  outcomes.flatMap((each): readonly Ended[] => {
    if (each.end !== "waiting") return [each];
    const { statement, answer } = each;
    const isOld = (deliveries.get(statement.id)?.since ?? expires) < expires;
    return isOld ? [{ statement, end: "setAside", class: "waited", answer }] : [];
  });

/** The receipts of what the endpoint accepted. */
export const receiptsOf = (outcomes: readonly Ended[], at: string): readonly Receipt[] =>
  outcomes.flatMap(({ end, statement, answer }) => {
    if (end !== "delivered" || typeof answer.status !== "number") return [];
    const { id, event, translation, mapping, text } = statement;
    const { status } = answer;
    // Most need not be parsed to see that they void nothing.
    const voids = text.includes("StatementRef") && isVoiding(parsed(text)) && { voids: true as const };
    const content = contentHash(text);
    return [
      { id, event, translation, mappingHash: mapping, content, at, status, ...whose(statement), ...voids },
    ];
  });

/** Whose a statement is, and where it goes, as far as that is known. */
const whose = ({ learner, to }: Statement): Pick<Statement, "learner" | "to"> => ({
  ...(learner !== undefined && { learner }),
  ...(to !== undefined && { to }),
});

/** What is kept of the statements that were set aside; `deliveries` has by its id what a statement came in. */
export const failuresOf = (
  ended: readonly Ended[],
  outcomes: readonly Outcome[],
  { name, protocol }: Endpoint,
  deliveries: ReadonlyMap<string, Delivery>,
  at: string,
): readonly FailedRecord[] => {
  const failed = ended.filter((each) => each.end === "setAside");
  if (failed.length === 0) return [];
  // An answer to a request with many statements may quote any of them, also one that waits.
  const excerpts = new Map(
    [...Map.groupBy(outcomes, ({ answer }) => answer)].map(([answer, inside]) => [
      answer,
      excerptOf(
        answer?.excerpt ?? "",
        inside.map(({ statement }) => statement.text),
      ),
    ]),
  );
  return failed.map(({ statement, class: why, answer }) => {
    const { id, event, translation, mapping, text } = statement;
    const delivery = deliveries.get(id);
    return {
      id,
      event,
      endpoint: name,
      at,
      mapping: translation.slice(0, translation.lastIndexOf(":")),
      mappingHash: mapping,
      translation,
      class: why === "unlisted" ? "setAside" : why,
      ...refusalOf(why, answer, protocol),
      ...(typeof answer?.status === "number" && { status: answer.status }),
      answer: excerpts.get(answer) ?? "",
      ...(delivery !== undefined && {
        since: new Date(delivery.since).toISOString(),
        tries: delivery.tries,
      }),
      ...whose(statement),
      statement: parsed(text),
    };
  });
};

const refusalOf = (
  why: Extract<Ended, { readonly end: "setAside" }>["class"],
  answer: Answer | undefined,
  protocol: Endpoint["protocol"],
): Refusal => {
  if (why === "unlisted") return UNLISTED;
  const detail = answer === undefined ? "It was not asked." : saidBy(answer);
  if (why === "waited") return { reason: "endpoint.unavailable", detail };
  if (answer?.status === 413) return { reason: "size.exceeded", detail };
  // xAPI 1.0.3 Part Three, 3.2: another statement has this id.
  if (answer?.status === 409 && protocol === "xapi") return { reason: "endpoint.conflict", detail };
  return { reason: "endpoint.refused", detail };
};

const UNLISTED: Refusal = {
  reason: "endpoint.unlisted",
  detail: "It was not sent: the endpoint's file does not list the host that it was for.",
};

const saidBy = ({ status }: Answer): string =>
  typeof status === "number" ? `The endpoint answered ${status}.` : "The endpoint did not answer.";

/** Whatever was refused is kept, even where it is no JSON. */
const parsed = (text: string): unknown => {
  const json = parseJson(text);
  return "value" in json ? json.value : text;
};
