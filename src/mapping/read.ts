import type { SchemaObject } from "ajv";
import { type Document, readDocument } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { checkShape } from "../document/shape.ts";

/** A mapping file as it is written: `mapping.yml` in the folder of its event. */
export interface Mapping {
  /** The folder below mappings/, such as `jupyter-server/contents`. */
  readonly source: string;
  readonly document: Document;
  readonly event: string;
  readonly also: readonly string[];
  readonly title: string;
  readonly let: Readonly<Record<string, unknown>>;
  readonly translations: readonly Translation[];
}

export interface Translation {
  readonly name: string;
  /** Off unless an endpoint asks for it by name with a plus. */
  readonly optional: boolean;
  readonly when?: string;
  readonly caliper?: Readonly<Record<string, unknown>>;
  readonly xapi?: Readonly<Record<string, unknown>>;
}

const NAME = {
  type: "string",
  pattern: "^[a-z][a-z0-9-]*$",
  "x-message": "must be lower-case words joined by hyphens",
};

const SHAPE: SchemaObject = {
  type: "object",
  required: ["event", "title", "translations"],
  additionalProperties: false,
  properties: {
    event: { type: "string", minLength: 1 },
    also: { type: "array", items: { type: "string", minLength: 1 } },
    title: { type: "string", minLength: 1 },
    let: {
      type: "object",
      propertyNames: {
        pattern: "^[a-z][A-Za-z0-9]*$",
        "x-message": "must be letters and digits, with a small letter first",
      },
      additionalProperties: { type: ["string", "number", "boolean"] },
    },
    translations: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["name"],
        additionalProperties: false,
        properties: {
          name: NAME,
          optional: { type: "boolean" },
          when: { type: "string", minLength: 1 },
          caliper: { type: "object", required: ["type", "action", "object"] },
          xapi: { type: "object", required: ["verb", "object"] },
        },
      },
    },
  },
};

/** Reads a mapping file; its expressions are checked when it is compiled. */
export const readMapping = (source: string, file: string, text: string): Mapping | readonly Problem[] => {
  const document = readDocument(file, text);
  const problems = [...checkShape(document, SHAPE)];
  if (problems.length > 0) return problems;
  const written = document.value as Omit<Mapping, "translations"> & {
    readonly translations: readonly Translation[];
  };
  const names = new Set<string>();
  for (const [at, { name, caliper, xapi }] of written.translations.entries()) {
    if (caliper === undefined && xapi === undefined) {
      const message = `The translation "${name}" says nothing: it needs "caliper", "xapi" or both.`;
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
    translations: written.translations.map((each) => ({ ...each, optional: each.optional ?? false })),
  };
};
