import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readDocument } from "../../src/document/document.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { readBody } from "../../src/event/message.ts";

/** Events and schemas of Jupyter's, collected beside the project. */
const folder = fileURLToPath(new URL("../../../shared/data/jupyter", import.meta.url));

export const skip = existsSync(folder) ? false : "the collected samples are not beside the project";

const paths = (): readonly string[] =>
  skip ? [] : readdirSync(folder, { recursive: true, encoding: "utf8" });

/** The files of samples, by their paths. */
export const sampleFiles = (): readonly string[] =>
  paths().filter((each) => /\/samples\/[^/]+\.\w+$/.test(each));

export const textOf = (file: string): string => readFileSync(join(folder, file), "utf8");

/** The events of a file, as a message's body would hold them. Throws where one is not JSON. */
export const eventsIn = (file: string): readonly JsonObject[] =>
  readBody(textOf(file)).map(({ read }) => {
    if (!("value" in read) || !isObject(read.value)) throw new Error(`${file} holds what is no event.`);
    return read.value;
  });

/** A schema as its producer publishes it. */
export interface Published {
  readonly file: string;
  readonly id: string;
  readonly version: string;
  readonly schema: JsonObject;
}

/** The published schemas of events that are emitted; not those of metaschemas, tests and drafts. */
export const publishedSchemas = (): readonly Published[] =>
  paths()
    .filter((each) => /\.v\d[^/]*\.(json|ya?ml)$/.test(basename(each)) && !/samples|unreleased/.test(each))
    .map((file) => {
      const { value, problems } = readDocument(file, textOf(file));
      if (problems.length > 0 || !isObject(value)) throw new Error(`${file} cannot be read.`);
      return { file, id: String(value.$id), version: String(value.version), schema: value };
    });
