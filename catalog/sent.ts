import { type Personal, personalAt } from "../src/event/personal.ts";
import { type Form, isSending, type Use } from "../src/mapping/disclosure.ts";
import type { Field } from "./fields.ts";

/** How something goes to an endpoint. */
export interface Way {
  /** `learner`: as the name by which the endpoint knows the learner, wherever they are named. */
  readonly form: Form | "learner";
  /** The functions that are called on it, in the order of the calls. */
  readonly by: readonly string[];
  /** The field of what is sent, such as `object.name`; none for `decides` and `learner`. */
  readonly to: readonly string[];
  /** What is sent in the place of what is personal; the value itself where this is absent. */
  readonly as?: "pseudonym" | "path" | "parts";
  /** Which part of the value, where the schema does not name that part. */
  readonly part?: string;
  readonly translations: readonly string[];
}

/**
 * For each field of an event how it goes to an endpoint, by what the endpoint's translations use of the event, and by
 * what of it is sent as pseudonyms.
 */
export const waysOf = (
  event: Field,
  uses: readonly Use[],
  personal: Personal,
): ReadonlyMap<Field, readonly Way[]> => {
  const ways = new Map<Field, Way[]>();
  const add = ({ field, path }: Placed, use: Use, rest: readonly string[]): void => {
    const { form, by, to, translation } = use;
    // A function that makes a pseudonym is told of as such.
    const as =
      isSending(use) && !by.includes("pseudonym")
        ? standingFor(personalAt(personal, [...path, ...rest]))
        : undefined;
    const way = {
      form,
      by,
      to: to.length === 0 ? [] : [pathName(to)],
      ...(as !== undefined && { as }),
      ...(rest.length > 0 && { part: pathName(rest) }),
      translations: [translation],
    };
    ways.set(field, [...(ways.get(field) ?? []), way]);
  };
  const place = (at: Placed, use: Use, [step, ...rest]: readonly string[]): void => {
    if (step === undefined) {
      for (const each of use.deep ? [at, ...placedBelow(at)] : [at]) add(each, use, []);
      return;
    }
    const inner = meant(at.field, step);
    for (const field of inner) place({ field, path: [...at.path, field.step] }, use, rest);
    if (inner.length === 0) add(at, use, [step, ...rest]);
  };
  for (const use of uses) place({ field: event, path: [] }, use, use.from.slice(1));
  return new Map([...ways].map(([field, each]) => [field, joined(each)]));
};

/** A field, and the names that lead to it. */
interface Placed {
  readonly field: Field;
  readonly path: readonly string[];
}

const placedBelow = ({ field, path }: Placed): readonly Placed[] =>
  [...field.inside.values()].flatMap((inner) => {
    const at = { field: inner, path: [...path, inner.step] };
    return [at, ...placedBelow(at)];
  });

const standingFor = (personal: Personal): Way["as"] => {
  if (personal === "free") return undefined;
  if (personal === "path") return "path";
  return typeof personal === "string" ? "pseudonym" : "parts";
};

/** The fields that a name may mean: the one of that name, or else those that stand for many names. */
const meant = ({ inside }: Field, step: string): readonly Field[] => {
  const known = inside.get(step);
  if (known !== undefined) return [known];
  return [...inside.values()].filter((each) => step !== "*" && each.step.startsWith("{"));
};

/** Ways of one form as one, with all the places that they lead to. */
export const joined = (ways: readonly Way[]): readonly Way[] => {
  const known = new Map<string, Way>();
  for (const way of ways) {
    const key = JSON.stringify([way.form, way.by, way.part, way.as]);
    const { to = [], translations = [] } = known.get(key) ?? {};
    known.set(key, {
      ...way,
      to: [...new Set([...to, ...way.to])],
      translations: [...new Set([...translations, ...way.translations])],
    });
  }
  return [...known.values()].sort((a, b) => ORDER.indexOf(a.form) - ORDER.indexOf(b.form));
};

/** What says most of a value comes first. */
const ORDER: readonly Way["form"][] = ["learner", "whole", "part", "changed", "asked", "decides"];

/** `cells[].id`. What is no plain word stands in quotes; of an IRI that is a key, its last part. */
export const pathName = (path: readonly string[]): string =>
  path
    .map((step, at) => {
      if (step === "*") return "[]";
      if (/^https?:\/\/.*\/[^/]/.test(step)) return `[…/${step.slice(step.lastIndexOf("/") + 1)}]`;
      if (step.startsWith("{")) return `${at === 0 ? "" : "."}${step}`;
      return /^[\w$@-]+$/.test(step) ? `${at === 0 ? "" : "."}${step}` : `[${JSON.stringify(step)}]`;
    })
    .join("");
