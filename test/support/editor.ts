import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { project } from "../../build/bundle.ts";

/** The text of a file of the project. */
export const textOf = (path: string): string => readFileSync(join(project, path), "utf8");

const validators = new Map<string, ValidateFunction>();

/** An editor's check of a text: where it is wrong, and by which keyword. */
export const wrong = (schema: string, text: string): readonly string[] => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = validators.get(schema) ?? ajv.compile(JSON.parse(textOf(schema)));
  validators.set(schema, validate);
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
};

/** The schema that a file's first line leads an editor to. */
export const schemaOf = (path: string): string => {
  const [, schema = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(textOf(path)) ?? [];
  return join(dirname(path), schema);
};
