import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import { formatProblem, SiteError } from "../../src/document/problem.ts";
import type { JsonObject } from "../../src/event/json.ts";
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
export type Tell = (protocol: "caliper" | "xapi", event: JsonObject, scope?: Partial<Scope>) => JsonObject[];

const SCOPE: Scope = {
  learner: { id: "https://hub.example.edu/learner/p1" },
  course: { id: "stat101", label: "STAT 101", title: "Statistics" },
  actor: '{"name":"p1"}',
  group: "",
  grouping: "",
  marks: "",
  time: "2026-01-15T10:15:00.000Z",
  id: (translation, position) => `${translation}#${position}` as ReturnType<Scope["id"]>,
};

/** Compiles a site, as the build does, and gives a function that runs its mapping `told`. */
export const compiled = (files: Files): Promise<Tell> =>
  withSite(files, async (folder) => {
    const { routes } = await loadSite(await readSite(folder));
    const translates = new Map<string, Translate | undefined>(
      ["caliper", "xapi"].map((name) => [name, routes[`store-${name}`]?.translate.told]),
    );
    return (protocol, event, scope = {}) =>
      (translates.get(protocol)?.(event, { ...SCOPE, ...scope }) ?? []).map(({ text }) => JSON.parse(text));
  });

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
