import type { FailedRecord } from "../../src/archive/records.ts";
import { contentHash } from "../../src/delivery/content.ts";
import { isObject, parseJson } from "../../src/event/json.ts";
import type { OpenFailure } from "../../src/ledger/failures.ts";
import { type ExplainedTranslation, explainStatement } from "../../src/mapping/explain.ts";
import type { Became } from "../../src/retell/retelling.ts";
import { writeVoiding } from "../../src/xapi/voiding.ts";
import type { EndpointName } from "../api/about.ts";
import type { ToldStatement } from "../api/event.ts";
import type { Desk } from "../desk.ts";
import type { IndexedEvent, StatementEnd } from "../index/archive-index.ts";
import { failureShown } from "./event-failure.ts";

/** What is known of an event at an endpoint. */
export interface AtEndpoint {
  readonly desk: Desk;
  readonly event: IndexedEvent;
  readonly endpoint: EndpointName;
  /** What the event becomes by the files as they are now; absent where nobody can tell. */
  readonly now: Became | undefined;
  /** Its mapping as it is now, and which version of it that is. */
  readonly translations: readonly ExplainedTranslation[];
  readonly version: string | undefined;
  /** What is set aside of it. */
  readonly failures: readonly OpenFailure[];
}

/**
 * A statement that the ledger knows, with what the endpoint said to it. What it says is shown as it was sent where that is
 * known: a receipt has the hash of what was accepted, and what is set aside is kept whole. `ids` are all that were made of
 * its event for the endpoint.
 */
export const toldStatement = async (
  at: AtEndpoint,
  id: string,
  ids: readonly string[],
): Promise<ToldStatement> => {
  const { desk, endpoint, event, failures } = at;
  const end = desk.index.endOf(endpoint.name, id);
  const open = failures.find((each) => each.id === id);
  // What was sent again has a record as well, which tells of which translation it is.
  const isMade = at.now?.statements.some((each) => each.id === id) === true;
  const record =
    open !== undefined || end?.end === "setAside" || !isMade
      ? await desk.index.failedRecord(endpoint.name, id)
      : undefined;
  const said = saidOf(at, { id, ids, end, record });
  const accepted = end?.end === "delivered" ? end : undefined;
  const isSetAside = record !== undefined && (open !== undefined || end?.end === "setAside");
  const replacedBy = end?.end === "setAside" ? end.replacedBy : undefined;
  return {
    id,
    // Nobody knows which it was of what waits and is made no more.
    translation: said.translation ?? accepted?.translation ?? record?.translation ?? event.source,
    state: end?.end ?? "waiting",
    ...("statement" in said && { statement: said.statement }),
    as: said.as,
    fields: "statement" in said && said.isExplained ? fieldsOf(at, said) : [],
    ...(accepted && { receipt: { at: accepted.at, status: accepted.status } }),
    ...(isSetAside && { failure: failureShown(record, open, replacedBy) }),
  };
};

interface Known {
  readonly id: string;
  readonly ids: readonly string[];
  readonly end: StatementEnd | undefined;
  readonly record: FailedRecord | undefined;
}

/** What a statement says, or nothing where nobody knows; `isExplained`: its mapping as it is now says where it comes from. */
type Said =
  | {
      readonly as: ToldStatement["as"];
      readonly translation?: string | undefined;
      readonly statement: unknown;
      readonly isExplained: boolean;
    }
  | { readonly as: "now"; readonly translation?: undefined };

/**
 * What the endpoint accepted; else what was set aside, as long as that is how it ended; else what is made now. What was
 * refused once, and accepted in another form since, or sent again, is not what it has.
 */
const saidOf = (at: AtEndpoint, known: Known): Said => {
  const { end, record } = known;
  const made = at.now?.statements.find(({ id }) => id === known.id);
  const accepted = end?.end === "delivered" ? acceptedOf(at, known, end.content) : undefined;
  if (accepted !== undefined) return accepted;
  if (record?.statement !== undefined && isLast(record, end)) {
    const { statement, translation, mappingHash, status } = record;
    const as = end?.end === "delivered" || status !== undefined ? "sent" : "unsent";
    return { as, translation, statement, isExplained: mappingHash === at.version };
  }
  if (made === undefined) return { as: "now" };
  return { as: "now", translation: made.translation, statement: JSON.parse(made.text), isExplained: true };
};

/** Whether what was set aside is how a statement ended, or what was accepted says the same. */
const isLast = ({ statement }: FailedRecord, end: StatementEnd | undefined): boolean =>
  end?.end === "setAside" ||
  (end?.end === "delivered" && contentHash(JSON.stringify(statement)) === end.content);

/**
 * What was accepted under an id, found by its hash: what is made now; the same under the id of a revision; or what voids
 * another.
 */
const acceptedOf = (
  { desk, endpoint, now }: AtEndpoint,
  { id, ids }: Known,
  content: string | undefined,
): Said | undefined => {
  const isSent = (text: string): boolean => contentHash(text) === content;
  for (const { id: first, text, translation } of now?.statements ?? []) {
    const sent = first === id ? text : withId(text, id);
    if (isSent(sent)) return { as: "sent", translation, statement: JSON.parse(sent), isExplained: true };
  }
  if (endpoint.protocol !== "xapi") return undefined;
  const { id: hub } = desk.site().files.settings.hub;
  const voiding = ids.map((target) => writeVoiding(id, target, hub)).find(isSent);
  return voiding === undefined
    ? undefined
    : { as: "sent", statement: JSON.parse(voiding), isExplained: true };
};

const withId = (text: string, id: string): string => {
  const read = parseJson(text);
  return "value" in read && isObject(read.value) ? JSON.stringify({ ...read.value, id }) : text;
};

const fieldsOf = (
  { translations, endpoint }: AtEndpoint,
  { translation, statement }: Extract<Said, { readonly statement: unknown }>,
): ToldStatement["fields"] =>
  explainStatement(
    statement,
    translations.find(({ name }) => name === translation)?.sides[endpoint.protocol] ?? [],
  );
