import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { SignJWT } from "jose";
import { project } from "../../../build/bundle.ts";
import { readDated } from "../../../src/archive/read.ts";
import { isObject, type JsonObject } from "../../../src/event/json.ts";
import { toldTo } from "../../service/support.ts";
import { type JupyterServer, startServer } from "../jupyter/server.ts";
import { eventually, type Running } from "../support/running.ts";
import { endpointFile, runWhole, type Whole } from "../support/whole.ts";

/** The whole service, with a learning system that is told everything of some mappings, in the learners' own names. */
export interface Told extends Whole {
  /** What it has been told, as soon as that is enough; it comes from this server. */
  readonly told: (
    what: string,
    enough: (all: readonly Act[]) => boolean,
    server: Running,
  ) => Promise<readonly Act[]>;
  /** What lies in a part of the archive. */
  readonly kept: (part: "raw" | "quarantine") => Promise<readonly JsonObject[]>;
  /** A learner context of the hub's. */
  readonly tokenOf: (subject: string, role?: "learner" | "service") => Promise<string>;
}

/** A statement, as far as these tests look at one. */
export interface Act {
  readonly actor: string;
  /** The end of the verb's id. */
  readonly verb: string;
  readonly object: string;
  readonly course: string;
  readonly parent: string | undefined;
  readonly success: boolean | undefined;
  readonly duration: string | undefined;
  /** What its result says besides, by the ends of the extensions' names. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

const SYSTEM = "tests";

/** Starts the service; `translations` are those that the learning system takes, as its file names them. */
export const runTold = async (translations: readonly string[]): Promise<Told> => {
  const service = await runWhole({
    files: { [`endpoints/${SYSTEM}.yml`]: endpointFile("xapi", translations) },
  });
  const key = new TextEncoder().encode(service.hub.LMS_CONTEXT_KEY);
  return {
    ...service,
    told: async (what, enough, server) =>
      eventually(
        what,
        async () => {
          await toldTo(service, SYSTEM);
          const all = service.sandbox.statements(SYSTEM).map(actOf);
          return enough(all) ? all : undefined;
        },
        server,
      ),
    kept: async (part) => {
      const all: JsonObject[] = [];
      for await (const { line } of readDated(service.bucket, `${part}/`)) {
        assert.ok(isObject(line));
        all.push(line);
      }
      return all;
    },
    tokenOf: (subject, role = "learner") =>
      new SignJWT({ role, course: { id: "stat101" } })
        .setProtectedHeader({ alg: "HS256" })
        .setSubject(subject)
        .setAudience("jupyter-lms-translator")
        .setExpirationTime("1h")
        .sign(key),
  };
};

const actOf = (statement: unknown): Act => {
  const { actor, verb, object, context, result } = Object(statement);
  const { grouping, parent } = Object(context?.contextActivities);
  return {
    actor: actor.account.name,
    verb: endOf(verb.id),
    object: object.id,
    course: grouping?.[0]?.id,
    parent: parent?.[0]?.id,
    success: result?.success,
    duration: result?.duration,
    extensions: Object.fromEntries(
      Object.entries(result?.extensions ?? {}).map(([name, value]) => [endOf(name), value]),
    ),
  };
};

const endOf = (iri: string): string => iri.split("/").at(-1) ?? "";

/** What a learner is told by, and how they come to a server that lets several people in. */
export const keyOf = (username: string): string => `the-token-of-${username}`;

/**
 * Starts a server with the extensions and the shipped configuration, that posts its events under this learner context.
 * It knows `people` by `keyOf` their names; without any, it has one token, and nobody a name, as where there is no hub.
 */
export const startExtended = (
  python: string,
  folder: string,
  { ingestUrl }: Pick<Whole, "ingestUrl">,
  learnerContext: string,
  {
    people = [],
    env = {},
    args = [],
  }: {
    readonly people?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
  } = {},
): Promise<JupyterServer> =>
  startServer(
    python,
    folder,
    {
      LMS_INGEST_URL: ingestUrl,
      LMS_LEARNER_CONTEXT: learnerContext,
      ...(people.length > 0 && {
        PYTHONPATH: join(project, "test", "interop", "producers"),
        TEST_PEOPLE: JSON.stringify(Object.fromEntries(people.map((each) => [keyOf(each), each]))),
      }),
      ...env,
    },
    [...(people.length > 0 ? ["--ServerApp.identity_provider_class=server_people.People"] : []), ...args],
  );

/** All that a service has written anywhere but into its queues, as one text: archive, logs, and what was told. */
export const writtenBy = async ({ archive, log, sandbox }: Whole): Promise<string> => {
  const files = await readdir(archive, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files
      .filter((each) => each.isFile())
      .map(async ({ parentPath, name }) => {
        const bytes = await readFile(join(parentPath, name));
        return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes).toString() : bytes.toString();
      }),
  );
  const told = JSON.stringify([
    sandbox.statements(SYSTEM),
    sandbox.statements("campus-lrs"),
    sandbox.caliper("campus-caliper"),
  ]);
  return [...texts, await readFile(log, "utf8"), told].join("\n");
};

/** A text in what a server answers. */
export const textIn = (answer: unknown, ...path: readonly string[]): string => {
  let value = answer;
  for (const step of path) value = isObject(value) ? value[step] : undefined;
  assert.ok(typeof value === "string", `There is no ${path.join(".")} in what the server answers.`);
  return value;
};
