import { writeGroup, writePerson } from "../caliper/frame.ts";
import type { Learner } from "../learner/identify.ts";
import { pseudonyms } from "../learner/pseudonym.ts";
import { iri } from "../mapping/functions.ts";
import type { Settings } from "../settings.ts";
import type { Frame } from "../site.ts";
import { writeAgent, writeGrouping } from "../xapi/frame.ts";
import { activityTypes, UNPROVEN } from "../xapi/vocabulary.ts";
import type { Endpoint } from "./endpoint.ts";

/** Gives the frame of a learner's statements for one endpoint; worked out once for all events of a learner context. */
export type FrameOf = (learner: Learner) => Frame;

/** Names learners to an endpoint as its file says. `key` is the secret that pseudonyms are made from. */
export const framesFor = (endpoint: Endpoint, settings: Settings, key: string): FrameOf => {
  const pseudonym = pseudonyms(key, endpoint.name);
  const known = new WeakMap<Learner, Frame>();
  const make = (learner: Learner): Frame => {
    const name = endpoint.learners === "username" ? learner.username : pseudonym(learner.username);
    const id = iri(settings.hub.id, endpoint.learners === "username" ? "user" : "learner", name) ?? "";
    const course = learner.course && { ...learner.course, id: courseIri(settings, learner.course.id) };
    const grouping = writeGrouping(course, activityTypes.course ?? "");
    const marks = learner.proven ? "" : `,${JSON.stringify(UNPROVEN)}:true`;
    return {
      learner: { id },
      pseudonym: (other) => (typeof other === "string" ? pseudonym(other) : undefined),
      course: learner.course,
      actor: endpoint.protocol === "caliper" ? writePerson(id) : writeAgent(settings.hub.id, name),
      group: writeGroup({ id, name }, course, learner.roles),
      grouping,
      activities: within("contextActivities", grouping),
      marks,
      extensions: within("extensions", marks),
    };
  };
  return (learner) => {
    const frame = known.get(learner) ?? make(learner);
    known.set(learner, frame);
    return frame;
  };
};

/** Members that continue an object, as an object of their own that continues another. */
const within = (key: string, members: string): string =>
  members === "" ? "" : `,"${key}":{${members.slice(1)}}`;

/** An LMS's course id is seldom an IRI, which both standards need. */
const courseIri = (settings: Settings, id: string): string =>
  /^(https?|urn):\S+$/.test(id) ? id : (iri(settings.institution, "courses", id) ?? "");
