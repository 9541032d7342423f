import type { EntityType } from "./entity-type.ts";

/** The entity types of surveys and feedback: questions with their scales and responses, ratings and comments. */
export const surveyTypes: Readonly<Record<string, EntityType>> = {
  Comment: {
    extends: ["Entity"],
    properties: { commenter: "Person", commentedOn: "Entity", value: "string" },
  },
  DateTimeQuestion: {
    extends: ["Question"],
    properties: { minDateTime: "time", minLabel: "string", maxDateTime: "time", maxLabel: "string" },
  },
  DateTimeResponse: { extends: ["Response"], properties: { dateTimeSelected: "time" } },
  LikertScale: {
    extends: ["Scale"],
    properties: { scalePoints: "integer", itemLabels: "string[]", itemValues: "string[]" },
  },
  MultiselectQuestion: {
    extends: ["Question"],
    properties: { points: "integer", itemLabels: "string[]", itemValues: "string[]" },
  },
  MultiselectResponse: { extends: ["Response"], properties: { selections: "string[]" } },
  MultiselectScale: {
    extends: ["Scale"],
    properties: {
      scalePoints: "integer",
      itemLabels: "string[]",
      itemValues: "string[]",
      isOrderedSelection: "boolean",
      minSelections: "integer",
      maxSelections: "integer",
    },
  },
  NumericScale: {
    extends: ["Scale"],
    properties: {
      minValue: "number",
      minLabel: "string",
      maxValue: "number",
      maxLabel: "string",
      step: "number",
    },
  },
  OpenEndedQuestion: { extends: ["Question"], properties: {} },
  OpenEndedResponse: { extends: ["Response"], properties: { value: "string" } },
  Question: { extends: ["DigitalResource"], properties: { questionPosed: "string" } },
  Questionnaire: {
    extends: ["DigitalResourceCollection"],
    properties: { items: "QuestionnaireItem[]" },
    required: ["items"],
  },
  QuestionnaireItem: {
    extends: ["DigitalResource"],
    properties: { question: "Question", categories: "string[]", weight: "number" },
  },
  Rating: {
    extends: ["Entity"],
    properties: {
      rater: "Person",
      rated: "Entity",
      question: "Question",
      selections: "string[]",
      ratingComment: "Comment",
    },
  },
  RatingScaleQuestion: { extends: ["Question"], properties: { scale: "Scale" } },
  RatingScaleResponse: { extends: ["Response"], properties: { selections: "string[]" } },
  Scale: { extends: ["Entity"], properties: {} },
  Survey: { extends: ["Collection"], properties: { items: "Questionnaire[]" } },
  SurveyInvitation: {
    extends: ["DigitalResource"],
    properties: { rater: "Person", survey: "Survey", sentCount: "integer", dateSent: "time" },
  },
};
