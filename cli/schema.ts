import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { imaginedSettings } from "../build/imagined.ts";
import { readMappings, type Source } from "../build/site.ts";
import type { Document } from "../src/document/document.ts";
import { type Problem, SiteError } from "../src/document/problem.ts";
import { isObject } from "../src/event/json.ts";
import { readSchema, type SchemaFile } from "../src/event/schema.ts";
import { Misuse } from "../src/misuse.ts";
import { type Command, parseArguments } from "./command.ts";
import { readInput } from "./input.ts";
import { starterExample, starterMapping, withPaths } from "./starter.ts";

/** `jlt schema add`: an event that the site does not know yet gets a folder of its own. */
export const schema: Command = {
  name: "schema",
  usage: "schema add FILE|- [--as NAME] [--json]",
  summary: "makes a folder under mappings/ for a new event",
  help: `Makes a folder under mappings/ from an event's schema (YAML or JSON, as Jupyter publishes it): the schema, a starter
mapping that passes jlt check, and an example to fill in. Where a mapping knows the event already, the schema is put
beside it as a further version. Nothing that is there is overwritten. Exit code 0; 1: the schema has mistakes.

  jlt schema add attendance.v1.yaml
  jlt check
  jlt try events.ndjson
  jlt test --update

  --as NAME  the folder's name below mappings/ (default: made from the schema's $id)
  --json     one JSON object: the mapping's name, and the files that were made`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: { as: { type: "string" }, json: { type: "boolean", default: false } },
    });
    const [verb, file, ...others] = positionals;
    if (verb !== "add" || file === undefined || others.length > 0)
      throw new Misuse("Write it so: jlt schema add FILE");
    const text = await readInput(file);
    const read = readEventSchema(file === "-" ? "standard input" : file, text);
    const { sources } = await readMappings(".", imaginedSettings().hub);
    const known = sources.find(({ ids }) => ids.includes(read.id));
    const name = nameOf(read, values.as, known);
    const written = filesOf(name, read, text, known !== undefined);
    await writeNew(written);
    const files = Object.keys(written);
    console.log(
      values.json
        ? JSON.stringify({ mapping: name, files }, null, 2)
        : advice(name, files, known !== undefined),
    );
    return 0;
  },
};

/** Reads a schema, and refuses what jupyter_events would not take. Throws SiteError. */
const readEventSchema = (file: string, text: string): SchemaFile => {
  const read = readSchema(file, text);
  if (!("schema" in read)) throw new SiteError(read);
  // The names of the envelope could not be told from the event's own.
  const problems = reservedNames(read.document, read.schema, []);
  if (problems.length > 0) throw new SiteError(problems);
  return read;
};

/** Names that begin with two underscores belong to the envelope, so jupyter_events does not emit such an event. */
const reservedNames = (
  document: Document,
  schema: unknown,
  path: readonly (string | number)[],
): readonly Problem[] => {
  if (!isObject(schema)) return [];
  const properties = Object.entries(isObject(schema.properties) ? schema.properties : {});
  return [
    ...properties
      .filter(([name]) => name.startsWith("__"))
      .map(([name]) =>
        document.problem(
          [...path, "properties", name],
          `Rename the property "${name}": names that begin with two underscores belong to the event's envelope.`,
          "key",
        ),
      ),
    ...properties.flatMap(([name, inner]) => reservedNames(document, inner, [...path, "properties", name])),
    ...reservedNames(document, schema.items, [...path, "items"]),
  ];
};

const NAME = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*$/;

/** The name of the folder: that of the mapping which knows the event, the administrator's choice, or from the id. */
const nameOf = ({ id, version }: SchemaFile, as: string | undefined, known: Source | undefined): string => {
  if (known !== undefined) {
    const same = known.schemas.find((each) => each.version === version);
    if (same !== undefined)
      throw new Misuse(`${same.document.file} is there already, for ${id} in version ${version}.`);
    if (as !== undefined && as !== known.name)
      throw new Misuse(`The mapping ${known.name} knows this event in other versions. Leave --as out.`);
    return known.name;
  }
  const name = as ?? folderName(id);
  if (NAME.test(name)) return name;
  throw new Misuse(
    as === undefined
      ? `No folder can be named after "${id}". Choose a name: --as jupyter-server/contents`
      : `"${as}" is no name for a folder: it takes lower-case words joined by hyphens and slashes.`,
  );
};

/** `https://events.jupyter.org/jupyter_server/contents_service/v1` → `jupyter-server/contents-service`. */
const folderName = (id: string): string => {
  const parts = id
    .replace(/^[a-z]+:\/\//i, "")
    .split(/[/#?]/)
    .filter((part) => part !== "" && part !== "events" && !/^v\d+(\.ya?ml|\.json)?$/.test(part));
  const [host = "", ...rest] = parts;
  return (rest.length > 1 ? rest : [host.split(".")[0] ?? "", ...rest])
    .map(asWord)
    .filter((part) => part !== "")
    .join("/");
};

const asWord = (part: string): string =>
  part
    .toLowerCase()
    .replace(/\.(ya?ml|json)$/, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** The texts of the files to be made, by their paths. A schema in YAML keeps its comments. */
const filesOf = (
  name: string,
  read: SchemaFile,
  text: string,
  isKnown: boolean,
): Readonly<Record<string, string>> => {
  const folder = `mappings/${name}`;
  const version = read.version.replace(/[^A-Za-z0-9.-]+/g, "-");
  return {
    [`${folder}/schema.v${version}.yml`]: withPaths(
      /^\s*\{/.test(text) ? stringify(read.schema) : text,
      read.schema,
    ),
    ...(!isKnown && {
      [`${folder}/mapping.yml`]: starterMapping(name, read),
      [`${folder}/examples.yml`]: starterExample(name, read),
    }),
  };
};

/** Writes files where none are. Throws Misuse before it writes any. */
const writeNew = async (files: Readonly<Record<string, string>>): Promise<void> => {
  for (const path of Object.keys(files)) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) throw new Misuse(`${path} is there already. Choose another folder: --as NAME`);
  }
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, content, { flag: "wx" });
  }
};

const advice = (name: string, files: readonly string[], isKnown: boolean): string => {
  const made = `Made ${files.join(", ")}.`;
  if (isKnown) return `${made}\nThe mapping beside it holds for this version as well. Next: jlt check`;
  return `${made}
Next:
  1. Mark in the schema which field names the learner (learner: true), what is personal (personal-data: true), what is
     the path of a file (path: true), and what is secret (never-store: true).
  2. Say in mappings/${name}/mapping.yml what the event becomes, and look it over: jlt check
  3. Let endpoints take it, in the files of endpoints/: select: { translations: ["${name}:*"] }
  4. See what would be sent of your events: jlt try events.ndjson
  5. Put a real event into mappings/${name}/examples.yml, and keep what comes out: jlt test ${name} --update`;
};
