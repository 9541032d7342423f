import { hash } from "node:crypto";
import { basename, dirname } from "node:path";
import type { Document } from "../src/document/document.ts";
import { type Problem, SiteError } from "../src/document/problem.ts";
import { type EndpointFile, readEndpoint } from "../src/endpoint/read.ts";
import { selectionProblems, takes } from "../src/endpoint/select.ts";
import { readSchema, type SchemaFile } from "../src/event/schema.ts";
import { compileCondition } from "../src/mapping/condition.ts";
import { constantsOf } from "../src/mapping/constants.ts";
import { policyProblems } from "../src/mapping/policy.ts";
import { type Mapping, readMapping } from "../src/mapping/read.ts";
import { type UnderstoodMapping, understand } from "../src/mapping/understand.ts";
import { PROBE_ENDPOINT } from "../src/probe/endpoint.ts";
import { type Hub, readSettings, type Settings } from "../src/settings.ts";
import { absent, readFiles, type Texts } from "./files.ts";

/** A site's files, read and checked: what there is to build. */
export interface SiteFiles {
  readonly settings: Settings;
  readonly endpoints: readonly SiteEndpoint[];
  readonly sources: readonly Source[];
}

/** A folder's site, with its translator.yml as it is written. */
export interface ReadSite extends SiteFiles {
  readonly document: Document;
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
  /** Which version of the mapping it is: the beginning of its file's SHA-256. */
  readonly hash: string;
  /** The mapping as its file has it. */
  readonly written: Mapping;
  readonly mapping: UnderstoodMapping;
}

/** A hub that stands in for one that cannot be read, so that the mappings are checked all the same. */
const NO_HUB = { id: "https://hub.invalid", name: "Hub" };

/** Reads `translator.yml`, `endpoints/` and `mappings/` of a folder. Throws SiteError with every problem found. */
export const readSite = async (folder: string): Promise<ReadSite> => siteOf(await readFiles(folder));

/** The site that files make, wherever they lie. Throws SiteError with every problem found. */
export const siteOf = ({ files, problems: missing }: Texts): ReadSite => {
  const problems = [...missing];
  const keep = <T extends object>(read: T | readonly Problem[]): T | undefined => {
    if (!Array.isArray(read)) return read as T;
    problems.push(...read);
    return undefined;
  };
  const translator = files.get("translator.yml");
  const { settings, document } =
    (translator === undefined ? undefined : keep(readSettings("translator.yml", translator))) ?? {};
  const constants = constantsOf(settings?.hub ?? NO_HUB);

  const known = problems.length;
  const { sources, problems: wrong } = readSources(files, settings?.hub ?? NO_HUB);
  problems.push(...wrong);
  // A mapping that cannot be read would make every name in it unknown as well.
  const namesKnown = problems.length === known;

  const translations = sources.flatMap(({ mapping }) => mapping.translations);
  const endpoints: SiteEndpoint[] = [];
  for (const [path, text] of files) {
    if (dirname(path) !== "endpoints") continue;
    const file = keep(readEndpoint(basename(path, ".yml"), path, text));
    if (file === undefined) continue;
    if (file.endpoint.name === PROBE_ENDPOINT) problems.push(file.document.problem([], RESERVED));
    if (namesKnown) problems.push(...selectionProblems(file.document, file.select, translations));
    problems.push(...sources.flatMap((source) => policyProblemsOf(source, file)));
    const where = compileCondition(file.document, ["select", "where"], file.select.where, constants);
    if (Array.isArray(where)) problems.push(...where);
    else endpoints.push({ ...file, where: where as string | undefined });
  }
  if (problems.length > 0 || settings === undefined || document === undefined) throw new SiteError(problems);
  return { document, settings, endpoints, sources };
};

const RESERVED = `The name ${PROBE_ENDPOINT} is that of the service's own test target: give this file another.`;

/** What a mapping would send to an endpoint against its policy for personal data. */
const policyProblemsOf = (
  source: Source,
  { document, endpoint, select }: EndpointFile,
): readonly Problem[] => {
  const { personalData: policy, protocol: side } = endpoint;
  if (policy === "allow") return [];
  return policyProblems(source, {
    file: document.file,
    policy,
    side,
    takes: (translation) => takes(select, translation),
  });
};

/** The mappings of a folder, whatever else is there: those that can be read, and what is wrong with the others. */
export interface Mappings {
  /** The texts of the files below mappings/, by their paths. */
  readonly files: ReadonlyMap<string, string>;
  readonly sources: readonly Source[];
  readonly problems: readonly Problem[];
}

/** Reads the mappings of a folder as they mean it for a given hub. */
export const readMappings = async (folder: string, hub: Hub): Promise<Mappings> => {
  const { files, problems } = await readFiles(folder);
  const read = readSources(files, hub);
  return {
    files: new Map([...files].filter(([path]) => path.startsWith("mappings/"))),
    sources: read.sources,
    problems: [...problems.filter(({ file }) => file.startsWith("mappings/")), ...read.problems],
  };
};

const readSources = (files: ReadonlyMap<string, string>, hub: Hub): Omit<Mappings, "files"> => {
  const sources: Source[] = [];
  const problems: Problem[] = [];
  for (const name of new Set([...files.keys()].filter(isMappingFile).map((path) => dirname(path)))) {
    const source = readSource(name, files, constantsOf(hub));
    if ("mapping" in source) sources.push(source);
    else problems.push(...source);
  }
  return { sources, problems: [...problems, ...duplicates(sources)] };
};

type Constants = Parameters<typeof understand>[2];

const isSchemaFile = (path: string): boolean => /^schema\.v[^/]+\.yml$/.test(basename(path));

const isMappingFile = (path: string): boolean =>
  path.startsWith("mappings/") && (basename(path) === "mapping.yml" || isSchemaFile(path));

const readSource = (
  folder: string,
  files: ReadonlyMap<string, string>,
  constants: Constants,
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
  return {
    name: mapping.source,
    ids: idsOf(mapping),
    schemas,
    hash: hash("sha256", text).slice(0, 12),
    written: mapping,
    mapping: understood,
  };
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
