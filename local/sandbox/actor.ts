import { Refusal } from "./refusal.ts";
import type { JsonObject } from "./shape.ts";
import { into, requireArray, requireIri, requireKnown, requireObject, requireText } from "./shape.ts";

/** The four ways to say who somebody is (xAPI 1.0.3 Part Two §2.4.2.3). */
export const IDENTIFIERS = ["mbox", "mbox_sha1sum", "openid", "account"] as const;

const AGENT = new Set(["objectType", "name", ...IDENTIFIERS]);
const GROUP = new Set([...AGENT, "member"]);
const ACCOUNT = new Set(["homePage", "name"]);

/** Checks an Agent or a Group (xAPI 1.0.3 Part Two §2.4.2). */
export const checkActor = (value: unknown, at: string, what: string): void => {
  const actor = requireObject(value, at, what);
  if (actor.objectType === "Group") checkGroup(actor, at, what);
  else checkAgent(actor, at, what);
};

const checkAgent = (actor: JsonObject, at: string, what: string): void => {
  if (Object.hasOwn(actor, "objectType") && actor.objectType !== "Agent") {
    throw new Refusal(400, `${what} must be an Agent or a Group.`, into(at, "objectType"));
  }
  requireKnown(actor, AGENT, at, what);
  if (checkIdentity(actor, at, what) !== 1) {
    throw new Refusal(400, `${what} needs exactly one of ${IDENTIFIERS.join(", ")}.`, at);
  }
};

/** A Group has one identifier, or it is anonymous and then lists its members (§2.4.2.2). */
const checkGroup = (actor: JsonObject, at: string, what: string): void => {
  requireKnown(actor, GROUP, at, what);
  const identifiers = checkIdentity(actor, at, what);
  if (identifiers > 1) throw new Refusal(400, `${what} has more than one of ${IDENTIFIERS.join(", ")}.`, at);
  if (!Object.hasOwn(actor, "member")) {
    if (identifiers === 0)
      throw new Refusal(400, `${what} is a Group without identifier and without members.`, at);
    return;
  }
  for (const [index, member] of requireArray(actor.member, into(at, "member"), "member").entries()) {
    const place = into(into(at, "member"), index);
    checkAgent(requireObject(member, place, "A member"), place, "A member");
  }
};

/** Checks the identifiers that are there and says how many there are. */
const checkIdentity = (actor: JsonObject, at: string, what: string): number => {
  if (Object.hasOwn(actor, "name")) requireText(actor.name, into(at, "name"), `The name of ${what}`);
  const given = IDENTIFIERS.filter((identifier) => Object.hasOwn(actor, identifier));
  for (const identifier of given) {
    const place = into(at, identifier);
    if (identifier === "account") checkAccount(actor.account, place);
    else if (identifier === "openid") requireIri(actor.openid, place, "openid");
    else if (identifier === "mbox")
      requireForm(
        actor.mbox,
        /^mailto:[^\s@]+@[^\s@]+$/,
        place,
        "mbox must be mailto: and an e-mail address.",
      );
    else
      requireForm(
        actor.mbox_sha1sum,
        /^[0-9a-f]{40}$/i,
        place,
        "mbox_sha1sum must be 40 hexadecimal digits.",
      );
  }
  return given.length;
};

const checkAccount = (value: unknown, at: string): void => {
  const account = requireObject(value, at, "account");
  requireKnown(account, ACCOUNT, at, "account");
  requireIri(account.homePage, into(at, "homePage"), "homePage");
  requireText(account.name, into(at, "name"), "The name of the account");
};

const requireForm = (value: unknown, form: RegExp, at: string, sentence: string): void => {
  if (typeof value !== "string" || !form.test(value)) throw new Refusal(400, sentence, at);
};
