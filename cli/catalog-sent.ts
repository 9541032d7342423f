import type { Form, Use } from "../src/mapping/disclosure.ts";
import type { Field } from "./catalog-fields.ts";

/** How something goes to an endpoint. */
export interface Way {
  /** `learner`: as the name by which the endpoint knows the learner, wherever they are named. */
  readonly form: Form | "learner";
  /** The functions that are called on it, in the order of the calls. */
  readonly by: readonly string[];
  /** The field of what is sent, such as `object.name`; none for `decides` and `learner`. */
  readonly to: readonly string[];
  /** Which part of the value, where the schema does not name that part. */
  readonly part?: string;
  readonly translations: readonly string[];
}

/** For each field of an event how it goes to an endpoint, by what the endpoint's translations use of the event. */
export const waysOf = (event: Field, uses: readonly Use[]): ReadonlyMap<Field, readonly Way[]> => {
  const ways = new Map<Field, Way[]>();
  const add = (field: Field, { form, by, to, translation }: Use, rest: readonly string[]): void => {
    const way = {
      form,
      by,
      to: to.length === 0 ? [] : [pathName(to)],
      ...(rest.length > 0 && { part: pathName(rest) }),
      translations: [translation],
    };
    ways.set(field, [...(ways.get(field) ?? []), way]);
  };
  const place = (field: Field, use: Use, [step, ...rest]: readonly string[]): void => {
    if (step === undefined) {
      for (const each of use.deep ? [field, ...below(field)] : [field]) add(each, use, []);
      return;
    }
    const inner = meant(field, step);
    for (const each of inner) place(each, use, rest);
    if (inner.length === 0) add(field, use, [step, ...rest]);
  };
  for (const use of uses) place(event, use, use.from.slice(1));
  return new Map([...ways].map(([field, each]) => [field, joined(each)]));
};

/** All that is inside of a field. */
export const below = (field: Field): readonly Field[] =>
  [...field.inside.values()].flatMap((inner) => [inner, ...below(inner)]);

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
    const key = JSON.stringify([way.form, way.by, way.part]);
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
