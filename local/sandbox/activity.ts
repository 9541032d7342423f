import { Refusal } from "./refusal.ts";
import type { JsonObject } from "./shape.ts";
import { into, isIri, requireArray, requireIri, requireKnown, requireObject, requireText } from "./shape.ts";

const ACTIVITY = new Set(["objectType", "id", "definition"]);
const COMPONENTS = ["choices", "scale", "source", "target", "steps"] as const;
const DEFINITION = new Set([
  ...["name", "description", "type", "moreInfo", "extensions", "interactionType", "correctResponsesPattern"],
  ...COMPONENTS,
]);
const COMPONENT = new Set(["id", "description"]);
const INTERACTIONS: ReadonlySet<unknown> = new Set([
  ...["true-false", "choice", "fill-in", "long-fill-in", "matching"],
  ...["performance", "sequencing", "likert", "numeric", "other"],
]);

/** Checks an Activity and its definition (xAPI 1.0.3 Part Two §2.4.4.1). */
export const checkActivity = (value: unknown, at: string, what: string): void => {
  const activity = requireObject(value, at, what);
  requireKnown(activity, ACTIVITY, at, what);
  if (Object.hasOwn(activity, "objectType") && activity.objectType !== "Activity") {
    throw new Refusal(400, `${what} must be an Activity.`, into(at, "objectType"));
  }
  requireIri(activity.id, into(at, "id"), `The id of ${what}`);
  if (Object.hasOwn(activity, "definition")) checkDefinition(activity.definition, into(at, "definition"));
};

const checkDefinition = (value: unknown, at: string): void => {
  const definition = requireObject(value, at, "definition");
  requireKnown(definition, DEFINITION, at, "definition");
  for (const key of ["name", "description"]) {
    if (Object.hasOwn(definition, key)) checkLanguageMap(definition[key], into(at, key), key);
  }
  for (const key of ["type", "moreInfo"]) {
    if (Object.hasOwn(definition, key)) requireIri(definition[key], into(at, key), key);
  }
  if (Object.hasOwn(definition, "extensions")) checkExtensions(definition.extensions, into(at, "extensions"));
  checkInteraction(definition, at);
};

/** What a question adds to a definition: only together with the kind of interaction (§2.4.4.1, Interaction Activities). */
const checkInteraction = (definition: JsonObject, at: string): void => {
  const parts = ["correctResponsesPattern", ...COMPONENTS].filter((key) => Object.hasOwn(definition, key));
  if (
    (parts.length > 0 || Object.hasOwn(definition, "interactionType")) &&
    !INTERACTIONS.has(definition.interactionType)
  ) {
    throw new Refusal(
      400,
      "interactionType is not one that the standard names.",
      into(at, "interactionType"),
    );
  }
  for (const key of parts) {
    for (const [index, part] of requireArray(definition[key], into(at, key), key).entries()) {
      const place = into(into(at, key), index);
      if (key === "correctResponsesPattern") requireText(part, place, "A correct response");
      else checkComponent(part, place);
    }
  }
};

const checkComponent = (value: unknown, at: string): void => {
  const component = requireObject(value, at, "An interaction component");
  requireKnown(component, COMPONENT, at, "An interaction component");
  requireText(component.id, into(at, "id"), "The id of an interaction component");
  if (Object.hasOwn(component, "description"))
    checkLanguageMap(component.description, into(at, "description"), "description");
};

/** A language map has RFC 5646 tags as keys and strings as values (Part Two §4.2). */
export const checkLanguageMap = (value: unknown, at: string, what: string): void => {
  for (const [tag, text] of Object.entries(requireObject(value, at, what))) {
    if (!isLanguage(tag))
      throw new Refusal(400, `${what} has a key that is not a language tag.`, into(at, tag));
    requireText(text, into(at, tag), `${what}, in each language,`);
  }
};

export const isLanguage = (value: unknown): boolean =>
  typeof value === "string" && /^(?:[a-z]{2,8}|[ix])(?:-[a-z0-9]{1,8})*$/i.test(value);

/** Extensions have IRIs as keys and any JSON as values (Part Two §4.1). */
export const checkExtensions = (value: unknown, at: string): void => {
  for (const key of Object.keys(requireObject(value, at, "extensions"))) {
    if (!isIri(key)) throw new Refusal(400, "A key of extensions must be an IRI.", into(at, key));
  }
};
