import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { type Problem, SiteError } from "../src/document/problem.ts";
import { type EndpointFile, readEndpoint } from "../src/endpoint/read.ts";
import { selectionProblems } from "../src/endpoint/select.ts";
import { readSchema, type SchemaFile } from "../src/event/schema.ts";
import { compileCondition } from "../src/mapping/condition.ts";
import { type Mapping, readMapping } from "../src/mapping/read.ts";
import { type UnderstoodMapping, understand } from "../src/mapping/understand.ts";
import { readSettings, type Settings } from "../src/settings.ts";

/** A site's files, read and checked: what there is to build. */
export interface SiteFiles {
  readonly settings: Settings;
  readonly endpoints: readonly SiteEndpoint[];
  readonly sources: readonly Source[];
}

export interface SiteEndpoint extends EndpointFile {
  /** The endpoint's `where`, as JavaScript over the scope's variables. */
  readonly where: string | undefined;
}

/** An event that the site knows: a folder under mappings/. */
export interface Source {
  readonly name: string;
  readonly ids: readonly string[];
  readonly schemas: readonly SchemaFile[];
  readonly mapping: UnderstoodMapping;
}

/** A hub that stands in for one that cannot be read, so that the mappings are checked all the same. */
const NO_HUB = { id: "https://hub.invalid", name: "Hub" };

/** Reads `translator.yml`, `endpoints/` and `mappings/` of a folder. Throws SiteError with every problem found. */
export const readSite = async (folder: string): Promise<SiteFiles> => {
  const { files, problems } = await readFiles(folder);
  const keep = <T extends object>(read: T | readonly Problem[]): T | undefined => {
    if (!Array.isArray(read)) return read as T;
    problems.push(...read);
    return undefined;
  };
  const translator = files.get("translator.yml");
  const settings =
    translator === undefined ? undefined : keep(readSettings("translator.yml", translator))?.settings;
  const hub = { ...(settings?.hub ?? NO_HUB), files: `${(settings?.hub ?? NO_HUB).id}/files` };

  const known = problems.length;
  const sources: Source[] = [];
  for (const name of new Set([...files.keys()].filter(isMappingFile).map((path) => dirname(path)))) {
    const source = keep(readSource(name, files, { hub }));
    if (source !== undefined) sources.push(source);
  }
  problems.push(...duplicates(sources));
  // A mapping that cannot be read would make every name in it unknown as well.
  const namesKnown = problems.length === known;

  const translations = sources.flatMap(({ mapping }) => mapping.translations);
  const endpoints: SiteEndpoint[] = [];
  for (const [path, text] of files) {
    if (dirname(path) !== "endpoints") continue;
    const file = keep(readEndpoint(basename(path, ".yml"), path, text));
    if (file === undefined) continue;
    if (namesKnown) problems.push(...selectionProblems(file.document, file.select, translations));
    const where = compileCondition(file.document, ["select", "where"], file.select.where, { hub });
    if (Array.isArray(where)) problems.push(...where);
    else endpoints.push({ ...file, where: where as string | undefined });
  }
  if (problems.length > 0 || settings === undefined) throw new SiteError(problems);
  return { settings, endpoints, sources };
};

const isSchemaFile = (path: string): boolean => /^schema\.v[^/]+\.yml$/.test(basename(path));

const isMappingFile = (path: string): boolean =>
  path.startsWith("mappings/") && (basename(path) === "mapping.yml" || isSchemaFile(path));

const readSource = (
  folder: string,
  files: ReadonlyMap<string, string>,
  constants: Parameters<typeof understand>[2],
): Source | readonly Problem[] => {
  const problems: Problem[] = [];
  const schemas: SchemaFile[] = [];
  for (const [path, text] of files) {
    if (dirname(path) !== folder || !isSchemaFile(path)) continue;
    const schema = readSchema(path, text);
    if ("schema" in schema) schemas.push(schema);
    else problems.push(...schema);
  }
  const path = `${folder}/mapping.yml`;
  const text = files.get(path);
  if (text === undefined) return [...problems, absent(path, "This file is missing beside its schema.")];
  if (folder === "mappings") return [absent(path, "A mapping lies in a folder of its own below mappings/.")];
  const mapping = readMapping(folder.slice("mappings/".length), path, text);
  if (!("translations" in mapping)) return [...problems, ...mapping];
  for (const { id, document } of schemas) {
    if (id !== mapping.event && !mapping.also.includes(id)) {
      problems.push(document.problem(["$id"], `The mapping beside it is for ${mapping.event}.`));
    }
  }
  // Without its schema, every field that the mapping reads would be unknown.
  if (problems.length > 0 && schemas.length === 0) return problems;
  const understood = understand(mapping, schemas, constants);
  if (!("translations" in understood)) return [...problems, ...understood];
  if (problems.length > 0) return problems;
  return { name: mapping.source, ids: idsOf(mapping), schemas, mapping: understood };
};

const idsOf = ({ event, also }: Mapping): readonly string[] => [...new Set([event, ...also])];

/** Two mappings for one schema and version: nobody could tell which of them an event would take. */
const duplicates = (sources: readonly Source[]): readonly Problem[] => {
  const known = new Map<string, string>();
  return sources.flatMap(({ ids, schemas }) =>
    schemas.flatMap(({ version, document }) =>
      ids.flatMap((id) => {
        const other = known.get(`${id} ${version}`);
        known.set(`${id} ${version}`, document.file);
        if (other === undefined) return [];
        return [document.problem([], `${other} is for ${id} in version ${version} as well.`)];
      }),
    ),
  );
};

/** The texts of the site's files by their paths, in the order of the alphabet, and what is missing. */
const readFiles = async (
  folder: string,
): Promise<{ readonly files: ReadonlyMap<string, string>; readonly problems: Problem[] }> => {
  const problems: Problem[] = [];
  const files = new Map<string, string>();
  const paths = ["translator.yml"];
  for (const name of ["endpoints", "mappings"]) {
    const found = await ifThere(readdir(join(folder, name), { recursive: true, withFileTypes: true }));
    if (found === undefined) problems.push(absent(`${name}/`, `There is no folder ${name}/ here.`));
    for (const entry of found ?? []) {
      const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/");
      const misplaced = entry.isFile() ? misplacement(path) : undefined;
      if (misplaced !== undefined) problems.push(absent(path, misplaced));
      else if (entry.isFile() && path.endsWith(".yml")) paths.push(path);
    }
  }
  for (const path of paths.sort()) {
    const text = await ifThere(readFile(join(folder, path), "utf8"));
    if (text === undefined)
      problems.push(absent(path, "This file is missing: it says who you are and whom you trust."));
    else files.set(path, text);
  }
  return { files, problems };
};

/** What keeps a file from being read, which would otherwise be a silence that nobody notices. */
const misplacement = (path: string): string | undefined => {
  if (path.endsWith(".yaml")) return "Rename this file: only names that end in .yml are read.";
  return path.endsWith(".yml") && path.startsWith("endpoints/") && dirname(path) !== "endpoints"
    ? "Move this file up: endpoints are read from endpoints/ itself."
    : undefined;
};

const absent = (file: string, message: string): Problem => ({ file, line: 1, column: 1, message });

const ifThere = async <T>(reading: Promise<T>): Promise<T | undefined> => {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
};
