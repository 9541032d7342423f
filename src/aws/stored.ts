import type { GetParametersResult } from "@aws-sdk/client-ssm";
import { readSecretReference } from "../endpoint/secret.ts";
import { parseJson } from "../event/json.ts";
import type { ClientConfig } from "./administer.ts";
import { NotPlain, secretText } from "./secrets.ts";

/** What was found of a secret: its value as the functions read it, why they could not, or why nobody can say. */
export type Stored = string | NotPlain | Unread;

/** A secret that was not read: whoever asks may not, or it is marked for deletion. */
export interface Unread {
  readonly unread: "denied" | "deleted";
}

/**
 * The values of many secrets, as the files refer to them, in few requests; those that are not there have none. Throws the
 * SDK's error where AWS does not answer.
 */
export const readStored = async (
  config: ClientConfig,
  references: readonly string[],
  stage: string,
): Promise<ReadonlyMap<string, Stored>> => {
  const wanted = new Map(references.map((each) => [each, readSecretReference(each, stage)]));
  const names = [...wanted.values()].flatMap(({ store, name }) => (store === "ssm" ? [name] : []));
  const parameters = await everyParameter(config, names);
  const found = new Map<string, Stored>();
  for (const [reference, { store, name }] of wanted) {
    const stored = store === "ssm" ? parameters.get(name) : await managedSecret(config, name);
    if (stored !== undefined) found.set(reference, stored);
  }
  return found;
};

/** One secret's value; undefined where there is no such parameter. Throws NotPlain, and the SDK's error. */
export const readOne = async (
  config: ClientConfig,
  reference: string,
  stage: string,
): Promise<string | undefined> => {
  const { store, name } = readSecretReference(reference, stage);
  const stored =
    store === "ssm" ? (await askParameters(config, [name])).get(name) : await askSecretsManager(config, name);
  if (stored instanceof NotPlain) throw stored;
  return stored;
};

/** As many as Parameter Store gives at once. */
const AT_ONCE = 10;

const everyParameter = async (
  config: ClientConfig,
  names: readonly string[],
): Promise<ReadonlyMap<string, Stored>> => {
  const left = [...new Set(names)];
  const found = new Map<string, Stored>();
  while (left.length > 0)
    for (const [name, stored] of await readable(config, left.splice(0, AT_ONCE))) found.set(name, stored);
  return found;
};

/** Whoever may not read one of them is given none: then each is asked for by itself. */
const readable = async (
  config: ClientConfig,
  names: readonly string[],
): Promise<ReadonlyMap<string, Stored>> => {
  try {
    return await askParameters(config, names);
  } catch (error) {
    if (!isDenied(error)) throw error;
    const [only, ...others] = names;
    if (only !== undefined && others.length === 0) return new Map([[only, { unread: "denied" }]]);
    const each = await Promise.all(names.map((name) => readable(config, [name])));
    return new Map(each.flatMap((found) => [...found]));
  }
};

const askParameters = async (
  config: ClientConfig,
  names: readonly string[],
): Promise<ReadonlyMap<string, string | NotPlain>> => {
  // Slow to load, and seldom needed, as the other client.
  const { GetParametersCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient(config);
  try {
    const command = new GetParametersCommand({ Names: [...names], WithDecryption: true });
    return new Map(parametersIn(await client.send(command)));
  } finally {
    client.destroy();
  }
};

const parametersIn = ({
  Parameters = [],
}: GetParametersResult): readonly (readonly [string, string | NotPlain])[] =>
  Parameters.flatMap(({ Name, Value, Type }) => {
    if (Name === undefined || Value === undefined) return [];
    // Of such a one, the functions' middleware makes an array.
    return [[Name, Type === "StringList" ? new NotPlain(LIST) : plainOrWhy(Value)]];
  });

const LIST = "is a StringList, and must be one text. Delete it, and put it there again as a SecureString";

const managedSecret = async (config: ClientConfig, name: string): Promise<Stored | undefined> => {
  try {
    return await askSecretsManager(config, name);
  } catch (error) {
    if (isDenied(error)) return { unread: "denied" };
    if (!(error instanceof Error)) throw error;
    if (error.name === "ResourceNotFoundException") return undefined;
    if (error.name === "InvalidRequestException" && /marked for deletion/i.test(error.message))
      return { unread: "deleted" };
    throw error;
  }
};

const askSecretsManager = async (
  config: ClientConfig,
  name: string,
): Promise<string | NotPlain | undefined> => {
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient(config);
  try {
    const { SecretString, SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    if (SecretString !== undefined) return plainOrWhy(SecretString);
    return SecretBinary === undefined ? undefined : new NotPlain(BINARY);
  } finally {
    client.destroy();
  }
};

const BINARY = "is binary, and must be text. Put it there again with --secret-string, not --secret-binary";

const isDenied = (error: unknown): boolean => error instanceof Error && /AccessDenied/.test(error.name);

/** A value that is JSON is parsed by the functions' middleware: a text in quotes is the text without them. */
const plainOrWhy = (value: string): string | NotPlain => {
  const read = /^["{[]/.test(value) ? parseJson(value) : undefined;
  if (read === undefined || !("value" in read)) return value;
  try {
    return secretText(read.value);
  } catch (error) {
    if (error instanceof NotPlain) return error;
    throw error;
  }
};
