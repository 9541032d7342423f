import { arrayOf, checkShape, checkText, type JsonObject, memberOf, oneOf } from "./check-shape.ts";
import { checkLanguageMap } from "./check-values.ts";
import { type Check, complain, type Place, within } from "./problem.ts";

/** Which lists of components fit each type of interaction (xAPI 1.0.3 Part Two, 2.4.4.1). */
const COMPONENTS: Readonly<Record<string, readonly string[]>> = {
  choice: ["choices"],
  sequencing: ["choices"],
  likert: ["scale"],
  matching: ["source", "target"],
  performance: ["steps"],
  "true-false": [],
  "fill-in": [],
  "long-fill-in": [],
  numeric: [],
  other: [],
};

const LISTS = ["choices", "scale", "source", "target", "steps"] as const;

export const checkInteractionType: Check = oneOf("activity", "interaction-type", Object.keys(COMPONENTS));

const checkComponent: Check = (value, place) => {
  checkShape(value, place, {
    topic: "activity",
    what: "A component of an interaction",
    required: ["id"],
    members: { id: checkText, description: checkLanguageMap },
  });
};

/** A list of components, whose ids are distinct. */
const checkComponents: Check = (value, place) => {
  arrayOf("activity", checkComponent)(value, place);
  if (!Array.isArray(value)) return;
  const seen = new Set<unknown>();
  for (const [index, component] of value.entries()) {
    const id = memberOf(component, "id");
    if (typeof id !== "string") continue;
    const there = within(within(place, index), "id");
    if (seen.has(id))
      complain(there, "component-ids", "activity", "Another component in this list has this id.");
    seen.add(id);
  }
};

/** What makes a definition one of an interaction, besides its type. */
export const interactionMembers: Readonly<Record<string, Check>> = {
  correctResponsesPattern: arrayOf("activity", checkText),
  ...Object.fromEntries(LISTS.map((list) => [list, checkComponents])),
};

/** What an interaction's properties say together: its type, the lists that fit it, and the form of its answers. */
export const checkInteraction = (definition: JsonObject, place: Place): void => {
  const type = memberOf(definition, "interactionType");
  const patterns = memberOf(definition, "correctResponsesPattern");
  const lists = LISTS.filter((list) => memberOf(definition, list) !== undefined);
  if (type === undefined && (patterns !== undefined || lists.length > 0))
    complain(place, "interaction-type", "activity", "An interaction's definition needs its interactionType.");
  if (typeof type !== "string" || !Object.hasOwn(COMPONENTS, type)) return;
  for (const list of lists)
    if (!COMPONENTS[type]?.includes(list))
      complain(
        within(place, list),
        "interaction-components",
        "activity",
        "This list of components does not fit the definition's interactionType.",
      );
  if (Array.isArray(patterns)) checkPatterns(patterns, type, within(place, "correctResponsesPattern"));
};

const NUMBER = "[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?";
const RANGE = new RegExp(`^(?:${NUMBER}|(?:${NUMBER})?\\[:\\](?:${NUMBER})?)$`);

const isListOfPairs = (text: string): boolean =>
  text === "" || text.split("[,]").every((item) => item.includes("[.]"));

/** The form of a right answer, for the types of which the standard tells more than "a list". */
const PATTERNS: Readonly<Record<string, (text: string) => boolean>> = {
  "true-false": (text) => text === "true" || text === "false",
  likert: (text) => !text.includes("[,]"),
  matching: isListOfPairs,
  performance: isListOfPairs,
  numeric: (text) => RANGE.test(text),
};

const checkPatterns = (patterns: readonly unknown[], type: string, place: Place): void => {
  const test = Object.hasOwn(PATTERNS, type) ? PATTERNS[type] : undefined;
  for (const [index, text] of patterns.entries())
    if (typeof text === "string" && test?.(text) === false)
      complain(
        within(place, index),
        "response-pattern",
        "activity",
        "This does not have the form that the definition's interactionType gives its answers.",
      );
};
