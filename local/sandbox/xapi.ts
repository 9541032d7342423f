import { randomUUID } from "node:crypto";
import type { Answer } from "./answer.ts";
import type { XapiFamily } from "./context.ts";
import { find, requireId, requireParameters } from "./query.ts";
import { Refusal } from "./refusal.ts";
import type { Call } from "./request.ts";
import { refuseTold, requireAuthorization, requireJsonBody, requireMethod } from "./request.ts";
import type { JsonObject } from "./shape.ts";
import { isObject, parseJson } from "./shape.ts";
import { checkStatement, saysTheSame } from "./statement.ts";
import type { Statement } from "./store.ts";

/**
 * A learning record store's two resources that a sender needs: statements and about (xAPI 1.0.3 Part Three §2.1, §2.8).
 * X-Experience-API-Version says by which rules it judges, and every answer says by which it was judged (§3.3).
 */
export const answerXapi = (call: Call): Answer => {
  const family = familyOf(call);
  const header = { "X-Experience-API-Version": VERSIONS[family ?? "1.0"] };
  try {
    const answer = call.resource === "about" ? about(call) : statements(call, family);
    return { ...answer, headers: { ...answer.headers, ...header } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.status, error.message, error.at, { ...error.headers, ...header });
  }
};

const VERSIONS: Readonly<Record<XapiFamily, string>> = { "1.0": "1.0.3", "2.0": "2.0.0" };

const familyOf = (call: Call): XapiFamily | undefined => {
  const [, family] =
    /^(1\.0|2\.0)(?:\.\d+)?$/.exec(String(call.headers["x-experience-api-version"] ?? "")) ?? [];
  return family === "1.0" || family === "2.0" ? family : undefined;
};

// Open to everybody and to every version: it is where a client finds out which version to use (§2.8, §3.3).
const about = (call: Call): Answer => {
  requireMethod(call, ["GET"]);
  return { status: 200, json: { version: ["1.0.0", "1.0.1", "1.0.2", ...Object.values(VERSIONS)] } };
};

const statements = (call: Call, family: XapiFamily | undefined): Answer => {
  if (call.resource !== "statements") throw new Refusal(404, "This sandbox has /statements and /about only.");
  requireMethod(call, ["GET", "POST", "PUT"]);
  requireAuthorization(call, ["Basic", "Bearer"]);
  if (family === undefined) {
    throw new Refusal(400, "The header X-Experience-API-Version must be 1.0.x or 2.0.x.");
  }
  if (call.method === "GET") return find(call);
  return call.method === "POST" ? post(call, family) : put(call, family);
};

const post = (call: Call, family: XapiFamily): Answer => {
  requireParameters(call, []);
  requireJsonBody(call.headers, 400);
  const body = parseJson(call.body);
  const sent: readonly unknown[] = Array.isArray(body) ? body : [body];
  const pointerTo = (index: number): string => (Array.isArray(body) ? `/${index}` : "");
  call.carries(sent.length);
  const ids = new Set<string>();
  const statements = sent.map((item, index) => {
    const statement = complete(call, checkStatement(item, pointerTo(index), family), family);
    const id = statement.id.toLowerCase();
    if (ids.has(id))
      throw new Refusal(400, "Two statements of the batch have the same id.", `${pointerTo(index)}/id`);
    ids.add(id);
    return statement;
  });
  refuseTold(call, sent, pointerTo);
  keep(call, statements, sent, pointerTo);
  return { status: 200, json: statements.map(({ id }) => id) };
};

const put = (call: Call, family: XapiFamily): Answer => {
  requireParameters(call, ["statementId"]);
  const id = requireId(call, "statementId");
  requireJsonBody(call.headers, 400);
  const body = parseJson(call.body);
  call.carries(1);
  const sent = checkStatement(body, "", family);
  if (typeof sent.id === "string" && sent.id.toLowerCase() !== id.toLowerCase()) {
    throw new Refusal(400, "The statement has another id than the parameter statementId.", "/id");
  }
  refuseTold(call, [body], () => "");
  keep(call, [complete(call, { ...sent, id }, family)], [body], () => "");
  return { status: 204 };
};

/** Adds what a store sets: id where there is none, stored, authority, and defaults of timestamp and version (Part Two §2.4). */
const complete = (call: Call, statement: JsonObject, family: XapiFamily): Statement => {
  const stored = new Date().toISOString();
  return {
    timestamp: stored,
    version: family === "2.0" ? "2.0.0" : "1.0.0",
    ...statement,
    id: typeof statement.id === "string" ? statement.id : randomUUID(),
    stored,
    authority: {
      objectType: "Agent",
      account: { homePage: "https://sandbox-lms.invalid", name: call.store.name },
    },
  };
};

/** Keeps all or none: a statement that is there already must say the same (Part Three §2.1.1, §2.1.2). */
const keep = (
  call: Call,
  statements: readonly Statement[],
  sent: readonly unknown[],
  pointerTo: (index: number) => string,
): void => {
  for (const [index, statement] of statements.entries()) {
    const kept = call.store.statements.get(statement.id.toLowerCase());
    const again = sent[index];
    if (kept !== undefined && isObject(again) && !saysTheSame(kept, again)) {
      throw new Refusal(
        409,
        "A statement with this id and other content is here already.",
        `${pointerTo(index)}/id`,
      );
    }
  }
  call.store.keepStatements(statements);
};
