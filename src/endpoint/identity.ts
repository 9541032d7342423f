import { ANONYMOUS_PERSON } from "../caliper/frame.ts";
import { isIri } from "../document/iri.ts";
import type { Learner } from "../learner/identify.ts";
import { type EndpointSecrets, endpointSecrets } from "../learner/pseudonym.ts";
import type { PseudonymKeys } from "../learner/pseudonym-keys.ts";
import { iri, segment } from "../mapping/functions.ts";
import type { Settings } from "../settings.ts";
import type { Endpoint } from "./endpoint.ts";

/** How an endpoint knows a learner. */
export interface Identity {
  /** Whether it is nobody's name: of an event that is nobody's, or at an endpoint that is not to know whose it is. */
  readonly anonymous: boolean;
  /** The person's IRI. */
  readonly id: string;
  /** The account: its name, and the home page of whose account it is. */
  readonly name: string;
  readonly home: string;
  /** What kind of name it is, where it is another system's own. */
  readonly kind?: "LtiUserId" | "AccountUserName";
  /** The name by which the endpoint knew the learner before, while both are told. */
  readonly former?: string;
}

/** The names and secrets of one endpoint, for what arrived in a time in which the same keys hold. */
export interface Era {
  readonly secrets: EndpointSecrets;
  identityOf(learner: Learner): Identity;
}

/** The era of an event that arrived at a time in ISO 8601: the same event is always told under the same key. */
export type EraOf = (arrived: string) => Era;

/** Names learners to an endpoint as its file says. */
export const eras = (endpoint: Endpoint, settings: Settings, { key, former }: PseudonymKeys): EraOf => {
  const now = endpointSecrets(key, endpoint.name);
  const make = (secrets: EndpointSecrets, before?: EndpointSecrets): Era => ({
    secrets,
    identityOf: (learner) => identityOf(learner, endpoint, settings, secrets, before),
  });
  const current = make(now);
  if (former === undefined) return () => current;
  const old = endpointSecrets(former.key, endpoint.name);
  const before = make(old);
  const both = make(now, old);
  return (arrived) => {
    const time = Date.parse(arrived);
    if (time < former.since) return before;
    return time < former.since + former.overlap ? both : current;
  };
};

const identityOf = (
  { username, lmsUser }: Learner,
  { learners, protocol }: Endpoint,
  { hub, lms, institution }: Settings,
  secrets: EndpointSecrets,
  before: EndpointSecrets | undefined,
): Identity => {
  if (username === undefined || learners === "anonymous") {
    const anonymous = iri(hub.id, "anonymous") ?? "";
    // A user of the hub may be called anonymous, so that account is not at the hub's own page.
    return {
      anonymous: true,
      id: protocol === "caliper" ? ANONYMOUS_PERSON : anonymous,
      name: "anonymous",
      home: anonymous,
    };
  }
  if (learners === "username")
    return { anonymous: false, ...named(hub.id, "user", username), kind: "AccountUserName" };
  if (learners === "lms" && lmsUser !== undefined) {
    const account = named(lms ?? institution, "users", lmsUser);
    return { anonymous: false, ...account, ...(isIri(lmsUser) && { id: lmsUser }), kind: "LtiUserId" };
  }
  // Whom the LMS does not know is told under a name that tells it nothing.
  return {
    anonymous: false,
    ...named(hub.id, "learner", secrets.learner(username)),
    ...(before !== undefined && { former: before.learner(username) }),
  };
};

const named = (home: string, kind: string, name: string): Pick<Identity, "id" | "name" | "home"> => ({
  id: `${iri(home, kind) ?? ""}/${segment(name)}`,
  name,
  home,
});
