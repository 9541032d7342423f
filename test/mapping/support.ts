import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import { formatProblem, type Problem, SiteError } from "../../src/document/problem.ts";
import type { JsonObject } from "../../src/event/json.ts";
import { type Personal, personalOf } from "../../src/event/personal.ts";
import { readSchema } from "../../src/event/schema.ts";
import { compileMapping } from "../../src/mapping/compile.ts";
import * as f from "../../src/mapping/functions.ts";
import { readMapping } from "../../src/mapping/read.ts";
import * as r from "../../src/mapping/runtime.ts";
import { SIDES, type Side, type UnderstoodMapping, understand } from "../../src/mapping/understand.ts";
import type { Scope, Translate } from "../../src/site.ts";

/** The texts of a site's files, by path. Undefined leaves a file out. */
export type Files = Readonly<Record<string, string | undefined>>;

export const TRANSLATOR = `hub: { id: https://hub.example.edu, name: Example Hub }
institution: https://www.example.edu
learners: { trust: signed, key: ssm:/key, pseudonyms: ssm:/pseudonyms }
`;

export const endpointFile = (protocol: "caliper" | "xapi", more = ""): string => `title: Store
protocol: ${protocol}
version: ${protocol === "caliper" ? "1.2" : "1.0.3"}
url: https://store.example.edu/${protocol}
auth: { scheme: none }
select: { translations: ["*", "+*"] }
${more}`;

/** A schema with a field of every kind, none of them required. */
export const SCHEMA = `$id: https://example.edu/event
version: "1"
type: object
properties:
  text: { type: string }
  other: { type: string }
  path: { type: string }
  choice: { enum: [first, second] }
  count: { type: integer }
  ratio: { type: number }
  flag: { type: boolean }
  nothing: { type: "null" }
  maybe: { type: [string, "null"] }
  any: {}
  tags: { type: array, items: { type: string } }
  map: { type: object }
  inner:
    type: object
    properties:
      text: { type: string }
      deep: { type: object, properties: { count: { type: integer } } }
`;

/** A mapping file with one translation, whose two sides are given as YAML. */
export const mappingFile = (sides: {
  readonly let?: string;
  readonly when?: string;
  readonly caliper?: string;
  readonly xapi?: string;
  readonly json?: string;
}): string =>
  [
    "event: https://example.edu/event",
    "title: An event",
    ...(sides.let === undefined ? [] : ["let:", indent(sides.let, 2)]),
    "translations:",
    "  - name: told",
    ...(sides.when === undefined ? [] : [`    when: ${sides.when}`]),
    ...(sides.caliper === undefined ? [] : ["    caliper:", indent(sides.caliper, 6)]),
    ...(sides.xapi === undefined ? [] : ["    xapi:", indent(sides.xapi, 6)]),
    ...(sides.json === undefined ? [] : ["    json:", indent(sides.json, 6)]),
    "",
  ].join("\n");

const indent = (text: string, by: number): string => text.replace(/^(?=.)/gm, " ".repeat(by));

export const XAPI = `verb: save
object: { id: "https://example.edu/thing" }
`;

export const CALIPER = `type: ToolUseEvent
action: Used
object: { id: "https://example.edu/thing", type: SoftwareApplication }
`;

/** A site with an endpoint for each protocol and a mapping folder `told`. */
export const SITE: Files = {
  "translator.yml": TRANSLATOR,
  "endpoints/store-caliper.yml": endpointFile("caliper"),
  "endpoints/store-xapi.yml": endpointFile("xapi"),
  "mappings/told/schema.v1.yml": SCHEMA,
  "mappings/told/mapping.yml": mappingFile({ caliper: CALIPER, xapi: XAPI }),
};

