import { type Document, readDocument } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
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
  readonly translations: readonly Translation[];
}

export interface Translation {
  readonly name: string;
  /** Off unless an endpoint asks for it by name with a plus. */
  readonly optional: boolean;
  /** One name, of an element of the list that the expression gives: each makes a statement. */
  readonly forEach?: Readonly<Record<string, string>>;
  readonly when?: string;
  readonly caliper?: Readonly<Record<string, unknown>>;
  readonly xapi?: Readonly<Record<string, unknown>>;
  /** A record for what is no learning system. */
  readonly json?: Readonly<Record<string, unknown>>;
}

/** Reads a mapping file; its expressions are checked when it is compiled. */
export const readMapping = (source: string, file: string, text: string): Mapping | readonly Problem[] => {
  const document = readDocument(file, text);
  const problems = [...checkShape(document, SHAPE)];
  if (problems.length > 0) return problems;
  const written = document.value as Omit<Mapping, "translations"> & {
    readonly translations: readonly Translation[];
  };
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
    translations: written.translations.map((each) => ({ ...each, optional: each.optional ?? false })),
  };
};
