/** Policies of a deployed stack, and whether they allow a request, as AWS decides it. */
import assert from "node:assert/strict";
import { isObject } from "../../src/event/json.ts";
import type { Json } from "../package/support.ts";

/** What a request needs one right for. */
export interface Need {
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** The keys of conditions that AWS knows of the request: what is not here, the request does not say. */
  readonly context?: Readonly<Record<string, string>>;
  /** The object that the need is about, where the request names it and the context does not. */
  readonly about?: string;
}

/** One action on one resource under one condition: what a statement says, piece by piece. */
export interface Right {
  readonly effect: "Allow" | "Deny";
  readonly principals: readonly string[];
  readonly action: string;
  readonly resource: string;
  readonly conditions: readonly Condition[];
}

interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Turns a value of the template into text. */
export type Resolve = (value: Json) => string;

/** The rights in a policy document. A right for several patterns of `StringLike` is one for each: either of them is enough. */
export const rightsIn = (document: Json | undefined, resolve: Resolve): readonly Right[] => {
  assert.ok(isObject(document), "A policy is not understood.");
  return [document.Statement].flat().flatMap((statement) => {
    assert.ok(isObject(statement));
    const { Effect, Action, Resource, Principal, Condition = {}, Sid, ...others } = statement;
    assert.deepEqual(others, {}, `What ${Sid} says is not understood.`);
    assert.ok(Effect === "Allow" || Effect === "Deny");
    const actions = [Action].flat().map(String);
    const resources = [Resource].flat().map((each) => resolve(each as Json));
    const principals = principalsIn(Principal as Json | undefined, resolve);
    return actions.flatMap((action) =>
      resources.flatMap((resource) =>
        alternatives(conditionsIn(Condition as Json, resolve)).map((conditions) => ({
          effect: Effect,
          principals,
          action,
          resource,
          conditions,
        })),
      ),
    );
  });
};

const principalsIn = (principal: Json | undefined, resolve: Resolve): readonly string[] => {
  if (principal === undefined) return [];
  if (!isObject(principal)) return [String(principal)];
  return [principal.AWS ?? []].flat().map((each) => resolve(each as Json));
};

const conditionsIn = (condition: Json, resolve: Resolve): readonly Condition[] =>
  Object.entries(isObject(condition) ? condition : {}).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => ({
      operator,
      key,
      values: [values].flat().map((each) => resolve(each as Json)),
    })),
  );

const alternatives = (conditions: readonly Condition[]): readonly (readonly Condition[])[] => {
  const likes = conditions.filter(({ operator }) => operator.startsWith("StringLike"));
  const [like] = likes;
  if (like === undefined || likes.length > 1) return [conditions];
  return like.values.map((value) =>
    conditions.map((each) => (each === like ? { ...like, values: [value] } : each)),
  );
};

/** Who asks, and what speaks of it. */
export interface Policies {
  /** The role's ARN. */
  readonly role: string;
  readonly own: readonly Right[];
  /** The policies of resources, by the ARN of a queue, a bucket or a key. */
  readonly ofResources: ReadonlyMap<string, readonly Right[]>;
}

/**
 * The rights by which a role may do something within its own account; or why it may not: a word against it comes before all
 * else (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html).
 * Nobody may use a key whose own policy does not say so or leave it to the account.
 */
export const decide = (need: Need, { role, own, ofResources }: Policies): readonly Right[] | string => {
  const theirs = (ofResources.get(need.resource.replace(OBJECT, "$1")) ?? []).filter((right) =>
    isAbout(right, need),
  );
  const mine = own.filter((right) => isAbout(right, need));
  const isNamed = ({ principals }: Right): boolean => principals.includes("*") || principals.includes(role);
  if ([...mine, ...theirs.filter(isNamed)].some(({ effect }) => effect === "Deny")) return "an explicit deny";
  if (theirs.some((right) => isNamed(right))) return [];
  const leavesIt = theirs.some(({ principals }) => principals.includes(rootOf(role)));
  if (need.action.startsWith("kms:") && !leavesIt) return "no policy of the key that allows it";
  return mine.length > 0 ? mine : "no policy of the role that allows it";
};

/** An object's ARN begins with its bucket's. */
const OBJECT = /^(arn:aws:s3:::[^/]+)\/.*$/s;

const rootOf = (role: string): string => role.replace(/:role\/.*$/, ":root");

/** Whether a right speaks of what is needed. */
export const isAbout = ({ action, resource, conditions }: Right, need: Need): boolean =>
  isLike(action, need.action) &&
  isLike(resource, need.resource) &&
  conditions.every((each) => isMet(each, need.context ?? {}));

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const isMet = ({ operator, key, values }: Condition, context: Readonly<Record<string, string>>): boolean => {
  const given = context[key];
  switch (operator) {
    case "StringEquals":
    case "Bool":
      return given !== undefined && values.includes(given);
    case "StringNotEquals":
      return given === undefined || !values.includes(given);
    case "StringLike":
      return given !== undefined && values.some((each) => isLike(each, given));
    case "StringLikeIfExists":
      return given === undefined || values.some((each) => isLike(each, given));
    case "Null":
      return values.includes(String(given === undefined));
    default:
      return assert.fail(`The operator ${operator} is not understood.`);
  }
};

/** Whether text is as a pattern of IAM says: `*` is any letters, `?` is one. */
export const isLike = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "s",
  ).test(text);

/** Whether a right was needed for what was asked: one to list below a prefix is not, for an object elsewhere. */
export const isFor = ({ conditions }: Right, { about, context = {} }: Need): boolean =>
  about === undefined ||
  conditions.every(
    ({ operator, key, values }) =>
      !operator.startsWith("StringLike") ||
      context[key] !== undefined ||
      values.some((each) => isLike(each, about)),
  );
