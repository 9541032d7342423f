/** `dataVersion` and `@context` of Caliper 1.2. */
export const CONTEXT = "http://purl.imsglobal.org/ctx/caliper/v1p2";

/** What the IRIs of Caliper's types begin with; such an IRI as an id stands for an anonymous entity. */
export const VOCABULARY = "http://purl.imsglobal.org/caliper/";

/** The roles of a member with the sub-roles of each, which are written `Instructor#Grader` (Caliper 1.2, Role). */
const subRoles: Readonly<Record<string, readonly string[]>> = {
  Learner: ["ExternalLearner", "GuestLearner", "Learner", "NonCreditLearner"],
  Instructor: [
    "ExternalInstructor",
    "Grader",
    "GuestInstructor",
    "Instructor",
    "Lecturer",
    "PrimaryInstructor",
    "SecondaryInstructor",
    "TeachingAssistant",
    "TeachingAssistantGroup",
    "TeachingAssistantOffering",
    "TeachingAssistantSection",
    "TeachingAssistantTemplate",
  ],
  Administrator: [
    "Administrator",
    "Developer",
    "ExternalDeveloper",
    "ExternalSupport",
    "ExternalSystemAdministrator",
    "Support",
    "SystemAdministrator",
  ],
  ContentDeveloper: ["ContentDeveloper", "ContentExpert", "ExternalContentExpert", "Librarian"],
  Manager: ["AreaManager", "CourseCoordinator", "ExternalObserver", "Manager", "Observer"],
  Member: ["Member"],
  Mentor: [
    "Advisor",
    "Auditor",
    "ExternalAdvisor",
    "ExternalAuditor",
    "ExternalLearningFacilitator",
    "ExternalMentor",
    "ExternalReviewer",
    "ExternalTutor",
    "LearningFacilitator",
    "Mentor",
    "Reviewer",
    "Tutor",
  ],
  Officer: ["Chair", "Secretary", "Treasurer", "Vice-Chair"],
};

/** Every word that a member's `roles` may hold. */
export const roleTerms: ReadonlySet<string> = new Set(
  Object.entries(subRoles).flatMap(([role, parts]) => [role, ...parts.map((part) => `${role}#${part}`)]),
);

/**
 * The standing of a member: every word that its `status` may hold (Caliper 1.2, Status). Deleted, a status of LIS, is
 * none that Caliper's contexts define.
 */
export const statusTerms: ReadonlySet<string> = new Set(["Active", "Inactive"]);

/** What an AggregateMeasure measures (Caliper 1.2, Metrics). */
export const metrics: ReadonlySet<string> = new Set([
  "AssessmentsPassed",
  "AssessmentsSubmitted",
  "MinutesOnTask",
  "SkillsMastered",
  "StandardsMastered",
  "UnitsCompleted",
  "UnitsPassed",
  "WordsRead",
]);

/** The kinds of identifier in other systems (Caliper 1.2, SystemIdentifier Types). */
export const identifierTypes: ReadonlySet<string> = new Set([
  "AccountUserName",
  "CaseItemUri",
  "EmailAddress",
  "LisSourcedId",
  "LtiContextId",
  "LtiDeploymentId",
  "LtiPlatformId",
  "LtiToolId",
  "LtiUserId",
  "OneRosterSourcedId",
  "Other",
  "SisSourcedId",
  "SystemId",
]);

/** The LTI messages that Caliper names; a link's `messageType` may name another (Caliper 1.2, LtiLink). */
export const messageTypes: ReadonlySet<string> = new Set([
  "LtiDeepLinkingRequest",
  "LtiDeepLinkingResponse",
  "LtiResourceLinkRequest",
]);
