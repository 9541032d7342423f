import { arrayOf, checkShape, checkText, isObject, memberOf, oneOf } from "./check-shape.ts";
import { checkIri, checkMailto, checkSha1, checkUri } from "./check-values.ts";
import { type Check, complain, type Place, within } from "./problem.ts";

/** An agent or a group: whoever has no objectType is an agent (xAPI 1.0.3 Part Two, 2.4.2). */
export const checkActor: Check = (value, place) => {
  const type = memberOf(value, "objectType");
  if (type === "Group") return checkGroup(value, place);
  if (type === undefined || type === "Agent") return checkAgent(value, place);
  if (memberOf(value, "member") === undefined) checkAgent(value, place);
  else checkGroup(value, place);
};

/** An agent: exactly one of the four identifiers says who it is (xAPI 1.0.3 Part Two, 2.4.2.1). */
export const checkAgent: Check = (value, place) => {
  const agent = checkShape(value, place, {
    topic: "agent",
    what: "An agent",
    members: { objectType: oneOf("agent", "object-type", ["Agent"]), ...NAMES },
  });
  if (agent !== undefined && identifiersOf(agent).length !== 1)
    complain(place, "identifier-count", "agent", `An agent has exactly one of ${IDENTIFIERS.join(", ")}.`);
};

/** A group: with one identifier, or anonymous and then with members; its members are agents (2.4.2.2). */
export const checkGroup: Check = (value, place) => {
  const group = checkShape(value, place, {
    topic: "group",
    what: "A group",
    required: ["objectType"],
    members: {
      objectType: oneOf("group", "object-type", ["Group"]),
      member: arrayOf("group", checkMember),
      ...NAMES,
    },
  });
  if (group === undefined) return;
  const identifiers = identifiersOf(group);
  if (identifiers.length > 1)
    complain(place, "identifier-count", "group", `A group has at most one of ${IDENTIFIERS.join(", ")}.`);
  const members = memberOf(group, "member");
  const isEmpty = members === undefined || (Array.isArray(members) && members.length === 0);
  if (identifiers.length === 0 && isEmpty)
    complain(place, "group-members", "group", "A group without an identifier needs its members.");
};

/**
 * Who vouches for a statement: an agent, or for OAuth an anonymous group of two agents, of which one is known by an
 * account (xAPI 1.0.3 Part Two, 2.4.9). A client may send it; the store will mostly put its own there.
 */
export const checkAuthority: Check = (value, place) => {
  checkActor(value, place);
  if (memberOf(value, "objectType") !== "Group") return;
  const members = memberOf(value, "member");
  const isPair =
    Array.isArray(members) &&
    members.length === 2 &&
    members.some((each) => isObject(memberOf(each, "account")));
  if (!isPair || identifiersOf(value).length > 0)
    complain(
      place,
      "authority-members",
      "authority",
      "An authority that is a group has no identifier and two agents, of which the application has an account.",
    );
};

const IDENTIFIERS = ["mbox", "mbox_sha1sum", "openid", "account"] as const;

const identifiersOf = (value: unknown): readonly string[] =>
  IDENTIFIERS.filter((each) => memberOf(value, each) !== undefined);

const checkAccount: Check = (value, place) => {
  checkShape(value, place, {
    topic: "account",
    what: "An account",
    required: ["homePage", "name"],
    members: { homePage: checkIri, name: checkText },
  });
};

/** What agents and groups both may have. */
const NAMES: Readonly<Record<string, Check>> = {
  name: checkText,
  mbox: checkMailto,
  mbox_sha1sum: checkSha1,
  openid: checkUri,
  account: checkAccount,
};

/** A group is no member of a group, and is not looked into: so no actor is deeper than a group's members. */
const checkMember = (value: unknown, place: Place): void => {
  if (memberOf(value, "objectType") === "Group")
    complain(within(place, "objectType"), "group-members", "group", "A group's members are agents only.");
  else checkAgent(value, place);
};
