import {
  writeFederatedSession,
  writeGroup,
  writeMembership,
  writePerson,
  writeSession,
} from "../caliper/frame.ts";
import { isIri } from "../document/iri.ts";
import { type EventId, registrationId, type StatementId, statementId } from "../event/id.ts";
import type { Learner } from "../learner/identify.ts";
import type { EndpointSecrets } from "../learner/pseudonym.ts";
import type { PseudonymKeys } from "../learner/pseudonym-keys.ts";
import { iri } from "../mapping/functions.ts";
import type { Settings } from "../settings.ts";
import type { Frame } from "../site.ts";
import { writeAgent, writeGrouping } from "../xapi/frame.ts";
import { activityTypes, FORMER_NAME, UNPROVEN } from "../xapi/vocabulary.ts";
import type { Endpoint } from "./endpoint.ts";
import { type Era, eras, type Identity } from "./identity.ts";

/** What one endpoint's statements have around them. `arrived` is when an event did, in ISO 8601: see `EraOf`. */
export interface Frames {
  /** The frame of a learner's statements; worked out once for all events of a learner context. */
  of(learner: Learner, arrived: string): Frame;
  /** The id of a statement. */
  id(event: EventId, translation: string, position: number, arrived: string): StatementId;
}

/** Names learners and statements to an endpoint as its file says. */
export const framesFor = (endpoint: Endpoint, settings: Settings, keys: PseudonymKeys): Frames => {
  const eraOf = eras(endpoint, settings, keys);
  const known = new WeakMap<Learner, Map<Era, Frame>>();
  const find = (learner: Learner, era: Era): Frame => {
    const frames = known.get(learner) ?? new Map<Era, Frame>();
    const before = frames.get(era);
    if (before !== undefined) return before;
    const frame = makeFrame(learner, endpoint, settings, era);
    known.set(learner, frames.set(era, frame));
    return frame;
  };
  let last: { readonly learner: Learner; readonly era: Era; readonly frame: Frame } | undefined;
  return {
    of: (learner, arrived) => {
      const era = eraOf(arrived);
      // Most events are of whom the one before them was of.
      if (last?.learner !== learner || last.era !== era) last = { learner, era, frame: find(learner, era) };
      return last.frame;
    },
    id: (event, translation, position, arrived) =>
      statementId(eraOf(arrived).secrets.statements, event, translation, position),
  };
};

const makeFrame = (
  learner: Learner,
  endpoint: Endpoint,
  settings: Settings,
  { secrets, identityOf }: Era,
): Frame => {
  const identity = identityOf(learner);
  const { id, name, anonymous } = identity;
  const course = learner.course && { ...learner.course, id: courseIri(settings, learner.course.id) };
  const grouping = writeGrouping(course, activityTypes.course ?? "");
  const session = anonymous ? undefined : sessionOf(learner, id, secrets);
  const marks = marksOf(learner, identity, endpoint);
  return {
    learner: { id },
    // The same for all learners, as what was made by it is remembered with it.
    pseudonym: secrets.text,
    sender: learner.sender,
    course: learner.course,
    session,
    actor: actorOf(identity, endpoint),
    group: writeGroup(course),
    // What hangs on a learner would say who it is.
    membership: anonymous ? "" : writeMembership({ id, name }, course, learner.roles),
    sessions: anonymous
      ? ""
      : `${written(session, id)}${federatedSessionOf(learner, id, endpoint, settings)}`,
    grouping,
    activities: within("contextActivities", grouping),
    registration:
      anonymous || course === undefined
        ? ""
        : `,"registration":"${registrationId(secrets.statements, name, course.id)}"`,
    marks,
    extensions: within("extensions", marks),
  };
};

/** Only Caliper 1.2 has a place for an entity's other names. */
const knowsOtherNames = ({ protocol, version }: Endpoint): boolean =>
  protocol === "caliper" && version === "1.2";

const actorOf = ({ id, name, home, kind, former, anonymous }: Identity, endpoint: Endpoint): string => {
  if (endpoint.protocol !== "caliper") return writeAgent(home, name);
  if (anonymous || !knowsOtherNames(endpoint)) return writePerson(id);
  const others = [
    ...(kind === undefined ? [] : [{ identifier: name, identifierType: kind, source: home }]),
    ...(former === undefined
      ? []
      : [{ identifier: former, identifierType: "SystemId" as const, source: home }]),
  ];
  return writePerson(id, others);
};

/** What is said of the actor besides: that nothing proves it, and the name before, where there is no other place for it. */
const marksOf = ({ proven }: Learner, { former }: Identity, endpoint: Endpoint): string => {
  const tellsFormer = former !== undefined && !knowsOtherNames(endpoint);
  if (endpoint.protocol === "json")
    return `${proven ? "" : ',"proven":false'}${tellsFormer ? `,"formerLearner":"${former}"` : ""}`;
  const unproven = proven ? "" : `,${JSON.stringify(UNPROVEN)}:true`;
  return `${unproven}${tellsFormer ? `,${JSON.stringify(FORMER_NAME)}:"${former}"` : ""}`;
};

const sessionOf = ({ session }: Learner, user: string, secrets: EndpointSecrets): Frame["session"] => {
  if (session === undefined) return undefined;
  const { id, started } = session;
  // The token's own id would join what two stores know.
  return {
    id: iri(user, "sessions", secrets.session(id)) ?? "",
    ...(started !== undefined && { started }),
  };
};

const written = (session: Frame["session"], user: string): string => {
  if (session === undefined) return "";
  const { id, started } = session;
  return writeSession({ id, user, ...(started !== undefined && { startedAtTime: started }) });
};

const federatedSessionOf = (
  { launch, course, roles }: Learner,
  user: string,
  endpoint: Endpoint,
  settings: Settings,
): string => {
  if (launch?.session === undefined || !endpoint.federatedSession) return "";
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

/** What the names of LTI 1.3's claims begin with. */
const LTI = "https://purl.imsglobal.org/spec/lti/claim";

/** Members that continue an object, as an object of their own that continues another. */
const within = (key: string, members: string): string =>
  members === "" ? "" : `,"${key}":{${members.slice(1)}}`;

/** An LMS's course id is seldom an IRI, which both standards need. */
const courseIri = (settings: Settings, id: string): string =>
  isIri(id) ? id : (iri(settings.institution, "courses", id) ?? "");
