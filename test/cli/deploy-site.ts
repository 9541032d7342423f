import assert from "node:assert/strict";
import { type Deployable, deployable, parameters, type Standing, secrets } from "./deploy-support.ts";
import type { Answer } from "./support.ts";

export const TRANSLATOR = `hub: { id: https://hub.example.edu, name: Example Hub }
institution: https://www.example.edu
learners:
  key: ssm:/lms/$stage/hub
  pseudonyms: ssm:/lms/$stage/pseudonyms
`;

export const endpoint = (auth: string): string => `title: Store
protocol: xapi
version: 1.0.3
url: https://store.example.edu/xapi
auth: ${auth}
select: { translations: ["jupyterhub/*"] }
`;

export const BASIC = endpoint("{ scheme: basic, secret: ssm:/lms/$stage/campus-lrs }");
export const LONG = "CANARY-of-more-than-thirty-two-bytes";

for (const name of ["hub", "pseudonyms"]) parameters.set(`/lms/prod/${name}`, LONG);
parameters.set("/lms/prod/campus-lrs", "user:CANARY");
parameters.set("/lms/prod/no-password", "CANARY");
parameters.set("/lms/prod/short", "CANARY-short");
parameters.set("/lms/prod/json", '{"CANARY": "CANARY"}');
secrets.set("lms/prod/token", "CANARY-token");

export const site = (
  more: Readonly<Record<string, string>> = {},
  standing: Standing = {},
): Promise<Deployable> =>
  deployable({ "translator.yml": TRANSLATOR, "endpoints/campus-lrs.yml": BASIC, ...more }, standing);

/** Runs it; nothing of any secret may be told. */
export const deploy = async (
  made: Deployable,
  args: readonly string[],
  changes: NodeJS.ProcessEnv = {},
): Promise<Answer> => {
  const ran = await made.deploy(["--stage", "prod", ...args], changes);
  assert.doesNotMatch(ran.stdout + ran.stderr, /CANARY/);
  assert.doesNotMatch(ran.stderr, /^\s+at /m, ran.stderr);
  return ran;
};

export const refuses = async (
  made: Deployable,
  args: readonly string[],
  status: number,
  words: readonly RegExp[],
  changes: NodeJS.ProcessEnv = {},
): Promise<void> => {
  const ran = await deploy(made, args, changes);
  assert.equal(ran.status, status, ran.stdout + ran.stderr);
  for (const each of words) assert.match(ran.stderr, each);
  assert.deepEqual(await made.deployed(), []);
};
