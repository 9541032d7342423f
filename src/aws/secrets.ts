import type middy from "@middy/core";
import ssm from "@middy/ssm";
import type { Context } from "aws-lambda";

/** How long a secret's value is remembered, in milliseconds: a new one is in use within five minutes. */
const REMEMBERED = 5 * 60 * 1000;

/** The function's context, with the secrets' values under their names. */
export type WithSecrets = Context & { readonly [secret: string]: unknown };

/**
 * Middleware that reads secrets from Parameter Store into the function's context, under their names. `secrets`
 * gives for each name a reference as the files have it: `ssm:/path`.
 */
export const withSecrets = (
  secrets: Readonly<Record<string, string>>,
): middy.MiddlewareObj<unknown, unknown, Error, WithSecrets, Record<string, unknown>> =>
  ssm({
    fetchData: Object.fromEntries(
      Object.entries(secrets).map(([name, reference]) => [name, pathOf(reference)]),
    ),
    cacheExpiry: REMEMBERED,
    setToContext: true,
  });

const pathOf = (reference: string): string => reference.replace(/^ssm:/, "");

/** A secret's value as text. A value that looks like JSON arrives parsed; no secret of ours is. */
export const secretText = (value: unknown): string => {
  if (typeof value === "string") return value;
  throw new Error("A secret is not a plain text. Look at the parameters that the files name.");
};
