/** The project's own names, for what published vocabularies lack. They never change: stores keep them for years. */
const OWN = "https://w3id.org/jupyter-lms-translator";

const ADL = "http://adlnet.gov/expapi";
const ADL_W3ID = "https://w3id.org/xapi/adl/verbs";
const TIN_CAN = "http://id.tincanapi.com/activitytype";
const ACTIVITY_STREAMS = "http://activitystrea.ms/schema/1.0";

interface Verb {
  readonly id: string;
  readonly display: { readonly en: string };
}

const verb = (id: string, display: string): Verb => ({ id, display: { en: display } });

/** Verbs that a mapping may name by a short word (xAPI 1.0.3 Part Two, 2.4.2). */
export const verbs: Readonly<Record<string, Verb>> = {
  abandoned: verb(`${ADL_W3ID}/abandoned`, "abandoned"),
  assign: verb(`${ACTIVITY_STREAMS}/assign`, "assigned"),
  copy: verb(`${OWN}/verbs/copied`, "copied"),
  create: verb(`${ACTIVITY_STREAMS}/create`, "created"),
  delete: verb(`${ACTIVITY_STREAMS}/delete`, "deleted"),
  experienced: verb(`${ADL}/verbs/experienced`, "experienced"),
  interacted: verb(`${ADL}/verbs/interacted`, "interacted with"),
  join: verb(`${ACTIVITY_STREAMS}/join`, "joined"),
  launched: verb(`${ADL}/verbs/launched`, "launched"),
  leave: verb(`${ACTIVITY_STREAMS}/leave`, "left"),
  "logged-in": verb(`${ADL_W3ID}/logged-in`, "logged in to"),
  "logged-out": verb(`${ADL_W3ID}/logged-out`, "logged out of"),
  open: verb(`${ACTIVITY_STREAMS}/open`, "opened"),
  receive: verb(`${ACTIVITY_STREAMS}/receive`, "received"),
  save: verb(`${ACTIVITY_STREAMS}/save`, "saved"),
  scored: verb(`${ADL}/verbs/scored`, "scored"),
  submit: verb(`${ACTIVITY_STREAMS}/submit`, "submitted"),
  update: verb(`${ACTIVITY_STREAMS}/update`, "updated"),
};

/** Activity types that a mapping may name by a short word (xAPI 1.0.3 Part Two, 2.4.4.1). */
export const activityTypes: Readonly<Record<string, string>> = {
  application: `${ACTIVITY_STREAMS}/application`,
  assignment: `${TIN_CAN}/school-assignment`,
  cell: `${OWN}/activity-types/cell`,
  course: `${ADL}/activities/course`,
  file: `${ACTIVITY_STREAMS}/file`,
  link: `${ADL}/activities/link`,
};

/** An extension that says that nothing proves who the actor is: the site trusts what the learner's server claims. */
export const UNPROVEN = `${OWN}/extensions/unproven-actor`;

/** An extension with the name of the actor's account before its key was changed, while both are told. */
export const FORMER_NAME = `${OWN}/extensions/former-account-name`;
