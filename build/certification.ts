/** A kind of event that 1EdTech's certification of Caliper 1.2 asks a sensor for, or lets it send. */
export interface CertificationRow {
  readonly profile: string;
  /** Undefined where any will do. */
  readonly event: string | undefined;
  /** `*` where any will do. */
  readonly action: string;
  readonly actor: string;
  readonly object: string;
  readonly generated: string | undefined;
  readonly need: "required" | "optional" | "one of these";
}

/** Rows that differ in their actions; each with what is generated, if anything is. */
const rows = (
  profile: string,
  event: string | undefined,
  actor: string,
  object: string,
  actions: Readonly<Record<string, string | undefined>>,
  required: readonly string[] = [],
): readonly CertificationRow[] =>
  Object.entries(actions).map(([action, generated]) => ({
    profile,
    event,
    action,
    actor,
    object,
    generated,
    need: required.includes(action) ? "required" : "optional",
  }));

const all = (actions: string, generated?: string): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(actions.split(" ").map((action) => [action, generated]));

/** Reading is what several profiles have besides their own events. */
const read = (profile: string, object = "DigitalResource", required: readonly string[] = []) => [
  ...rows(profile, "NavigationEvent", "Person", object, all("NavigatedTo"), required),
  ...rows(profile, "ViewEvent", "Person", object, all("Viewed"), required),
];

/** The rows, in the order of their profiles. */
export const certificationRows: readonly CertificationRow[] = [
  ...rows("GeneralProfile", undefined, "Agent", "Entity", all("*"), ["*"]),
  ...rows(
    "AnnotationProfile",
    "AnnotationEvent",
    "Person",
    "DigitalResource",
    {
      Bookmarked: "BookmarkAnnotation",
      Highlighted: "HighlightAnnotation",
      Shared: "SharedAnnotation",
      Tagged: "TagAnnotation",
    },
    ["Bookmarked"],
  ),
  ...rows(
    "AssessmentProfile",
    "AssessmentEvent",
    "Person",
    "Assessment",
    all("Paused Reset Restarted Resumed Started Submitted", "Attempt"),
    ["Submitted"],
  ),
  ...rows("AssessmentProfile", "AssessmentItemEvent", "Person", "AssessmentItem", {
    Completed: "Response",
    Skipped: undefined,
    // The table says Attempt, but the standard's own table of this event says Response.
    Started: "Response",
  }),
  ...read("AssessmentProfile"),
  ...rows(
    "AssignableProfile",
    "AssignableEvent",
    "Person",
    "AssignableDigitalResource",
    { ...all("Activated Deactivated"), ...all("Completed Reviewed Started Submitted", "Attempt") },
    ["Submitted"],
  ),
  ...read("AssignableProfile"),
  ...rows("FeedbackProfile", "FeedbackEvent", "Person", "Entity", {
    Commented: "Comment",
    Ranked: "Rating",
  }).map((row): CertificationRow => ({ ...row, need: "one of these" })),
  ...rows("ForumProfile", "ForumEvent", "Person", "Forum", all("Subscribed Unsubscribed")),
  ...rows("ForumProfile", "MessageEvent", "Person", "Message", all("MarkedAsRead MarkedAsUnRead Posted"), [
    "Posted",
  ]),
  ...rows("ForumProfile", "ThreadEvent", "Person", "Thread", all("MarkedAsRead MarkedAsUnRead")),
  ...read("ForumProfile"),
  ...rows("GradingProfile", "GradeEvent", "Agent", "Attempt", { Graded: "Score" }, ["Graded"]),
  // The table asks for a Result, which the standard's own table of this event does not have.
  ...rows("GradingProfile", "ViewEvent", "Person", "DigitalResource", all("Viewed")),
  ...rows(
    "MediaProfile",
    "MediaEvent",
    "Person",
    "MediaObject",
    all(
      "ChangedResolution ChangedSize ChangedSpeed ChangedVolume ClosedPopout DisabledClosedCaptioning EnabledClosedCaptioning Ended EnteredFullScreen ExitedFullScreen ForwardedTo JumpedTo Muted OpenedPopout Paused Restarted Resumed Started Unmuted",
    ),
    ["Ended", "Started"],
  ),
  ...read("MediaProfile"),
  ...read("ReadingProfile", "DigitalResource", ["NavigatedTo", "Viewed"]),
  ...rows(
    "ResourceManagementProfile",
    "ResourceManagementEvent",
    "Person",
    "DigitalResource",
    {
      ...all("Archived"),
      ...all("Copied Created", "DigitalResource"),
      ...all(
        "Deleted Described Downloaded Modified Printed Published Restored Retrieved Saved Unpublished Uploaded",
      ),
    },
    ["Created"],
  ),
  ...rows("SearchProfile", "SearchEvent", "Person", "DigitalResource", all("Searched"), ["Searched"]),
  ...rows("SessionProfile", "SessionEvent", "Person", "SoftwareApplication", all("LoggedIn LoggedOut"), [
    "LoggedIn",
  ]),
  ...rows("SessionProfile", "SessionEvent", "SoftwareApplication", "Session", all("TimedOut")),
  ...rows(
    "SurveyProfile",
    "SurveyInvitationEvent",
    "Person",
    "SurveyInvitation",
    all("Accepted Declined Sent"),
  ),
  ...rows("SurveyProfile", "SurveyEvent", "Person", "Survey", all("OptedIn OptedOut")),
  ...rows(
    "SurveyProfile",
    "QuestionnaireEvent",
    "Person",
    "Questionnaire",
    all("Started Submitted", "Attempt"),
    ["Submitted"],
  ),
  ...rows("SurveyProfile", "QuestionnaireItemEvent", "Person", "QuestionnaireItem", {
    Completed: "Response",
    ...all("Skipped Started", "Attempt"),
  }),
  ...read("SurveyProfile", "Questionnaire"),
  ...rows("ToolLaunchProfile", "ToolLaunchEvent", "Person", "SoftwareApplication", all("Launched Returned"), [
    "Launched",
  ]),
  ...rows("ToolUseProfile", "ToolUseEvent", "Person", "SoftwareApplication", all("Used"), ["Used"]),
];
