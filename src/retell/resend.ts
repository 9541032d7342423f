import type { FailedRecord } from "../archive/records.ts";
import { isTooLarge, type Statement } from "../delivery/pack.ts";
import { addressOf } from "../endpoint/destination.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { isVoiding } from "../xapi/voiding.ts";
import type { ReadSuccessors } from "./past.ts";
import { addedLine, type Retold, unsent } from "./retold.ts";
import type { Past, Reviser } from "./revision.ts";
import { daysOfEvent } from "./when.ts";

/** What an endpoint is sent of what was set aside. */
export interface Resending {
  /** A statement as it was set aside. */
  asItWas(failure: FailedRecord): Promise<Retold>;
  /** As what a failure says should be: a statement under its first id, of an event that arrived then. */
  as(failure: FailedRecord, statement: Statement, arrived: string): Promise<Retold>;
  /** Of some statements, the one that a failure is a revision of, if it is one. */
  revised(
    failure: FailedRecord,
    statements: readonly Statement[],
    arrived: string,
  ): Promise<Statement | undefined>;
}

/** The status by which an endpoint says that it has another statement under an id (xAPI 1.0.3 Part Three, 3.2). */
const CONFLICT = 409;

/**
 * Sends what the endpoint never accepted under the same id as before, and revises what it has. Where the ledger is asked
 * what was revised before, it is read for the day on which the event arrived, or where that is not known, for the likely
 * ones.
 */
export const resending = (
  endpoint: Endpoint,
  reviser: Reviser,
  { delivered, said }: Pick<Past, "delivered" | "said">,
  readSuccessors: ReadSuccessors,
): Resending => {
  const pastOf = async (failure: FailedRecord, arrived?: string): Promise<Past> => {
    const likely = [0, 1].flatMap((step) => daysOfEvent(failure, step) ?? []);
    const days = arrived === undefined ? likely : [...likely, arrived.slice(0, 10)];
    return { delivered, said, successors: await readSuccessors(days) };
  };

  const unchanged = (failure: FailedRecord, statement: Statement): Retold =>
    isTooLarge(statement, endpoint.batch)
      ? unsent(failure, "size.exceeded")
      : { failure, end: "sent", statements: [statement], ...NOTHING_ELSE };

  const send = async (failure: FailedRecord, statement: Statement, arrived?: string): Promise<Retold> => {
    const { id } = statement;
    const isRefused = failure.status === CONFLICT && failure.id === id;
    if (!isRefused && !delivered.has(id) && failure.id === id) return unchanged(failure, statement);
    const conflict = isRefused ? failure.mappingHash : undefined;
    const revision = reviser.revise(statement, conflict, await pastOf(failure, arrived));
    if (typeof revision === "string") return unsent(failure, revision);
    const { statements, replaces, made } = revision;
    const { event, learner } = statement;
    const line = addedLine(event, arrived ?? failure.since ?? failure.at, endpoint.name, made, learner);
    const isSent = delivered.has(failure.id) || made.includes(failure.id);
    return {
      ...NOTHING_ELSE,
      failure,
      end: "sent",
      statements,
      replaces,
      ledger: [line],
      becomes: isSent ? "again" : "replaced",
    };
  };

  return {
    as: send,
    asItWas: async (failure) => {
      const statement = statementOf(failure);
      if (statement === undefined) return unsent(failure, "no.statement");
      if (addressOf(endpoint, failure.to) === undefined) return unsent(failure, "no.place");
      if (!isVoiding(failure.statement)) return send(failure, statement);
      // What voids a statement is never revised.
      return delivered.has(failure.id) ? unsent(failure, "delivered.already") : unchanged(failure, statement);
    },
    revised: async (failure, statements, arrived) => {
      const past = await pastOf(failure, arrived);
      return statements.find(({ id }) => reviser.isRevision(failure.id, id, past));
    },
  };
};

const NOTHING_ELSE = { replaces: [], ledger: [], setAside: [], becomes: "again" } as const;

/** What was refused is kept as JSON, or as the text that it was where it was none. */
const statementOf = (failure: FailedRecord): Statement | undefined => {
  const { id, event, translation, mappingHash: mapping, statement, learner, to } = failure;
  if (statement === undefined || translation === undefined) return undefined;
  const text = typeof statement === "string" ? statement : JSON.stringify(statement);
  return {
    id,
    event,
    translation,
    mapping,
    text,
    ...(learner !== undefined && { learner }),
    ...(to !== undefined && { to }),
  };
};
