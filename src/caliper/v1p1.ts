/** `dataVersion` of Caliper 1.1, and the `@context` of what its core defines. */
export const CONTEXT_V1P1 = "http://purl.imsglobal.org/ctx/caliper/v1p1";

/**
 * What came to Caliper 1.1 with its profile extensions: the event types, entity types and actions that its core
 * context does not define. A document that uses one of them names the context of an extension that does, either alone
 * (it includes the core) or in an array.
 */
export const extensions: Readonly<Record<string, ReadonlySet<string>>> = {
  FeedbackProfile: new Set([
    "FeedbackEvent",
    "Comment",
    "LikertScale",
    "MultiselectScale",
    "NumericScale",
    "Question",
    "Rating",
    "RatingScaleQuestion",
    "Scale",
  ]),
  ResourceManagementProfile: new Set([
    "ResourceManagementEvent",
    "Archived",
    "Copied",
    "Downloaded",
    "Printed",
    "Published",
    "Restored",
    "Saved",
    "Unpublished",
    "Uploaded",
  ]),
  SearchProfile: new Set(["SearchEvent", "Query", "SearchResponse"]),
  SurveyProfile: new Set([
    "QuestionnaireEvent",
    "QuestionnaireItemEvent",
    "SurveyEvent",
    "SurveyInvitationEvent",
    "Collection",
    "DateTimeQuestion",
    "DateTimeResponse",
    "LikertScale",
    "MultiselectQuestion",
    "MultiselectResponse",
    "MultiselectScale",
    "NumericScale",
    "OpenEndedQuestion",
    "OpenEndedResponse",
    "Question",
    "Questionnaire",
    "QuestionnaireItem",
    "RatingScaleQuestion",
    "RatingScaleResponse",
    "Scale",
    "Survey",
    "SurveyInvitation",
    "Accepted",
    "Declined",
    "OptedIn",
    "OptedOut",
    "Sent",
  ]),
  ToolLaunchProfile: new Set(["ToolLaunchEvent", "Link", "LtiLink", "Launched", "Returned"]),
  ToolUseProfile: new Set(["AggregateMeasure", "AggregateMeasureCollection"]),
};

/** The context of a profile extension: `http://purl.imsglobal.org/ctx/caliper/v1p1/SearchProfile-extension`. */
export const extensionContext = (profile: string): string => `${CONTEXT_V1P1}/${profile}-extension`;

/** The extensions that define a word of 1.1; none for a word of its core. */
export const extensionsWith = (word: string): readonly string[] =>
  Object.entries(extensions).flatMap(([profile, words]) => (words.has(word) ? [profile] : []));

/** What 1.2 added, which no context of 1.1 defines: properties of events and of entity types, and structures. */
export const lacking: {
  readonly event: ReadonlySet<string>;
  readonly entities: Readonly<Record<string, ReadonlySet<string>>>;
  readonly structures: ReadonlySet<string>;
} = {
  event: new Set(["profile"]),
  entities: {
    Entity: new Set(["otherIdentifiers"]),
    Session: new Set(["client"]),
    SoftwareApplication: new Set(["host", "ipAddress", "userAgent"]),
  },
  structures: new Set(["SystemIdentifier"]),
};

/** Where the tables of 1.1 allow more than those of 1.2: starting an item generated an Attempt. */
export const wider: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  AssessmentItemEvent: { generated: ["Attempt", "Response"] },
};
