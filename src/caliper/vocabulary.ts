/**
 * The part of Caliper 1.2's vocabulary that Jupyter's events need: for each event type, its actions and the profiles
 * that contain it (Caliper 1.2, appendices on profiles and events).
 */
export const eventTypes: Readonly<
  Record<string, { readonly actions: readonly string[]; readonly profiles: readonly string[] }>
> = {
  AssignableEvent: {
    actions: ["Activated", "Deactivated", "Started", "Completed", "Submitted", "Reviewed"],
    profiles: ["AssignableProfile"],
  },
  GradeEvent: { actions: ["Graded"], profiles: ["GradingProfile"] },
  NavigationEvent: {
    actions: ["NavigatedTo"],
    profiles: ["ReadingProfile", "MediaProfile", "AssignableProfile"],
  },
  ResourceManagementEvent: {
    actions: [
      "Archived",
      "Copied",
      "Created",
      "Deleted",
      "Described",
      "Downloaded",
      "Modified",
      "Printed",
      "Published",
      "Restored",
      "Retrieved",
      "Saved",
      "Unpublished",
      "Uploaded",
    ],
    profiles: ["ResourceManagementProfile"],
  },
  SessionEvent: { actions: ["LoggedIn", "LoggedOut", "TimedOut"], profiles: ["SessionProfile"] },
  ToolLaunchEvent: { actions: ["Launched", "Returned"], profiles: ["ToolLaunchProfile"] },
  ToolUseEvent: { actions: ["Used"], profiles: ["ToolUseProfile"] },
  ViewEvent: { actions: ["Viewed"], profiles: ["ReadingProfile", "MediaProfile", "AssignableProfile"] },
};

/** The entity types that a mapping for Jupyter can speak of. */
export const entityTypes: readonly string[] = [
  "AggregateMeasure",
  "AggregateMeasureCollection",
  "AssignableDigitalResource",
  "Attempt",
  "Chapter",
  "CourseOffering",
  "CourseSection",
  "DigitalResource",
  "DigitalResourceCollection",
  "Document",
  "Link",
  "LtiLink",
  "Page",
  "Person",
  "Score",
  "Session",
  "SoftwareApplication",
  "WebPage",
];

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

/** `dataVersion` and `@context` of Caliper 1.2. */
export const CONTEXT = "http://purl.imsglobal.org/ctx/caliper/v1p2";
