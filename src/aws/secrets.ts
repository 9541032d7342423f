import type middy from "@middy/core";
import type { Context } from "aws-lambda";
import { readSecretReference, type SecretStore } from "../endpoint/secret.ts";
import { errorName } from "../error-name.ts";
import { environment } from "./environment.ts";
import { parameterStore, secretsManager } from "./secret-stores.ts";

/** How long a secret's value is remembered, in milliseconds: a new one is in use within five minutes. */
const REMEMBERED = 5 * 60 * 1000;

/** The function's context, with the secrets' values under their names. */
export type WithSecrets = Context & { readonly [secret: string]: unknown };

type Middleware = middy.MiddlewareObj<unknown, unknown, Error, WithSecrets, Record<string, unknown>>;
type Before = NonNullable<Middleware["before"]>;

/** For each name under which a secret is wanted, its own name in the store. */
type Wanted = Readonly<Record<string, string>>;

/**
 * Middleware that reads secrets from Parameter Store and Secrets Manager into the function's context, under their
 * names. `secrets` gives for each name a reference as the files have it: `ssm:/path` or `secretsmanager:name`. A
 * batch fails, and comes again, where one of them cannot be read. `stage` is the one whose secrets they are.
 */
export const withSecrets = (
  secrets: Readonly<Record<string, string>>,
  stage = environment("STAGE"),
): Middleware => {
  const parameters = wantedFrom("ssm", secrets, stage);
  const others = wantedFrom("secretsmanager", secrets, stage);
  const readers = [
    ...(isEmpty(parameters) ? [] : [fromParameterStore(parameters)]),
    ...(isEmpty(others) ? [] : [fromSecretsManager(others)]),
  ];
  return {
    // Middy takes what a middleware returns for the function's answer, so nothing is.
    before: async (request) => {
      await Promise.all(readers.map((read) => read(request)));
    },
  };
};

/**
 * Middleware that reads one secret as `withSecrets` does, but lets the batch go on where it cannot be read: then
 * `secretOf` says why. What was read before is good until it can be read again.
 */
export const withSecretOrWhy = (reference: string | undefined, stage?: string): Middleware => {
  const { before } = withSecrets(reference === undefined ? {} : { [ONLY]: reference }, stage);
  let known: string | undefined;
  return {
    before: async (request) => {
      try {
        await before?.(request);
        if (reference !== undefined) known = secretText(request.context[ONLY]);
      } catch (error) {
        const why = error instanceof NotPlain ? error.message : `cannot be read (${errorName(error)})`;
        console.error({ message: "A secret cannot be read.", secret: reference, error: errorName(error) });
        Object.assign(request.context, { [ONLY]: known ?? new Error(why) });
      }
    },
  };
};

/** The secret that `withSecretOrWhy` has read, or an error whose message says why it could not. */
export const secretOf = (context: WithSecrets): string | Error | undefined => {
  const value = context[ONLY];
  return value instanceof Error || typeof value === "string" ? value : undefined;
};

const ONLY = "secret";

/** References as `withSecrets` takes them: several may be wanted, and none has a name of its own. */
export const namedSecrets = (references: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(references.map((reference, at) => [`${ONLY}${at}`, reference]));

/** Their values, by the references. Throws NotPlain. */
export const secretTexts = (
  references: readonly string[],
  context: WithSecrets,
): Readonly<Record<string, string>> =>
  Object.fromEntries(references.map((reference, at) => [reference, secretText(context[`${ONLY}${at}`])]));

/** A secret's value as text. A value that is JSON arrives parsed; no secret of ours is. */
export const secretText = (value: unknown): string => {
  if (typeof value === "string") return value;
  throw new NotPlain(
    "is not a plain text. It must hold the bare value: Secrets Manager's console makes JSON of keys and values; choose Plaintext there",
  );
};

/** A secret that is JSON. */
export class NotPlain extends Error {
  override readonly name = "NotPlain";
}

const wantedFrom = (store: SecretStore, secrets: Readonly<Record<string, string>>, stage: string): Wanted =>
  Object.fromEntries(
    Object.entries(secrets).flatMap(([name, reference]) => {
      const read = readSecretReference(reference, stage);
      return read.store === store ? [[name, read.name]] : [];
    }),
  );

const isEmpty = (wanted: Wanted): boolean => Object.keys(wanted).length === 0;

/** It begins to read as soon as the function starts, and renews what it has read by itself. */
const fromParameterStore = (wanted: Wanted): Before => {
  const store: Middleware = parameterStore()({
    fetchData: wanted,
    cacheKey: `ssm ${Object.values(wanted).join(" ")}`,
    cacheExpiry: REMEMBERED,
    setToContext: true,
  });
  return (request) => store.before?.(request);
};

/**
 * The values are remembered here: the middleware would renew its own by a timer, whose failure, with nobody waiting for
 * it, would end the function in the middle of a batch.
 */
const fromSecretsManager = (wanted: Wanted): Before => {
  let store: Middleware | undefined;
  let remembered: { readonly values: Readonly<Record<string, unknown>>; readonly until: number } | undefined;
  return async (request) => {
    if (remembered === undefined || remembered.until <= Date.now()) {
      store ??= await secretsManagerOf(wanted);
      await store.before?.(request);
      const values = Object.fromEntries(Object.keys(wanted).map((name) => [name, request.context[name]]));
      remembered = { values, until: Date.now() + REMEMBERED };
    }
    Object.assign(request.context, remembered.values);
  };
};

const secretsManagerOf = async (wanted: Wanted): Promise<Middleware> => {
  const open = await secretsManager();
  return open({
    fetchData: wanted,
    cacheExpiry: 0,
    disablePrefetch: true,
    setToContext: true,
  });
};
