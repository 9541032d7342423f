import { Refusal } from "./refusal.ts";
import type { JsonObject } from "./shape.ts";
import { into, isObject } from "./shape.ts";

const CALIPER = "http://purl.imsglobal.org/ctx/caliper/";

/** Caliper 1.1 and 1.2: the value of an envelope's dataVersion, and the JSON-LD context of what is in it. */
export const V1P1 = `${CALIPER}v1p1`;
export const V1P2 = `${CALIPER}v1p2`;

/** What Caliper 1.1 knows only through the context of a profile that was added later, by the type that needs it. */
const ADDED_TO_V1P1: ReadonlyMap<unknown, string> = new Map(
  Object.entries({
    Feedback: ["FeedbackEvent", "Rating"],
    ResourceManagement: ["ResourceManagementEvent"],
    Search: ["SearchEvent", "SearchResponse", "Query"],
    Survey: [
      ...["SurveyEvent", "SurveyInvitationEvent", "QuestionnaireEvent", "QuestionnaireItemEvent"],
      ...["Survey", "SurveyInvitation", "Questionnaire", "QuestionnaireItem"],
    ],
    ToolLaunch: ["ToolLaunchEvent"],
    ToolUse: ["AggregateMeasure", "AggregateMeasureCollection"],
  }).flatMap(([profile, types]) =>
    types.map((type) => [type, `${V1P1}/${profile}Profile-extension`] as const),
  ),
);

const EXTENSIONS_OF_V1P1 = [...new Set(ADDED_TO_V1P1.values())];

/** The contexts of each version that this endpoint takes; its dataVersion is the key. */
const CONTEXTS: ReadonlyMap<string, ReadonlySet<unknown>> = new Map([
  [V1P1, new Set([V1P1, ...EXTENSIONS_OF_V1P1])],
  [V1P2, new Set([V1P2])],
]);

/** What this endpoint says that it supports: the versions, and the extensions of 1.1 by name, as the standard does. */
export const SUPPORTED: readonly string[] = [V1P1, ...EXTENSIONS_OF_V1P1, V1P2];

export const isVersion = (value: string): boolean => CONTEXTS.has(value);

/**
 * Checks that `@context` is the context of the envelope's version, alone or as the last of several (Caliper 1.1 and
 * 1.2, JSON-LD Context), and that it knows the types which an event or entity uses. Throws a Refusal (400).
 */
export const checkLinkedContext = (item: JsonObject, at: string, version: string): void => {
  const context: unknown = item["@context"];
  const known = CONTEXTS.get(version) ?? new Set();
  const all: readonly unknown[] = Array.isArray(context) ? context : [context];
  // The context of an extension stands alone in what 1EdTech published for 1.1: it brings the rest of 1.1 with it.
  if (Array.isArray(context) ? all.at(-1) !== version : !known.has(context)) {
    refuse("@context must be, or end with, the context that dataVersion names.", at);
  }
  if (all.some((one) => typeof one === "string" && one.startsWith(CALIPER) && !known.has(one))) {
    refuse("@context names a context of Caliper that dataVersion does not know.", at);
  }
  if (version !== V1P1) return;
  const missing = extensionsFor(item).find((extension) => !all.includes(extension));
  if (missing !== undefined) refuse(`Caliper 1.1 needs the context ${missing} for this.`, at);
};

const refuse = (sentence: string, at: string): never => {
  throw new Refusal(400, sentence, into(at, "@context"));
};

/** The extensions of 1.1 that an item needs: for its own type, and for those that it is about or brings forth. */
const extensionsFor = (item: JsonObject): readonly string[] =>
  [item, item.object, item.target, item.generated].flatMap((part) =>
    isObject(part) ? (ADDED_TO_V1P1.get(part.type) ?? []) : [],
  );
