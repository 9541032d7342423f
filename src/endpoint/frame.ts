import {
  ANONYMOUS_PERSON,
  writeFederatedSession,
  writeGroup,
  writeMembership,
  writePerson,
  writeSession,
} from "../caliper/frame.ts";
import { isIri } from "../document/iri.ts";
import { type EventId, type StatementId, statementId } from "../event/id.ts";
import type { Learner } from "../learner/identify.ts";
import { endpointSecrets } from "../learner/pseudonym.ts";
import { iri, segment } from "../mapping/functions.ts";
import type { Settings } from "../settings.ts";
import type { Frame } from "../site.ts";
import { writeAgent, writeGrouping } from "../xapi/frame.ts";
import { activityTypes, UNPROVEN } from "../xapi/vocabulary.ts";
import type { Endpoint } from "./endpoint.ts";

/** What one endpoint's statements have around them. */
export interface Frames {
  /** The frame of a learner's statements; worked out once for all events of a learner context. */
  of(learner: Learner): Frame;
  /** The id of a statement. */
  id(event: EventId, translation: string, position: number): StatementId;
}

/** Names learners and statements to an endpoint as its file says. `key` is the secret that pseudonyms are made from. */
export const framesFor = (endpoint: Endpoint, settings: Settings, key: string): Frames => {
  const secrets = endpointSecrets(key, endpoint.name);
  const known = new WeakMap<Learner, Frame>();
  const nobody = {
    name: "anonymous",
    id: endpoint.protocol === "caliper" ? ANONYMOUS_PERSON : (iri(settings.hub.id, "anonymous") ?? ""),
  };
  const nameOf = ({ username }: Learner): { readonly id: string; readonly name: string } => {
    if (username === undefined) return nobody;
    const name = endpoint.learners === "username" ? username : secrets.learner(username);
    return {
      name,
      id: `${iri(settings.hub.id, endpoint.learners === "username" ? "user" : "learner") ?? ""}/${segment(name)}`,
    };
  };
  const sessionOf = ({ session }: Learner, user: string): string => {
    if (session === undefined) return "";
    // The token's own id would join what two stores know.
    const id = iri(user, "sessions", secrets.session(session.id)) ?? "";
    return writeSession({
      id,
      user,
      ...(session.started !== undefined && { startedAtTime: session.started }),
    });
  };
  const federatedSessionOf = ({ launch, course, roles }: Learner, user: string): string => {
    if (launch === undefined || !endpoint.federatedSession) return "";
    const id = isIri(launch.session)
      ? launch.session
      : (iri(settings.institution, "sessions", launch.session) ?? "");
    return writeFederatedSession(
      { id, user },
      {
        [`${LTI}/context`]: course,
        [`${LTI}/resource_link`]: launch.resource,
        ...(roles.length > 0 && { [`${LTI}/roles`]: roles }),
      },
    );
  };
  const make = (learner: Learner): Frame => {
    const { id, name } = nameOf(learner);
    const course = learner.course && { ...learner.course, id: courseIri(settings, learner.course.id) };
    const grouping = writeGrouping(course, activityTypes.course ?? "");
    const unproven = endpoint.protocol === "json" ? ',"proven":false' : `,${JSON.stringify(UNPROVEN)}:true`;
    const marks = learner.proven ? "" : unproven;
    return {
      learner: { id },
      pseudonym: (other) => (typeof other === "string" ? secrets.text(other) : undefined),
      sender: learner.sender,
      course: learner.course,
      actor:
        endpoint.protocol === "caliper"
          ? writePerson(id)
          : // A user of the hub may be called anonymous.
            writeAgent(learner.username === undefined ? id : settings.hub.id, name),
      group: writeGroup(course),
      membership: writeMembership({ id, name }, course, learner.roles),
      sessions: `${sessionOf(learner, id)}${federatedSessionOf(learner, id)}`,
      grouping,
      activities: within("contextActivities", grouping),
      marks,
      extensions: within("extensions", marks),
    };
  };
  return {
    of: (learner) => {
      const frame = known.get(learner) ?? make(learner);
      known.set(learner, frame);
      return frame;
    },
    id: (event, translation, position) => statementId(secrets.statements, event, translation, position),
  };
};

/** What the names of LTI 1.3's claims begin with. */
const LTI = "https://purl.imsglobal.org/spec/lti/claim";

/** Members that continue an object, as an object of their own that continues another. */
const within = (key: string, members: string): string =>
  members === "" ? "" : `,"${key}":{${members.slice(1)}}`;

/** An LMS's course id is seldom an IRI, which both standards need. */
const courseIri = (settings: Settings, id: string): string =>
  isIri(id) ? id : (iri(settings.institution, "courses", id) ?? "");
