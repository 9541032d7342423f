/**
 * Caliper 1.2's entity types as data: for each, the types that it extends, and its own properties with the kind of
 * their values (Caliper 1.2, Entities). Kinds are string, boolean, integer, number, time (ISO 8601, UTC,
 * milliseconds), duration (ISO 8601), object, iri, role, metric and status; or an entity type, which stands for an
 * entity of that type, or of one that extends it, or for its IRI. A kind with `[]` is a list of such values.
 */
export interface EntityType {
  readonly extends: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  /** Properties that it must have, besides `id` and `type`. */
  readonly required?: readonly string[];
}

export const entityTypes: Readonly<Record<string, EntityType>> = {
  Agent: { extends: ["Entity"], properties: {} },
  AggregateMeasure: {
    extends: ["Entity"],
    properties: { maxMetricValue: "number", metric: "metric", startedAtTime: "time", endedAtTime: "time" },
    required: ["metric"],
  },
  AggregateMeasureCollection: { extends: ["Collection"], properties: { items: "AggregateMeasure[]" } },
  Annotation: { extends: ["Entity"], properties: { annotator: "Person", annotated: "DigitalResource" } },
  Assessment: {
    extends: ["AssignableDigitalResource", "DigitalResourceCollection"],
    properties: { items: "AssessmentItem[]" },
  },
  AssessmentItem: { extends: ["AssignableDigitalResource"], properties: { isTimeDependent: "boolean" } },
  AssignableDigitalResource: {
    extends: ["DigitalResource"],
    properties: {
      dateToActivate: "time",
      dateToShow: "time",
      dateToStartOn: "time",
      dateToSubmit: "time",
      maxAttempts: "integer",
      maxSubmits: "integer",
      maxScore: "number",
    },
  },
  Attempt: {
    extends: ["Entity"],
    properties: {
      assignee: "Person",
      assignable: "DigitalResource",
      count: "integer",
      startedAtTime: "time",
      endedAtTime: "time",
      duration: "duration",
    },
  },
  AudioObject: {
    extends: ["MediaObject"],
    properties: { volumeLevel: "string", volumeMin: "string", volumeMax: "string", muted: "boolean" },
  },
  BookmarkAnnotation: { extends: ["Annotation"], properties: { bookmarkNotes: "string" } },
  Chapter: { extends: ["DigitalResource"], properties: {} },
  Collection: { extends: ["Entity"], properties: { items: "Entity[]" } },
  Comment: {
    extends: ["Entity"],
    properties: { commenter: "Person", commentedOn: "Entity", value: "string" },
  },
  CourseOffering: {
    extends: ["Organization"],
    properties: { courseNumber: "string", academicSession: "string" },
  },
  CourseSection: { extends: ["CourseOffering"], properties: { category: "string" } },
  DateTimeQuestion: {
    extends: ["Question"],
    properties: { minDateTime: "time", minLabel: "string", maxDateTime: "time", maxLabel: "string" },
  },
  DateTimeResponse: { extends: ["Response"], properties: { dateTimeSelected: "time" } },
  DigitalResource: {
    extends: ["Entity"],
    properties: {
      storageName: "string",
      creators: "Agent[]",
      mediaType: "string",
      keywords: "string[]",
      learningObjectives: "LearningObjective[]",
      isPartOf: "Entity",
      datePublished: "time",
      version: "string",
    },
  },
  DigitalResourceCollection: {
    extends: ["Collection", "DigitalResource"],
    properties: { items: "DigitalResource[]" },
  },
  Document: { extends: ["DigitalResource"], properties: {} },
  Entity: {
    extends: [],
    properties: {
      name: "string",
      description: "string",
      dateCreated: "time",
      dateModified: "time",
      otherIdentifiers: "SystemIdentifier[]",
      extensions: "object",
    },
  },
  FillinBlankResponse: { extends: ["Response"], properties: { values: "string[]" } },
  Forum: { extends: ["DigitalResourceCollection"], properties: { items: "Thread[]" } },
  Frame: { extends: ["DigitalResource"], properties: { index: "integer" } },
  Group: { extends: ["Organization"], properties: {} },
  HighlightAnnotation: { extends: ["Annotation"], properties: { selectionText: "string" } },
  ImageObject: { extends: ["MediaObject"], properties: {} },
  LearningObjective: { extends: ["Entity"], properties: {} },
  LikertScale: {
    extends: ["Scale"],
    properties: { scalePoints: "integer", itemLabels: "string[]", itemValues: "string[]" },
  },
  Link: { extends: ["Entity"], properties: {} },
  LtiLink: { extends: ["DigitalResource"], properties: { messageType: "string" } },
  LtiSession: { extends: ["Session"], properties: { messageParameters: "object" } },
  MediaLocation: { extends: ["DigitalResource"], properties: { currentTime: "duration" } },
  MediaObject: { extends: ["DigitalResource"], properties: { duration: "duration" } },
  Membership: {
    extends: ["Entity"],
    properties: { organization: "Organization", member: "Person", roles: "role[]", status: "status" },
  },
  Message: {
    extends: ["DigitalResource"],
    properties: { replyTo: "Message", body: "string", attachments: "DigitalResource[]" },
  },
  MultipleChoiceResponse: { extends: ["Response"], properties: { value: "string" } },
  MultipleResponseResponse: { extends: ["Response"], properties: { values: "string[]" } },
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
  Organization: { extends: ["Agent"], properties: { subOrganizationOf: "Organization", members: "Agent[]" } },
  Page: { extends: ["DigitalResource"], properties: {} },
  Person: { extends: ["Agent"], properties: {} },
  Query: {
    extends: ["Entity"],
    properties: { creator: "Person", searchTarget: "Entity", searchTerms: "string" },
  },
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
  Response: {
    extends: ["Entity"],
    properties: { attempt: "Attempt", startedAtTime: "time", endedAtTime: "time", duration: "duration" },
  },
  Result: {
    extends: ["Entity"],
    properties: {
      attempt: "Attempt",
      maxResultScore: "number",
      resultScore: "number",
      scoredBy: "Agent",
      comment: "string",
    },
  },
  Scale: { extends: ["Entity"], properties: {} },
  Score: {
    extends: ["Entity"],
    properties: {
      attempt: "Attempt",
      maxScore: "number",
      scoreGiven: "number",
      scoredBy: "Agent",
      comment: "string",
    },
  },
  SearchResponse: {
    extends: ["Entity"],
    properties: {
      searchProvider: "SoftwareApplication",
      searchTarget: "Entity",
      query: "Query",
      searchResultsItemCount: "integer",
    },
  },
  SelectTextResponse: { extends: ["Response"], properties: { values: "string[]" } },
  Session: {
    extends: ["Entity"],
    properties: {
      user: "Person",
      client: "SoftwareApplication",
      startedAtTime: "time",
      endedAtTime: "time",
      duration: "duration",
    },
  },
  SharedAnnotation: { extends: ["Annotation"], properties: { withAgents: "Agent[]" } },
  SoftwareApplication: {
    extends: ["Agent"],
    properties: { host: "string", ipAddress: "string", userAgent: "string", version: "string" },
  },
  Survey: { extends: ["Collection"], properties: { items: "Questionnaire[]" } },
  SurveyInvitation: {
    extends: ["DigitalResource"],
    properties: { rater: "Person", survey: "Survey", sentCount: "integer", dateSent: "time" },
  },
  TagAnnotation: { extends: ["Annotation"], properties: { tags: "string[]" } },
  Thread: { extends: ["DigitalResourceCollection"], properties: { items: "Message[]" } },
  TrueFalseResponse: { extends: ["Response"], properties: { value: "string" } },
  VideoObject: { extends: ["MediaObject"], properties: {} },
  WebPage: { extends: ["DigitalResource"], properties: {} },
};
