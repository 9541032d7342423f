import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isNode, LineCounter, parseDocument } from "yaml";
import { CannotRun } from "../src/cannot-run.ts";
import { formatProblem } from "../src/document/problem.ts";
import { Misuse } from "../src/misuse.ts";

/** What a serverless.yml says of where it is deployed to. */
export interface Serverless {
  /** The service's name. */
  readonly service: string;
  /** The region where nothing else is said. Throws CannotRun where there is none. */
  region(): string;
}

/**
 * Reads the serverless.yml of a folder. Throws Misuse where there is none, and CannotRun, with line and column, where what
 * is deployed by it could not be found by the stage's name, or would be deployed with other credentials.
 */
export const readServerless = async (folder: string): Promise<Serverless> => {
  const { get, fail } = parsed(await textIn(folder));
  const service = get("service");
  if (typeof service !== "string" || !/^[a-zA-Z][a-zA-Z0-9-]*$/.test(service))
    fail(
      ["service"],
      "The service must have a plain name here, such as jupyter-lms: stack, queues and bucket are found by it.",
    );
  if (get("provider", "name") === undefined)
    fail(["provider"], "The provider must be written out here: where all is deployed to is read of it.");
  for (const [key, why] of Object.entries(NOT_IN_PROVIDER))
    if (get("provider", key) !== undefined) fail(["provider", key], why);
  const dotenv = get("useDotenv");
  if (dotenv !== undefined && dotenv !== false) fail(["useDotenv"], DOTENV);
  return {
    service: String(service),
    region: () => {
      const written = String(get("provider", "region"));
      const [usual = written] = /(?<=["'])[a-z0-9-]+(?=["']\}$)/.exec(written) ?? [];
      if (!/^[a-z]{2}(-[a-z0-9]+)+$/.test(usual))
        fail(
          ["provider", "region"],
          "No region can be read here. Name one: with --region, in AWS_REGION, or at the end of this line, as in ${env:AWS_REGION, 'eu-central-1'}.",
        );
      return usual;
    },
  };
};

const NOT_IN_PROVIDER: Readonly<Record<string, string>> = {
  profile:
    "Remove this, and set AWS_PROFILE: whatever looks at the stage must be in the same account as what deploys it.",
  "<<": "Write out what this brings along: where all is deployed to is read here.",
  stackName: "Remove this: the stack is found by the names of service and stage.",
};

const DOTENV =
  "Remove this, and set such variables yourself: osls would take others from .env, credentials among them, than what was looked at with.";

type Path = readonly string[];

interface Parsed {
  /** What is written at a place; undefined where nothing is. */
  get(...path: Path): unknown;
  /** Throws CannotRun at a place, or at the nearest one above it. */
  fail(path: Path, message: string): never;
}

/** CloudFormation's tags, and aliases, may be in it: it is read for a few plain values. */
const parsed = (text: string): Parsed => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const failAt = (offset: number, message: string): never => {
    const { line, col } = lines.linePos(offset);
    throw new CannotRun(
      formatProblem({ file: "serverless.yml", line: Math.max(1, line), column: Math.max(1, col), message }),
    );
  };
  const [error] = document.errors;
  if (error !== undefined) failAt(error.pos[0], `This is not valid YAML: ${error.message}`);
  const fail = (path: Path, message: string): never => {
    const node = document.getIn(path, true);
    if (isNode(node) || path.length === 0) return failAt(isNode(node) ? (node.range?.[0] ?? 0) : 0, message);
    return fail(path.slice(0, -1), message);
  };
  return { get: (...path) => document.getIn(path), fail };
};

const textIn = async (folder: string): Promise<string> => {
  try {
    return await readFile(join(folder, "serverless.yml"), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new Misuse("There is no serverless.yml here. Run it in the project's own folder.");
    throw error;
  }
};
