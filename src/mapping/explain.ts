import type { Path } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { isObject } from "../event/json.ts";
import { type Personal, personalAt } from "../event/personal.ts";
import { isSending, usesOf } from "./disclosure.ts";
import type { Expression } from "./expression.ts";
import { FILLED } from "./filled.ts";
import type { Mapping } from "./read.ts";
import { expressionsIn, type Tree } from "./tree.ts";
import { SIDES, type Side, type UnderstoodMapping, type UnderstoodTranslation } from "./understand.ts";

/** Where a field of what is sent comes from. */
export interface Origin {
  /** The names that lead to it, in what is sent. */
  readonly path: readonly string[];
  /** The expression or text as the mapping has it; or, in words, what the translator itself fills in. */
  readonly says: string;
  /** What it is made from, such as `event.path`: also through the `let`s that it reads. */
  readonly fields: readonly string[];
  /** The fields of the event among it that are personal, and go out as the endpoint's policy for them says. */
  readonly personal?: readonly string[];
  /** Undefined for what the translator fills in. */
  readonly place: Place | undefined;
}

type Place = Omit<Problem, "message">;

export interface ExplainedMapping {
  readonly name: string;
  readonly title: string;
  readonly place: Place;
  /** The values that are used more than once, by name. */
  readonly lets: readonly Origin[];
  /** The event that it looks back on, in words. */
  readonly previous: string | undefined;
  readonly translations: readonly ExplainedTranslation[];
}

export interface ExplainedTranslation {
  /** With its mapping: `jupyter-server/contents:saved`. */
  readonly name: string;
  readonly optional: boolean;
  readonly place: Place;
  readonly when: Origin | undefined;
  /** The time of the act, where that is not the event's own. */
  readonly time: Origin | undefined;
  /** In which time repeats of it are told once, as the file has it. */
  readonly within: string | undefined;
  /** The list of which each element makes a statement; its path is the element's name. */
  readonly forEach: Origin | undefined;
  /** For each side, what the mapping says in the order of its file, and then what the translator fills in. */
  readonly sides: Readonly<Partial<Record<Side, readonly Origin[]>>>;
}

/** A field of something that is sent, with its value. */
export interface ExplainedField extends Origin {
  readonly value: unknown;
}

/** Says of a mapping where each field comes from that it puts into what is sent, and what of it is personal. */
export const explainMapping = (
  written: Mapping,
  understood: UnderstoodMapping,
  personal: Personal = "free",
): ExplainedMapping => {
  const place = (path: Path): Place => {
    const { file, line, column } = written.document.problem(path, "");
    return { file, line, column };
  };
  return {
    name: written.source,
    title: written.title,
    place: place([]),
    lets: understood.lets.map(({ name, tree }) => ({
      path: [name],
      says: String(written.let[name]),
      fields: fieldsOf(tree, understood),
      place: place(["let", name]),
    })),
    previous: previousOf(written),
    translations: understood.translations.map((each, at) =>
      explainTranslation(each, ["translations", at], { written, understood, personal, place }),
    ),
  };
};

/** What `previous` says, in words. */
const previousOf = ({ previous }: Mapping): string | undefined =>
  previous &&
  [
    `${previous.as} is the learner's event just before, in the same batch, with the same ${previous.same.join(", ")}`,
    ...(previous.when === undefined ? [] : [`for which ${previous.when}`]),
  ].join(", ");

interface About {
  readonly written: Mapping;
  readonly understood: UnderstoodMapping;
  readonly personal: Personal;
  readonly place: (path: Path) => Place;
}

