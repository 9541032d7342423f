import assert from "node:assert/strict";
import { importPKCS8, SignJWT } from "jose";
import type { LocalService } from "../../../local/service.ts";
import { prefixOf } from "../../../src/archive/layout.ts";
import { readLines } from "../../../src/archive/lines.ts";
import { isObject, type JsonObject } from "../../../src/event/json.ts";
import type { Whole } from "../support/whole.ts";

/** A line of the archive: whose the event is, and what it says, or in quarantine, why it was not taken. */
export interface Archived {
  readonly learner: JsonObject;
  readonly event: JsonObject;
}

const linesOf = async ({ bucket }: Pick<LocalService, "bucket">, part: "raw" | "quarantine") => {
  const lines: JsonObject[] = [];
  for await (const line of readLines(bucket, prefixOf(part))) {
    assert.ok(isObject(line));
    lines.push(line);
  }
  return lines;
};

/** The events in the archive, each once however often it was sent, in the order in which they were emitted. */
export const archivedIn = async (service: Pick<LocalService, "bucket">): Promise<readonly Archived[]> => {
  const byId = new Map((await linesOf(service, "raw")).map((line) => [line.id, line]));
  return [...byId.values()]
    .map(({ learner, event }) => {
      assert.ok(isObject(learner) && isObject(event));
      return { learner, event };
    })
    .sort(by(({ event }) => String(event.__timestamp__)));
};

/** What lies in quarantine: the reasons, and the events' texts. */
export const quarantinedIn = async (
  service: Pick<LocalService, "bucket">,
): Promise<readonly { readonly reason: string; readonly text: string }[]> =>
  (await linesOf(service, "quarantine")).map(({ reason, text }) => ({
    reason: String(reason),
    text: String(text),
  }));

/** A statement as an xAPI store that is played has it. */
export interface XapiTold {
  readonly at: string;
  readonly who: string;
  readonly verb: string;
  readonly object: { readonly id: string; readonly type: string; readonly name: string };
  readonly course: string | undefined;
  /** Extensions of its context and its result, by the ends of their names. */
  readonly more: JsonObject;
}

/** What an xAPI store has been told, in the order of time. */
export const xapiTold = ({ sandbox }: Whole, endpoint: string): readonly XapiTold[] =>
  sandbox
    .statements(endpoint)
    .map((statement): XapiTold => {
      const { timestamp, actor, verb, object, context, result } = Object(statement);
      const { type, name } = object.definition;
      return {
        at: timestamp,
        who: `${actor.account.homePage} ${actor.account.name}`,
        verb: verb.id,
        object: { id: object.id, type, name: name.en },
        course: context.contextActivities?.grouping?.[0]?.id,
        more: shortened({ ...context.extensions, ...result?.extensions }),
      };
    })
    .sort(by(({ at }) => at));

/** An event as a Caliper store that is played has it. */
export interface CaliperTold {
  readonly at: string;
  readonly who: string;
  readonly act: string;
  readonly object: { readonly id: string; readonly type: string; readonly name: string };
  readonly generated: string | undefined;
  readonly course: string | undefined;
  readonly roles: readonly string[];
  readonly more: JsonObject;
  /** All of it. */
  readonly whole: JsonObject;
}

/** What a Caliper store has been told, each id once, in the order of time. */
export const caliperTold = ({ sandbox }: Whole, endpoint: string): readonly CaliperTold[] =>
  [...new Map(sandbox.caliper(endpoint).map((each) => [each.id, each])).values()]
    .map((each): CaliperTold => {
      assert.ok(isObject(each));
      const { type, action, eventTime, actor, object, generated, group, membership, extensions } =
        Object(each);
      return {
        at: eventTime,
        who: actor.id,
        act: `${type} ${action}`,
        object: { id: object.id, type: object.type, name: object.name },
        generated: generated?.id,
        course: group?.id,
        roles: membership?.roles ?? [],
        more: shortened(extensions ?? {}),
        whole: each,
      };
    })
    .sort(by(({ at }) => at));

const shortened = (extensions: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(extensions).map(([name, value]) => [name.split("/").at(-1) ?? "", value]),
  );

/** Sorts by a text; what has the same stays in its order. */
const by =
  <T>(text: (of: T) => string) =>
  (one: T, other: T): number =>
    text(one) < text(other) ? -1 : text(one) > text(other) ? 1 : 0;

/** Signs claims as the hub of a service does. */
export const signed = async (
  { hub }: Whole,
  claims: Readonly<Record<string, unknown>>,
  expires: string | number = "1h",
): Promise<string> => {
  const { LMS_CONTEXT_KEY: text = "", LMS_CONTEXT_KEY_ID: kid } = hub;
  const isPair = text.startsWith("-----BEGIN");
  const key = isPair ? await importPKCS8(text, "EdDSA") : new TextEncoder().encode(text);
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: isPair ? "EdDSA" : "HS256", ...(kid !== undefined && { kid }) })
    .setAudience("jupyter-lms-translator")
    .setExpirationTime(expires)
    .sign(key);
};
