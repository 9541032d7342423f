import type { EntityType } from "./entity-type.ts";
import { surveyTypes } from "./surveys.ts";

export type { EntityType };

/** The entity types that are not of surveys and feedback. */
const learningTypes: Readonly<Record<string, EntityType>> = {
  Agent: { extends: ["Entity"], properties: {} },
  AggregateMeasure: {
    extends: ["Entity"],
    properties: {
      metric: "metric",
      metricValue: "number",
      maxMetricValue: "number",
      startedAtTime: "time",
      endedAtTime: "time",
    },
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
      isPartOf: "Attempt",
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
  CourseOffering: {
    extends: ["Organization"],
    properties: { courseNumber: "string", academicSession: "string" },
  },
  CourseSection: { extends: ["CourseOffering"], properties: { category: "string" } },
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
  HighlightAnnotation: {
    extends: ["Annotation"],
    properties: { selection: "TextPositionSelector", selectionText: "string" },
  },
  ImageObject: { extends: ["MediaObject"], properties: {} },
  LearningObjective: { extends: ["Entity"], properties: {} },
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
  Organization: { extends: ["Agent"], properties: { subOrganizationOf: "Organization", members: "Agent[]" } },
  Page: { extends: ["DigitalResource"], properties: {} },
  Person: { extends: ["Agent"], properties: {} },
  Query: {
    extends: ["Entity"],
    properties: { creator: "Person", searchTarget: "Entity", searchTerms: "string" },
  },
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
  TagAnnotation: { extends: ["Annotation"], properties: { tags: "string[]" } },
  Thread: { extends: ["DigitalResourceCollection"], properties: { items: "Message[]" } },
  TrueFalseResponse: { extends: ["Response"], properties: { value: "string" } },
  VideoObject: { extends: ["MediaObject"], properties: {} },
  WebPage: { extends: ["DigitalResource"], properties: {} },
};

/** Caliper 1.2's entity types as data, in the order of their names (Caliper 1.2, Entities). */
export const entityTypes: Readonly<Record<string, EntityType>> = Object.fromEntries(
  Object.entries({ ...learningTypes, ...surveyTypes }).sort(([a], [b]) => (a < b ? -1 : 1)),
);