const explainTranslation = (
  translation: UnderstoodTranslation,
  path: Path,
  { written, understood, personal, place }: About,
): ExplainedTranslation => {
  const { when, time, each } = translation;
  const source = (said: Expression, at: Path, name: readonly string[]): Origin => ({
    path: name,
    says: said.source,
    fields: fieldsOf({ kind: "value", expression: said, place: "" }, understood, each),
    place: place(at),
  });
  const own = (side: Side, tree: Tree): readonly Origin[] => {
    const uses = usesOf(understood, translation, side).filter(
      (use) =>
        use.from[0] === "event" && isSending(use) && personalAt(personal, use.from.slice(1)) !== "free",
    );
    return leaves(tree).map(({ path: names, tree: leaf }) => {
      const at = [...path, side, ...names];
      const inside = uses.filter((use) => leads([side, ...names], use.at.map(String)));
      const { value } = valueAt(written.document.value, at);
      return {
        path: names,
        says: said(value, leaf),
        fields: fieldsOf(leaf, understood, each),
        ...(inside.length > 0 && { personal: [...new Set(inside.map(({ from }) => from.join(".")))] }),
        place: place(at),
      };
    });
  };
  return {
    name: translation.name,
    optional: translation.optional,
    place: place(path),
    when: when && source(when, [...path, "when"], []),
    time: time && source(time, [...path, "time"], []),
    within: [[...path, "within"], ["within"]]
      .map((at) => valueAt(written.document.value, at).value)
      .find((value) => typeof value === "string"),
    forEach: each && source(each.list, [...path, "forEach", each.name], [each.name]),
    sides: Object.fromEntries(
      SIDES.flatMap((side) => {
        const tree = translation.sides[side];
        if (tree === undefined) return [];
        const origins = own(side, tree);
        return [
          [
            side,
            [
              ...origins,
              ...FILLED[side].filter(({ path: at }) => !origins.some((one) => leads(one.path, at))),
            ],
          ],
        ];
      }),
    ),
  };
};

/** The parts of a tree that are explained one by one. A list is one of them, as elements that are absent leave it. */
const leaves = (
  tree: Tree,
  path: readonly string[] = [],
): readonly { path: readonly string[]; tree: Tree }[] =>
  tree.kind === "object"
    ? tree.members.flatMap(({ key, value }) => leaves(value, [...path, key]))
    : [{ path, tree }];

const valueAt = (root: unknown, path: Path): { readonly value: unknown } => ({
  value: path.reduce<unknown>(
    (at, step) =>
      typeof at === "object" && at !== null
        ? Object.entries(at).find(([key]) => key === String(step))?.[1]
        : undefined,
    root,
  ),
});

/** A value as the file has it: with quotes around it where it holds no expression. */
const said = (value: unknown, tree: Tree): string => {
  if (typeof value === "string")
    return tree.kind === "constant" && !value.includes("${") ? JSON.stringify(value) : value;
  return JSON.stringify(value) ?? "";
};

/** What a tree is made from: fields and variables, through the `let`s and the element of `forEach` that it reads. */
const fieldsOf = (
  tree: Tree,
  { lets }: UnderstoodMapping,
  each?: UnderstoodTranslation["each"],
): readonly string[] => {
  const from = (part: Tree): readonly string[] =>
    expressionsIn(part).flatMap(({ fields, reads }) => {
      const whole = [...reads].filter((name) => ![...fields].some((field) => field.startsWith(`${name}.`)));
      return [...fields, ...whole].flatMap((field) => {
        const [root = ""] = field.split(".");
        const known = lets.find(({ name }) => name === root);
        if (known !== undefined) return from(known.tree);
        if (root !== each?.name) return [field];
        return [field, ...from({ kind: "value", expression: each.list, place: "" })];
      });
    });
  return [...new Set(from(tree))];
};

/** Whether a path leads to another or to what is around it. */
const leads = (path: readonly string[], to: readonly string[]): boolean =>
  path.length <= to.length && path.every((step, at) => step === to[at]);

/** Says of something that is sent where each of its fields comes from; `origins` are those of its translation and side. */
export const explainStatement = (statement: unknown, origins: readonly Origin[]): readonly ExplainedField[] =>
  values(statement).map(({ path, value }) => {
    const [best] = origins
      .filter((each) => leads(each.path, path))
      .sort((a, b) => b.path.length - a.path.length);
    return { says: "the translator", fields: [], place: undefined, ...best, path, value };
  });

const values = (
  value: unknown,
  path: readonly string[] = [],
): readonly { path: readonly string[]; value: unknown }[] => {
  const inner = isObject(value) || Array.isArray(value) ? Object.entries(value) : [];
  return inner.length === 0
    ? [{ path, value }]
    : inner.flatMap(([key, each]) => values(each, [...path, key]));
};
