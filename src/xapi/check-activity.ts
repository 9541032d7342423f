import { checkInteraction, checkInteractionType, interactionMembers } from "./check-interaction.ts";
import { checkShape, oneOf } from "./check-shape.ts";
import { checkExtensions, checkIri, checkLanguageMap } from "./check-values.ts";
import type { Check } from "./problem.ts";

/** An activity, and what is said of it (xAPI 1.0.3 Part Two, 2.4.4.1). */
export const checkActivity: Check = (value, place) => {
  checkShape(value, place, {
    topic: "activity",
    what: "An activity",
    required: ["id"],
    members: {
      objectType: oneOf("activity", "object-type", ["Activity"]),
      id: checkIri,
      definition: checkDefinition,
    },
  });
};

const checkDefinition: Check = (value, place) => {
  const definition = checkShape(value, place, {
    topic: "activity",
    what: "An activity's definition",
    members: {
      name: checkLanguageMap,
      description: checkLanguageMap,
      type: checkIri,
      moreInfo: checkIri,
      extensions: checkExtensions,
      interactionType: checkInteractionType,
      ...interactionMembers,
    },
  });
  if (definition !== undefined) checkInteraction(definition, place);
};
