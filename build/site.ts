import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { type Problem, SiteError } from "../src/document/problem.ts";
import { type EndpointFile, readEndpoint } from "../src/endpoint/read.ts";
import { selectionProblems } from "../src/endpoint/select.ts";
import { readSchema, type SchemaFile } from "../src/event/schema.ts";
import { compileCondition } from "../src/mapping/condition.ts";
import { readMapping } from "../src/mapping/read.ts";
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

/** Reads `translator.yml`, `endpoints/` and `mappings/` of a folder. Throws SiteError with every problem found. */
export const readSite = async (folder: string): Promise<SiteFiles> => {
  const problems: Problem[] = [];
  const keep = <T extends object>(read: T | readonly Problem[]): T | undefined => {
    if (!Array.isArray(read)) return read as T;
    problems.push(...read);
    return undefined;
  };
  const text = (path: string): Promise<string> => readFile(join(folder, path), "utf8");

  const settings = keep(readSettings("translator.yml", await text("translator.yml")))?.settings;
  const hub = {
    id: settings?.hub.id ?? "",
    name: settings?.hub.name ?? "",
    files: `${settings?.hub.id ?? ""}/files`,
  };
  const sources: Source[] = [];
  for (const path of await filesBelow(folder, "mappings", "mapping.yml")) {
    const source = keep(await readSource(dirname(path), text, folder, { hub }));
    if (source !== undefined) sources.push(source);
  }
  problems.push(...duplicates(sources));

  const translations = sources.flatMap(({ mapping }) => mapping.translations);
  const endpoints: SiteEndpoint[] = [];
  for (const path of await filesBelow(folder, "endpoints", ".yml")) {
    const file = keep(readEndpoint(basename(path, ".yml"), path, await text(path)));
    if (file === undefined) continue;
    // A mapping that cannot be read would make every name in it unknown as well.
    if (problems.length === 0) problems.push(...selectionProblems(file.document, file.select, translations));
    const where = compileCondition(file.document, ["select", "where"], file.select.where, { hub });
    if (Array.isArray(where)) problems.push(...where);
    else endpoints.push({ ...file, where: where as string | undefined });
  }
  if (problems.length > 0 || settings === undefined) throw new SiteError(problems);
  return { settings, endpoints, sources };
};

const readSource = async (
  folder: string,
  text: (path: string) => Promise<string>,
  site: string,
  constants: Parameters<typeof understand>[2],
): Promise<Source | readonly Problem[]> => {
  const name = folder.split("/").slice(1).join("/");
  const problems: Problem[] = [];
  const schemas: SchemaFile[] = [];
  for (const path of await filesBelow(site, folder, ".yml")) {
    if (!/^schema\.v[^/]+\.yml$/.test(basename(path))) continue;
    const schema = readSchema(path, await text(path));
    if ("schema" in schema) schemas.push(schema);
    else problems.push(...schema);
  }
  const file = `${folder}/mapping.yml`;
  const mapping = readMapping(name, file, await text(file));
  if (!("translations" in mapping)) return [...problems, ...mapping];
  for (const { id, document } of schemas) {
    if (id !== mapping.event && !mapping.also.includes(id)) {
      problems.push(document.problem(["$id"], `The mapping beside it is for ${mapping.event}.`));
    }
  }
  const understood = understand(mapping, schemas, constants);
  if (!("translations" in understood)) return [...problems, ...understood];
  if (problems.length > 0) return problems;
  return { name, ids: [mapping.event, ...mapping.also], schemas, mapping: understood };
};

/** Two mappings for one schema and version: nobody could tell which of them an event would take. */
const duplicates = (sources: readonly Source[]): readonly Problem[] => {
  const known = new Map<string, string>();
  return sources.flatMap(({ name, ids, schemas }) =>
    schemas.flatMap(({ version, document }) =>
      ids.flatMap((id) => {
        const other = known.get(`${id} ${version}`);
        known.set(`${id} ${version}`, name);
        if (other === undefined) return [];
        return [document.problem([], `mappings/${other} is for ${id} in version ${version} as well.`)];
      }),
    ),
  );
};

/** Paths below a folder of the site whose name ends so, with forward slashes, in the order of the alphabet. */
const filesBelow = async (site: string, folder: string, ending: string): Promise<readonly string[]> => {
  const entries = await readdir(join(site, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(site, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
};
