import { type Document, readDocument } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { milliseconds } from "../document/quantity.ts";
import { checkShape } from "../document/shape.ts";
import type { Lookup } from "./environment.ts";
import { SHAPE } from "./shape.ts";

/** A mapping file as it is written: `mapping.yml` in the folder of its event. */
export interface Mapping {
  /** The folder below mappings/, such as `jupyter-server/contents`. */
  readonly source: string;
  readonly document: Document;
  readonly event: string;
  readonly also: readonly string[];
  readonly title: string;
  readonly let: Readonly<Record<string, unknown>>;
  readonly lookup: Lookup;
  readonly previous: Previous | undefined;
  readonly translations: readonly Translation[];
}

/** The event just before, which translations may look back on. */
export interface Previous {
  /** The name that it has in expressions. */
  readonly as: string;
  /** Expressions that have the same values for both events. */
  readonly same: readonly string[];
  readonly when?: string;
}

export interface Translation {
  readonly name: string;
  /** Off unless an endpoint asks for it by name with a plus. */
  readonly optional: boolean;
  /** One name, of an element of the list that the expression gives: each makes a statement. */
  readonly forEach?: Readonly<Record<string, string>>;
  readonly when?: string;
  /** In milliseconds: repeats of the act within it are told once. */
  readonly within: number | undefined;
  /** When the act was, where that is not when the event was. */
  readonly time?: string;
  readonly caliper?: Readonly<Record<string, unknown>>;
  readonly xapi?: Readonly<Record<string, unknown>>;
  /** A record for what is no learning system. */
  readonly json?: Readonly<Record<string, unknown>>;
}

interface Written extends Omit<Mapping, "translations"> {
  readonly within?: string;
  readonly translations: readonly WrittenTranslation[];
}

interface WrittenTranslation extends Omit<Translation, "within"> {
  readonly within?: string;
}

/** Reads a mapping file; its expressions are checked when it is compiled. */
export const readMapping = (source: string, file: string, text: string): Mapping | readonly Problem[] => {
  const document = readDocument(file, text);
  const problems = [...checkShape(document, SHAPE)];
  if (problems.length > 0) return problems;
  const written = document.value as Written;
  const names = new Set<string>();
  for (const [at, { name, caliper, xapi, json }] of written.translations.entries()) {
    if (caliper === undefined && xapi === undefined && json === undefined) {
      const message = `The translation "${name}" says nothing: it needs "caliper", "xapi" or "json".`;
      problems.push(document.problem(["translations", at], message));
    }
    if (names.has(name)) {
      problems.push(document.problem(["translations", at, "name"], `There are two translations "${name}".`));
    }
    names.add(name);
  }
  if (problems.length > 0) return problems;
  return {
    source,
    document,
    event: written.event,
    also: written.also ?? [],
    title: written.title,
    let: written.let ?? {},
    lookup: written.lookup ?? {},
    previous: written.previous,
    translations: written.translations.map((each) => {
      const within = each.within ?? written.within;
      return {
        ...each,
        optional: each.optional ?? false,
        within: within === undefined ? undefined : milliseconds(within),
      };
    }),
  };
};
