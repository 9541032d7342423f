/** The roles that a membership may have, by the last part of the LTI role that names them (Caliper 1.2, Role). */
export const roles: ReadonlySet<string> = new Set([
  "Learner",
  "Instructor",
  "Administrator",
  "ContentDeveloper",
  "Manager",
  "Member",
  "Mentor",
  "Officer",
  "TeachingAssistant",
]);

/** The standing of a member (Caliper 1.2, Status). */
export const statuses: ReadonlySet<string> = new Set(["Active", "Deleted", "Inactive"]);

/** `dataVersion` and `@context` of Caliper 1.2. */
export const CONTEXT = "http://purl.imsglobal.org/ctx/caliper/v1p2";
