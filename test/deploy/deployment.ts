/** A site that is built, packaged and deployed by `osls` into the AWS that moto plays, with learning systems to tell. */
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { project } from "../../build/bundle.ts";
import type { SiteFiles } from "../../build/site.ts";
import { hubKey, siteSecrets } from "../../local/keys.ts";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import { readSecretReference } from "../../src/endpoint/secret.ts";
import { startMotoServer } from "../interop/aws/moto.ts";
import type { Template } from "../package/support.ts";
import { type Gate, startGate } from "./gate.ts";
import { build, REFUSING, writeSite } from "./site.ts";
import { credentials, describeStack, osls, REGION, type Stack, templateIn } from "./stack.ts";

export const STAGE = "test";

export interface Deployment {
  /** The site's folder. */
  readonly folder: string;
  readonly site: SiteFiles;
  readonly aws: {
    readonly url: string;
    readonly sqs: SQSClient;
    readonly s3: S3Client;
    readonly python: string;
  };
  readonly sandbox: Sandbox;
  /** What is between the functions and the learning systems. */
  readonly gate: Gate;
  /** What the hub signs with. */
  readonly hub: ReturnType<typeof hubKey>;
  readonly template: Template;
  readonly stack: Stack;
  /** What `osls deploy` said. */
  readonly said: string;
}

/** What is to be done when all is over, the last first; whatever is started puts its end here at once. */
export type Endings = (() => Promise<void>)[];

/** Deploys it from a folder; `python` is one that has moto. */
export const deploy = async (folder: string, python: string, endings: Endings): Promise<Deployment> => {
  const moto = await startMotoServer(python, [join(project, "test", "deploy", "stack_server.py")]);
  endings.push(moto.stop);
  const sandbox = await startSandbox({ credentials: SANDBOX_CREDENTIALS });
  endings.push(sandbox.stop);
  const gate = await startGate(sandbox.url);
  endings.push(gate.stop);
  const client = { region: REGION, endpoint: moto.url, credentials };
  const aws = { url: moto.url, sqs: new SQSClient(client), s3: new S3Client(client), python };
  const site = await writeSite(folder, gate.url);
  await build(folder);
  await putSecrets(site, client);
  const said = await osls(folder, moto.url, "deploy", "--stage", STAGE);
  const template = await templateIn(folder);
  const stack = await describeStack(`jupyter-lms-${STAGE}`, moto.url);
  const hub = hubKey(site.settings.trust, SECRETS);
  return { folder, site, aws, sandbox, gate, hub, template, stack, said };
};

/** Any secret, by its name: never shorter than a key has to be. */
const SECRETS = {
  secret: (name: string): string => `the secret of the test's own for: ${name}, and it is long enough`,
};

const USER = "translator:a-password-of-the-test";
const TOKEN = "a-token-of-the-test";

/** What the sandbox lets in; the refusing endpoint's secret is another. */
const SANDBOX_CREDENTIALS = {
  "campus-lrs": `Basic ${Buffer.from(USER).toString("base64")}`,
  "campus-caliper": `Bearer ${TOKEN}`,
  [REFUSING]: "Basic somebody-elses",
};

/** Puts the secrets that the site's files name where they say, for this stage. */
const putSecrets = async (
  { settings, endpoints }: SiteFiles,
  client: ConstructorParameters<typeof SSMClient>[0] & object,
): Promise<void> => {
  const secrets = new Map(siteSecrets(settings, SECRETS));
  for (const {
    endpoint: { auth },
  } of endpoints)
    if (auth.scheme !== "none") secrets.set(auth.secret, auth.scheme === "basic" ? USER : TOKEN);
  const ssm = new SSMClient(client);
  const manager = new SecretsManagerClient(client);
  for (const [reference, Value] of secrets) {
    const { store, name: Name } = readSecretReference(reference, STAGE);
    if (store === "ssm") await ssm.send(new PutParameterCommand({ Name, Value, Type: "SecureString" }));
    else await manager.send(new CreateSecretCommand({ Name, SecretString: Value }));
  }
  ssm.destroy();
  manager.destroy();
};
