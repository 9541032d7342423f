import { checkActivity, checkLanguageMap } from "./activity.ts";
import { checkActor } from "./actor.ts";
import type { XapiFamily } from "./context.ts";
import { checkContext, checkReference } from "./context.ts";
import { Refusal } from "./refusal.ts";
import { checkAttachments, checkResult } from "./result.ts";
import type { JsonObject } from "./shape.ts";
import { into, isObject, requireIri, requireKnown, requireObject, requireUuid, sameJson } from "./shape.ts";
import { checkVoiding } from "./voiding.ts";

const SUBSTATEMENT = new Set([
  "objectType",
  "actor",
  "verb",
  "object",
  "result",
  "context",
  "timestamp",
  "attachments",
]);
const STATEMENT = new Set([
  ...["id", "actor", "verb", "object", "result", "context", "timestamp"],
  ...["stored", "authority", "version", "attachments"],
]);
const VERB = new Set(["id", "display"]);

/** Checks one statement as a client sends it (xAPI 1.0.3 Part Two §2.2 and §2.4, xAPI 2.0 §4.2.2). Throws a Refusal (400). */
export const checkStatement = (value: unknown, at: string, family: XapiFamily): JsonObject => {
  const statement = requireObject(value, at, "A statement");
  refuseNull(statement, at);
  requireKnown(statement, STATEMENT, at, "A statement");
  if (Object.hasOwn(statement, "id")) requireUuid(statement.id, into(at, "id"), "The id of a statement");
  checkCore(statement, at, family);
  checkVoiding(statement, at);
  if (Object.hasOwn(statement, "stored"))
    requireTimestamp(statement.stored, into(at, "stored"), "stored", family);
  if (Object.hasOwn(statement, "authority"))
    checkActor(statement.authority, into(at, "authority"), "authority");
  if (Object.hasOwn(statement, "version") && !isVersion(statement.version, family)) {
    throw new Refusal(400, "version does not fit the version of the request.", into(at, "version"));
  }
  return statement;
};

/** What a statement and a sub-statement have in common. */
const checkCore = (statement: JsonObject, at: string, family: XapiFamily): void => {
  for (const key of ["actor", "verb", "object"]) {
    if (!Object.hasOwn(statement, key)) throw new Refusal(400, `${key} is missing.`, into(at, key));
  }
  checkActor(statement.actor, into(at, "actor"), "actor");
  checkVerb(statement.verb, into(at, "verb"));
  const kind = checkObject(statement.object, into(at, "object"), family);
  if (Object.hasOwn(statement, "result")) checkResult(statement.result, into(at, "result"));
  if (Object.hasOwn(statement, "context")) {
    checkContext(statement.context, into(at, "context"), kind === "Activity", family);
  }
  if (Object.hasOwn(statement, "timestamp")) {
    requireTimestamp(statement.timestamp, into(at, "timestamp"), "timestamp", family);
  }
  if (Object.hasOwn(statement, "attachments"))
    checkAttachments(statement.attachments, into(at, "attachments"));
};

const checkVerb = (value: unknown, at: string): void => {
  const verb = requireObject(value, at, "verb");
  requireKnown(verb, VERB, at, "verb");
  requireIri(verb.id, into(at, "id"), "The id of the verb");
  if (Object.hasOwn(verb, "display")) checkLanguageMap(verb.display, into(at, "display"), "display");
};

/** Checks what a statement is about (Part Two §2.4.4) and says what kind of object that is. */
const checkObject = (value: unknown, at: string, family: XapiFamily): unknown => {
  const object = requireObject(value, at, "object");
  const { objectType: kind = "Activity" } = object;
  if (kind === "Agent" || kind === "Group") checkActor(object, at, "object");
  else if (kind === "StatementRef") checkReference(object, at);
  else if (kind === "SubStatement") checkSubStatement(object, at, family);
  else checkActivity(object, at, "object");
  return kind;
};

/** A sub-statement has no id of its own and holds no other sub-statement (Part Two §2.4.4.3). */
const checkSubStatement = (statement: JsonObject, at: string, family: XapiFamily): void => {
  requireKnown(statement, SUBSTATEMENT, at, "A sub-statement");
  if (isObject(statement.object) && statement.object.objectType === "SubStatement") {
    throw new Refusal(400, "A sub-statement cannot hold a sub-statement.", into(at, "object"));
  }
  checkCore(statement, at, family);
};

/** Null is nowhere allowed but inside extensions (Part Two §2.2). */
const refuseNull = (value: unknown, at: string): void => {
  if (value === null) throw new Refusal(400, "null is only allowed inside extensions.", at);
  if (typeof value !== "object") return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "extensions" && inner !== null) continue;
    refuseNull(inner, into(at, key));
  }
};

/** Date, time, fraction and zone; RFC 3339 §5.6 has less variety than ISO 8601, but lets a space stand for the T. */
const MOMENTS: Readonly<Record<XapiFamily, RegExp>> = {
  "1.0": /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:[.,]\d+)?(?:Z|[+-]([01]\d|2[0-3])(?::?[0-5]\d)?)?$/i,
  "2.0": /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i,
};

/** A date and time of ISO 8601 (xAPI 1.0.3 Part Two §4.5), or of RFC 3339 (xAPI 2.0 §4.2.7); in neither with the offset -00:00. */
const requireTimestamp = (value: unknown, at: string, what: string, family: XapiFamily): void => {
  const text = typeof value === "string" ? value : "";
  const [, day = "", time = ""] = MOMENTS[family].exec(text) ?? [];
  const moment = new Date(`${day}T${time}Z`);
  // A day that does not exist (30 February) is carried over by Date, so what comes back differs.
  const exists = !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(`${day}T${time}`);
  if (exists && !/-00(?::?00)?$/.test(text)) return;
  throw new Refusal(
    400,
    family === "2.0"
      ? `${what} must be a moment with its zone (RFC 3339).`
      : `${what} must be a moment in ISO 8601.`,
    at,
  );
};

const isVersion = (value: unknown, family: XapiFamily): boolean =>
  typeof value === "string" && value.startsWith(`${family}.`) && /^\d+\.\d+\.\d+$/.test(value);

/** What the store sets, and a comparison leaves out (Part Two §2.3.1). */
const SET_BY_STORE = new Set(["stored", "authority", "version"]);

/** True where a statement that came again says what the kept one says. A timestamp that it leaves out is not compared. */
export const saysTheSame = (kept: JsonObject, again: JsonObject): boolean => {
  const said = (statement: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(statement).filter(
        ([key]) =>
          key !== "id" && !SET_BY_STORE.has(key) && (key !== "timestamp" || Object.hasOwn(again, key)),
      ),
    );
  return sameJson(said(kept), said(again));
};
