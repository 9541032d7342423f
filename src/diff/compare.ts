import { parseJson } from "../event/json.ts";
import type { AcceptedEvent } from "../intake.ts";
import type { UnreadableEvent } from "../retell/raw.ts";
import { changedFields } from "./fields.ts";
import type { Finding, Why } from "./findings.ts";
import type { Outcome, Teller, ToldStatement } from "./tell.ts";

/** An event as two versions of a site read it; both say the same of its position in the batch. */
export interface Pair {
  /** The folder of its mapping, as far as that is known. */
  readonly source: string;
  readonly before: AcceptedEvent | UnreadableEvent;
  readonly after: AcceptedEvent | UnreadableEvent;
}

/** Tells endpoints of a batch by two versions of a site, and says for each statement whether it is the same in both. */
export function* compareBatch(pairs: readonly Pair[], before: Teller, after: Teller): Generator<Finding> {
  const endpoints = [...new Set([...before.endpoints, ...after.endpoints])];
  const toldBefore = before.tell(pairs.flatMap((pair) => acceptedOf(pair.before) ?? []));
  const toldAfter = after.tell(pairs.flatMap((pair) => acceptedOf(pair.after) ?? []));
  for (const pair of pairs) {
    const unreadable = unreadableOf(pair);
    if (unreadable !== undefined) yield unreadable;
    const first = acceptedOf(pair.before);
    const second = acceptedOf(pair.after);
    for (const endpoint of endpoints) {
      const one = { ...sideOf(before, first, endpoint), ...outcomeIn(toldBefore, first, endpoint) };
      const other = { ...sideOf(after, second, endpoint), ...outcomeIn(toldAfter, second, endpoint) };
      yield* compareOutcomes(one, other, endpoint);
    }
  }
}

const acceptedOf = (event: AcceptedEvent | UnreadableEvent): AcceptedEvent | undefined =>
  "reason" in event ? undefined : event;

const unreadableOf = ({ source, before, after }: Pair): Finding | undefined => {
  const refusal = "reason" in after ? after : "reason" in before ? before : undefined;
  if (refusal === undefined) return undefined;
  const when = !("reason" in after) ? "before" : "reason" in before ? "both" : "after";
  const { id: event, reason, detail } = refusal;
  return { kind: "unreadable", when, mapping: source, event, reason, detail };
};

/** What one version makes of an event, and what it needs to say why it makes nothing. */
interface Side extends Outcome {
  readonly teller: Teller;
  readonly event: AcceptedEvent | undefined;
  readonly endpoint: string;
}

const sideOf = (teller: Teller, event: AcceptedEvent | undefined, endpoint: string) => ({
  teller,
  event,
  endpoint,
});

const outcomeIn = (
  told: ReturnType<Teller["tell"]>,
  event: AcceptedEvent | undefined,
  endpoint: string,
): Outcome => (event && told.get(event.message)?.get(endpoint)) ?? NOTHING;

const NOTHING: Outcome = { made: "told", statements: [] };

function* compareOutcomes(one: Side, other: Side, endpoint: string): Generator<Finding> {
  if (areSame(one, other)) {
    for (const { translation } of one.statements) yield { kind: "same", endpoint, translation };
    return;
  }
  const others = new Map(other.statements.map((statement) => [keyOf(statement), statement]));
  for (const statement of one.statements) {
    const key = keyOf(statement);
    const counterpart = others.get(key);
    others.delete(key);
    yield* compareStatements(statement, counterpart, { one, other, endpoint });
  }
  for (const statement of others.values())
    yield* compareStatements(undefined, statement, { one, other, endpoint });
  yield* compareEnds(one, other, endpoint);
}

/** The usual case, told without looking closer: the same statements, to the letter and with the same ids. */
const areSame = (one: Outcome, other: Outcome): boolean =>
  one.made === other.made &&
  one.statements.length === other.statements.length &&
  one.statements.every(({ id, text }, at) => {
    const counterpart = other.statements[at];
    return text !== undefined && counterpart?.id === id && counterpart.text === text;
  });

const keyOf = ({ translation, position }: ToldStatement): string => `${translation}\n${position}`;

function* compareStatements(
  before: ToldStatement | undefined,
  after: ToldStatement | undefined,
  { one, other, endpoint }: { readonly one: Side; readonly other: Side; readonly endpoint: string },
): Generator<Finding> {
  const statement = before ?? after;
  if (statement === undefined) return;
  const { translation, id } = statement;
  const first = before?.text;
  const second = after?.text;
  const event = (one.event ?? other.event)?.id ?? "";
  const about = { endpoint, translation, event, id };
  if (first === second) {
    // Too large to be sent in both is nothing that is told.
    if (first !== undefined) yield { kind: "same", endpoint, translation };
  } else if (first === undefined) {
    if (second !== undefined)
      yield { kind: "new", ...about, why: whyNot(one, statement, before), text: second };
  } else if (second === undefined) {
    yield { kind: "gone", ...about, why: whyNot(other, statement, after), text: first };
  } else {
    const changes = changedFields(parsed(first), parsed(second));
    yield changes.length === 0
      ? { kind: "same", endpoint, translation }
      : { kind: "changed", ...about, changes };
  }
}

const parsed = (text: string): unknown => {
  const read = parseJson(text);
  return "value" in read ? read.value : text;
};

/** Why a version does not tell a statement that the other one tells. */
const whyNot = (side: Side, statement: ToldStatement, tooLarge: ToldStatement | undefined): Why => {
  const { teller, event, endpoint, made } = side;
  if (!teller.endpoints.includes(endpoint)) return "endpoint";
  if (event === undefined) return "unreadable";
  if (tooLarge !== undefined) return "failed";
  if (made !== "told" && made !== "repeat") return made;
  return teller.repeats(event, endpoint, statement) ? "repeat" : "mapping";
};

/** What becomes of an event that is told by one version at most: whether its mapping fails, or why else it is not. */
function* compareEnds(one: Side, other: Side, endpoint: string): Generator<Finding> {
  const event = other.event ?? one.event;
  if (event === undefined) return;
  const about = { endpoint, mapping: event.source, event: event.id };
  if (other.made === "failed") yield { kind: "failing", ...about, detail: other.failure ?? "" };
  else if (one.made === "failed") yield { kind: "mended", ...about, detail: one.failure ?? "" };
  else if (one.made !== "told" && other.made !== "told")
    yield { kind: "moved", ...about, from: one.made, to: other.made };
}
