import { type EventType, specificEvents } from "./events.ts";

/** Every action of Caliper 1.2 (Caliper 1.2, Actions): those of the general Event. */
export const actions: readonly string[] = [
  ...new Set([
    ...Object.values(specificEvents).flatMap((type) => type.actions),
    // Those of no other event type.
    "Abandoned",
    "Added",
    "Attached",
    "Classified",
    "Disliked",
    "Hid",
    "Identified",
    "Liked",
    "Linked",
    "Questioned",
    "Recommended",
    "Removed",
    "Rewound",
    "Showed",
  ]),
].sort();

/** The general Event, which leaves action, actor and object open (Caliper 1.2, Event). */
export const generalEvent: EventType = {
  actions,
  profiles: ["GeneralProfile"],
  actor: ["Agent"],
  object: ["Entity"],
};

/** Every event type of Caliper 1.2. */
export const eventTypes: Readonly<Record<string, EventType>> = { ...specificEvents, Event: generalEvent };

/** The profiles of Caliper 1.2. */
export const profiles: readonly string[] = [
  ...new Set(Object.values(eventTypes).flatMap((type) => type.profiles)),
].sort();

/** The parts of an event that are entities, with what each may be where the event's type does not say (Caliper 1.2, Event). */
export const eventParts = {
  actor: ["Agent"],
  object: ["Entity"],
  generated: ["Entity"],
  target: ["Entity"],
  referrer: ["Entity"],
  edApp: ["SoftwareApplication"],
  group: ["Organization"],
  membership: ["Membership"],
  session: ["Session"],
  federatedSession: ["LtiSession"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type EventPart = keyof typeof eventParts;

/** What an event type asks further of events with certain actions, or of a certain profile. */
export interface Condition {
  readonly event: string;
  readonly actions?: readonly string[];
  readonly profile?: string;
  readonly parts?: { readonly [part in EventPart]?: readonly string[] };
  readonly required?: readonly EventPart[];
}

export const conditions: readonly Condition[] = [
  { event: "AnnotationEvent", actions: ["Bookmarked"], parts: { generated: ["BookmarkAnnotation"] } },
  { event: "AnnotationEvent", actions: ["Highlighted"], parts: { generated: ["HighlightAnnotation"] } },
  { event: "AnnotationEvent", actions: ["Shared"], parts: { generated: ["SharedAnnotation"] } },
  { event: "AnnotationEvent", actions: ["Tagged"], parts: { generated: ["TagAnnotation"] } },
  { event: "FeedbackEvent", actions: ["Commented"], parts: { generated: ["Comment"] } },
  { event: "FeedbackEvent", actions: ["Ranked"], parts: { generated: ["Rating"] } },
  {
    event: "NavigationEvent",
    profile: "SurveyProfile",
    parts: { object: ["Questionnaire", "QuestionnaireItem"] },
  },
  { event: "ResourceManagementEvent", actions: ["Copied"], required: ["generated"] },
  {
    event: "SessionEvent",
    actions: ["LoggedIn", "LoggedOut"],
    parts: { actor: ["Person"], object: ["SoftwareApplication"] },
  },
  {
    event: "SessionEvent",
    actions: ["TimedOut"],
    parts: { actor: ["SoftwareApplication"], object: ["Session"] },
  },
  { event: "ToolLaunchEvent", actions: ["Launched"], required: ["federatedSession"] },
  {
    event: "ViewEvent",
    profile: "SurveyProfile",
    parts: { object: ["Questionnaire", "QuestionnaireItem"] },
  },
];
