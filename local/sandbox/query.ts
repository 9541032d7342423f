import { IDENTIFIERS } from "./actor.ts";
import type { Answer } from "./answer.ts";
import { Refusal } from "./refusal.ts";
import type { Call } from "./request.ts";
import type { JsonObject } from "./shape.ts";
import { isIri, isObject, isUuid, parseJson, sameJson } from "./shape.ts";
import type { Statement, Store } from "./store.ts";
import { targetOf } from "./voiding.ts";

const SINGLE = ["statementId", "voidedStatementId"] as const;

/** One statement by id, or those that match and are not voided, newest first (xAPI 1.0.3 Part Three §2.1.3, §2.1.4). */
export const find = (call: Call): Answer => {
  requireParameters(call, [...SINGLE, "limit", "verb", "agent", "activity"]);
  const single = SINGLE.find((name) => call.query.has(name));
  const json = single === undefined ? { statements: findAll(call), more: "" } : findOne(call, single);
  return { status: 200, headers: { "X-Experience-API-Consistent-Through": new Date().toISOString() }, json };
};

// The standard wants a parameter that a store does not know refused, lest a filter be ignored in silence (§3.2).
export const requireParameters = (call: Call, known: readonly string[]): void => {
  for (const key of call.query.keys()) {
    if (!known.includes(key)) {
      throw new Refusal(
        400,
        `A query parameter is not supported here. Supported: ${known.join(", ") || "none"}.`,
      );
    }
  }
};

/** The value of a parameter that names a statement. Refuses (400) what is no UUID. */
export const requireId = (call: Call, parameter: (typeof SINGLE)[number]): string => {
  const id = call.query.get(parameter);
  if (!isUuid(id)) throw new Refusal(400, `The parameter ${parameter} must be a UUID.`);
  return id;
};

/** A voided statement is found by voidedStatementId only, and no other by that. */
const findOne = (call: Call, parameter: (typeof SINGLE)[number]): Statement => {
  const { store } = call;
  const id = requireId(call, parameter);
  if ([...call.query.keys()].length > 1) throw new Refusal(400, `${parameter} stands alone.`);
  const statement = store.statements.get(id.toLowerCase());
  if (statement === undefined) throw new Refusal(404, "There is no statement with this id.");
  if (store.isVoided(statement) === (parameter === "voidedStatementId")) return statement;
  throw new Refusal(
    404,
    parameter === "statementId"
      ? "The statement with this id is voided: voidedStatementId finds it."
      : "The statement with this id is not voided: statementId finds it.",
  );
};

const findAll = ({ store, query }: Call): readonly Statement[] => {
  const limit = query.get("limit") ?? "0";
  if (!/^\d{1,9}$/.test(limit)) throw new Refusal(400, "limit must be a whole number.");
  const conditions = conditionsOf(query);
  const isMatch = (statement: Statement): boolean => {
    if (store.isVoided(statement)) return false;
    const chain = chainOf(statement, store);
    return conditions.every((holds) => chain.some(holds));
  };
  // Zero asks for as many as the store gives, and this one gives all.
  const most = Number(limit) === 0 ? store.statements.size : Number(limit);
  const matches: Statement[] = [];
  for (const statement of [...store.statements.values()].reverse()) {
    if (matches.length === most) break;
    if (isMatch(statement)) matches.push(statement);
  }
  return matches;
};

type Condition = (statement: Statement) => boolean;

const conditionsOf = (query: URLSearchParams): readonly Condition[] => {
  const [verb, activity, agent] = [query.get("verb"), query.get("activity"), query.get("agent")];
  if (verb !== null && !isIri(verb)) throw new Refusal(400, "verb must be an IRI.");
  if (activity !== null && !isIri(activity)) throw new Refusal(400, "activity must be an IRI.");
  const who = agent === null ? undefined : parseJson(Buffer.from(agent));
  if (agent !== null && !(isObject(who) && IDENTIFIERS.some((key) => Object.hasOwn(who, key)))) {
    throw new Refusal(400, `agent must be a JSON object with one of ${IDENTIFIERS.join(", ")}.`);
  }
  const conditions: Condition[] = [];
  if (verb !== null) conditions.push((said) => isObject(said.verb) && said.verb.id === verb);
  if (activity !== null) conditions.push((said) => isObject(said.object) && said.object.id === activity);
  if (isObject(who)) conditions.push((said) => isSameAgent(who, said.actor) || isSameAgent(who, said.object));
  return conditions;
};

/**
 * A statement, the one that it is about, and so on: what one of these meets, the first meets too, also where that one
 * is voided (§2.1.3, Filter Conditions for StatementRefs). Statements may be about each other in a circle.
 */
const chainOf = (statement: Statement, store: Store): readonly Statement[] => {
  if (targetOf(statement) === undefined) return [statement];
  const chain = new Set([statement]);
  for (const link of chain) {
    const target = store.statements.get(targetOf(link) ?? "");
    if (target !== undefined) chain.add(target);
  }
  return [...chain];
};

const isSameAgent = (who: JsonObject, other: unknown): boolean =>
  isObject(other) && IDENTIFIERS.some((key) => Object.hasOwn(who, key) && sameJson(who[key], other[key]));
