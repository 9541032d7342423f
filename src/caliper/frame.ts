import { roleTerms } from "./vocabulary.ts";

/** A course section, with an id that is an IRI. */
interface CourseSection {
  readonly id: string;
  readonly label?: string;
  readonly title?: string;
}

/** A name by which a system knows a person; `source` is the system's own IRI. */
interface OtherName {
  readonly identifier: string;
  readonly identifierType: "AccountUserName" | "LtiUserId" | "SystemId";
  readonly source: string;
}

/** The actor, as JSON text (Caliper 1.2, Person), with other names that systems have for it (SystemIdentifier). */
export const writePerson = (id: string, others: readonly OtherName[] = []): string =>
  JSON.stringify({
    id,
    type: "Person",
    ...(others.length > 0 && {
      otherIdentifiers: others.map(({ source, ...name }) => ({
        type: "SystemIdentifier",
        ...name,
        source: { id: source, type: "SoftwareApplication" },
      })),
    }),
  });

/** The actor that nobody is: an anonymous entity has its type's own IRI, and nothing else (Caliper 1.2, Anonymous). */
export const ANONYMOUS_PERSON = "http://purl.imsglobal.org/caliper/Person";

/** `,"group":…`, JSON text that continues an event (Caliper 1.2, CourseSection); or nothing. */
export const writeGroup = (course: CourseSection | undefined): string => {
  if (course === undefined) return "";
  const group = {
    id: course.id,
    type: "CourseSection",
    ...(course.title !== undefined && { name: course.title }),
    ...(course.label !== undefined && { courseNumber: course.label }),
  };
  return `,"group":${JSON.stringify(group)}`;
};

/**
 * `,"membership":…`, JSON text that continues an event (Caliper 1.2, Membership); or nothing, where no role in the
 * course is known. `name` is what the person is called among its members.
 */
export const writeMembership = (
  person: { readonly id: string; readonly name: string },
  course: CourseSection | undefined,
  membershipRoles: readonly string[],
): string => {
  const known = [...new Set(membershipRoles.flatMap(roleOf))];
  if (course === undefined || known.length === 0) return "";
  const membership = {
    id: `${course.id}/members/${encodeURIComponent(person.name.toWellFormed())}`,
    type: "Membership",
    member: person.id,
    organization: course.id,
    roles: known,
    status: "Active",
  };
  return `,"membership":${JSON.stringify(membership)}`;
};

/**
 * LTI names roles by IRIs such as `http://purl.imsglobal.org/vocab/lis/v2/membership#Learner`, and sub-roles by
 * `…/membership/Instructor#TeachingAssistant`; Caliper by their last part.
 */
const roleOf = (role: string): readonly string[] => {
  const last = role.slice(role.lastIndexOf("/") + 1);
  const term = last.startsWith("membership#") ? last.slice("membership#".length) : last;
  if (roleTerms.has(term)) return [term];
  return term === ASSISTANT ? [`Instructor#${ASSISTANT}`] : [];
};

/** Many systems name it without the role that it is part of. */
const ASSISTANT = "TeachingAssistant";

/** A session of the learner's, with an id that is an IRI. */
interface Session {
  readonly id: string;
  readonly user: string;
  /** `YYYY-MM-DDTHH:mm:ss.SSSZ` */
  readonly startedAtTime?: string;
}

/** `,"session":…`, JSON text that continues an event (Caliper 1.2, Session). */
export const writeSession = ({ id, user, startedAtTime }: Session): string =>
  `,"session":${JSON.stringify({ id, type: "Session", user, startedAtTime })}`;

/**
 * `,"federatedSession":…`, JSON text that continues an event (Caliper 1.2, LtiSession): the platform's session, in
 * which the learner came to the tool through LTI, with parameters of that launch by their names in LTI 1.3.
 */
export const writeFederatedSession = (
  { id, user }: Session,
  messageParameters: Readonly<Record<string, unknown>>,
): string => `,"federatedSession":${JSON.stringify({ id, type: "LtiSession", user, messageParameters })}`;
