import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { after, describe, it, mock } from "node:test";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import { type LocalParameters, startParameters } from "../../local/parameters.ts";
import {
  secretOf,
  secretText,
  type WithSecrets,
  withSecretOrWhy,
  withSecrets,
} from "../../src/aws/secrets.ts";

/** What both stores hold; tests change it. */
const kept = new Map([
  ["/lms/key", "a parameter"],
  ["lms/key", "a secret"],
  ["quoted", '"in quotes"'],
  ["made-in-the-console", '{"password":"hush"}'],
]);
const local: LocalParameters = await startParameters(kept);
after(() => local.stop());

// With a profile, the SDK would pass the keys below over.
delete process.env.AWS_PROFILE;
Object.assign(process.env, {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_ENDPOINT_URL_SSM: local.address,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: local.address,
});

const loaded = new Set<string>();
registerHooks({
  resolve: (specifier, context, next) => {
    loaded.add(specifier);
    return next(specifier, context);
  },
});
const SDK = "@aws-sdk/client-secrets-manager";

/** A function that answers with the secrets in its context, under these names. */
const functionWith = (secrets: Readonly<Record<string, string>>) => {
  const handler = middy<unknown, readonly unknown[], Error, WithSecrets>()
    .use(withSecrets(secrets, "test"))
    .handler(async (_event, context) => Object.keys(secrets).map((name) => context[name]));
  const call = handler as unknown as (event: unknown, context: Context) => Promise<readonly unknown[]>;
  return () => call({}, { getRemainingTimeInMillis: () => 1000 } as Context);
};

describe("a function's secrets", () => {
  // In this order: what has been loaded stays so.
  it("cost no SDK of Secrets Manager where none of them is there", async () => {
    assert.deepEqual(await functionWith({})(), []);
    assert.ok(!loaded.has(SDK));
  });

  it("come from the stores that their references name, and are remembered for five minutes", async () => {
    const call = functionWith({ key: "ssm:/lms/key", other: "secretsmanager:lms/key" });
    assert.ok(!loaded.has(SDK));
    assert.deepEqual(await call(), ["a parameter", "a secret"]);
    assert.ok(loaded.has(SDK));
    const now = Date.now();
    mock.timers.enable({ apis: ["Date"], now });
    try {
      kept.set("/lms/key", "a new parameter").set("lms/key", "a new secret");
      mock.timers.setTime(now + 4 * 60_000);
      assert.deepEqual(await call(), ["a parameter", "a secret"]);
      mock.timers.setTime(now + 5 * 60_000 + 1);
      assert.deepEqual(await call(), ["a new parameter", "a new secret"]);
    } finally {
      mock.timers.reset();
    }
  });

  it("that cannot be read fail the batch, which finds them when it comes again and they are there", async () => {
    const call = functionWith({ late: "secretsmanager:late" });
    await assert.rejects(call());
    await assert.rejects(call());
    kept.set("late", "but there");
    assert.deepEqual(await call(), ["but there"]);
  });

  it("are texts; what Secrets Manager's console makes of keys and values is told from one, and not shown", async () => {
    const call = functionWith({
      quoted: "secretsmanager:quoted",
      made: "secretsmanager:made-in-the-console",
    });
    const [quoted, made] = await call();
    assert.equal(secretText(quoted), "in quotes");
    assert.throws(
      () => secretText(made),
      (error) => error instanceof Error && /Plaintext/.test(error.message) && !/hush/.test(error.message),
    );
  });
});

describe("the one secret of a function that can do without", () => {
  const functionOf = (reference: string | undefined) => {
    const handler = middy<unknown, unknown, Error, WithSecrets>()
      .use(withSecretOrWhy(reference, "test"))
      .handler(async (_event, context) => secretOf(context));
    const call = handler as unknown as (event: unknown, context: Context) => Promise<unknown>;
    return () => call({}, { getRemainingTimeInMillis: () => 1000 } as Context);
  };
  const quietly = async <T>(use: () => Promise<T>): Promise<T> => {
    const errors = mock.method(console, "error", () => undefined);
    try {
      return await use();
    } finally {
      errors.mock.restore();
    }
  };

  it("is read as every other", async () => {
    kept.set("/lms/only", "its value").set("lms/only", "another value");
    assert.equal(await functionOf("ssm:/lms/only")(), "its value");
    assert.equal(await functionOf("secretsmanager:lms/only")(), "another value");
    assert.equal(await functionOf(undefined)(), undefined);
  });

  it("is replaced by why it cannot be had, without a word of what it may hold", async () => {
    for (const [reference, why] of [
      ["ssm:/not/there", /^cannot be read \(/],
      ["secretsmanager:not/there", /^cannot be read \(ResourceNotFoundException\)$/],
      ["secretsmanager:made-in-the-console", /^is not a plain text.*choose Plaintext there$/],
    ] as const) {
      const found = await quietly(functionOf(reference));
      assert.ok(found instanceof Error);
      assert.match(found.message, why);
      assert.doesNotMatch(found.message, /hush/);
    }
  });
});
