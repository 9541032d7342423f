import { roles } from "./vocabulary.ts";

/** A course section, with an id that is an IRI. */
export interface CourseSection {
  readonly id: string;
  readonly label?: string;
  readonly title?: string;
}

/** The actor, as JSON text (Caliper 1.2, Person). */
export const writePerson = (id: string): string => JSON.stringify({ id, type: "Person" });

/**
 * The members `group` and `membership` of an event, as JSON text that continues an object; or nothing. `name` is
 * what the person is called among the members of the course.
 */
export const writeGroup = (
  person: { readonly id: string; readonly name: string },
  course: CourseSection | undefined,
  membershipRoles: readonly string[],
): string => {
  if (course === undefined) return "";
  const group = {
    id: course.id,
    type: "CourseSection",
    ...(course.title !== undefined && { name: course.title }),
    ...(course.label !== undefined && { courseNumber: course.label }),
  };
  const known = [...new Set(membershipRoles.map(lastPart))].filter((role) => roles.has(role));
  if (known.length === 0) return `,"group":${JSON.stringify(group)}`;
  const membership = {
    id: `${course.id}/members/${encodeURIComponent(person.name)}`,
    type: "Membership",
    member: person.id,
    organization: course.id,
    roles: known,
    status: "Active",
  };
  return `,"group":${JSON.stringify(group)},"membership":${JSON.stringify(membership)}`;
};

/** LTI names roles by IRIs such as `http://purl.imsglobal.org/vocab/lis/v2/membership#Learner`. */
const lastPart = (role: string): string =>
  role.slice(Math.max(role.lastIndexOf("#"), role.lastIndexOf("/")) + 1);