/** Runs `use` with a folder that holds the site's files, changed as `files` says. */
export const withSite = async <T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-test-"));
  try {
    for (const [path, text] of Object.entries({ ...SITE, ...files })) {
      if (text === undefined) continue;
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** What the check says of a site, each problem as `file:line:column message`; empty where it is fine. */
export const complaints = (files: Files): Promise<readonly string[]> =>
  withSite(files, async (folder) => {
    try {
      await readSite(folder);
      return [];
    } catch (error) {
      if (error instanceof SiteError) return error.problems.map(formatProblem);
      throw error;
    }
  });

/** The statements that a compiled mapping makes of an event. */
export type Tell = (protocol: Side, event: JsonObject, scope?: Partial<Scope>) => JsonObject[];

const SCOPE: Scope = {
  learner: { id: "https://hub.example.edu/learner/p1" },
  pseudonym: (name) => (typeof name === "string" ? `p-${name}` : undefined),
  course: { id: "stat101", label: "STAT 101", title: "Statistics" },
  session: undefined,
  actor: '{"name":"p1"}',
  sender: {},
  previous: undefined,
  group: "",
  membership: "",
  sessions: "",
  grouping: "",
  marks: "",
  activities: "",
  registration: "",
  extensions: "",
  time: "2026-01-15T10:15:00.000Z",
  id: (translation, position) => `${translation}#${position}` as ReturnType<Scope["id"]>,
};

/** Compiles a site, as the build does, and gives a function that runs its mapping `told`. */
export const compiled = (files: Files): Promise<Tell> =>
  withSite(files, async (folder) => {
    const files = await readSite(folder);
    const { routes } = await loadSite(files);
    const told = files.sources.find(({ name }) => name === "told")?.mapping;
    const translates = new Map<Side, Translate | undefined>([
      ["caliper", routes["store-caliper"]?.translate.told],
      ["xapi", routes["store-xapi"]?.translate.told],
      ["json", told && translateOf(told, "json")],
    ]);
    return (protocol, event, scope = {}) => tellWith(translates.get(protocol), event, scope);
  });

const tellWith = (
  translate: Translate | undefined,
  event: JsonObject,
  scope: Partial<Scope> = {},
): JsonObject[] => (translate?.(event, { ...SCOPE, ...scope }) ?? []).map(({ text }) => JSON.parse(text));

const APPLICATION = { id: "https://hub.example.edu", name: "Example Hub" };
const CONSTANTS = { hub: { ...APPLICATION, files: `${APPLICATION.id}/files` } };

/** A mapping compiled without a site around it. */
const translateOf = (
  mapping: UnderstoodMapping,
  protocol: Side,
  personal: Personal = "free",
): Translate | undefined => {
  const code = compileMapping(mapping, {
    protocol,
    version: "1.2",
    application: APPLICATION,
    takes: () => true,
    personal,
  });
  return code === undefined ? undefined : new Function("r", "f", `return ${code};`)(r, f);
};

/**
 * Checks a mapping against a schema without a site around them: what is wrong, or what it tells; with pseudonyms of
 * what is personal where that is asked for.
 */
export const understood = (
  schema: string,
  mapping: string,
  policy: "allow" | "pseudonymise" = "allow",
): Tell | readonly Problem[] => {
  const file = readSchema("schema.v1.yml", schema);
  if (!("schema" in file)) return file;
  const read = readMapping("told", "mapping.yml", mapping);
  if (!("translations" in read)) return read;
  const known = understand(read, [file], CONSTANTS);
  if (!("translations" in known)) return known;
  const personal = policy === "allow" ? "free" : personalOf(file.schema);
  const translates = new Map(SIDES.map((side) => [side, translateOf(known, side, personal)]));
  return (protocol, event, scope) => tellWith(translates.get(protocol), event, scope);
};

/** Compiles expressions and gives what each has as its value for an event; undefined where it has none. */
export const valuesOf = async (
  expressions: readonly string[],
): Promise<(event: JsonObject, scope?: Partial<Scope>) => unknown[]> => {
  const members = expressions.map(
    (each, at) => `  https://e.example/${at}: ${JSON.stringify(`\${ ${each} }`)}`,
  );
  const tell = await compiled({
    "mappings/told/mapping.yml": mappingFile({
      caliper: `${CALIPER}extensions:\n  https://e.example/always: true\n${members.join("\n")}`,
    }),
  });
  return (event, scope) => {
    const [statement] = tell("caliper", event, scope);
    const values = statement?.extensions as JsonObject | undefined;
    return expressions.map((_, at) => values?.[`https://e.example/${at}`]);
  };
};
