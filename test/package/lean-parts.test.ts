import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { lean } from "../../build/lean.ts";
import { plainFunctions } from "../../build/plain-functions.ts";
import { Crc32Js, defaultProvider, fromSharedConfigFiles } from "../../src/aws/lean.ts";
import {
  EventStreamSerde,
  eventStreamSerdeProvider,
  resolveEventStreamSerdeConfig,
} from "../../src/aws/lean-streams.ts";
import { soon } from "../../src/aws/soon.ts";
import { asFunctions, bundled } from "./bundled.ts";

describe("credentials of a function", () => {
  const NAMES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
  const from = async (environment: Readonly<Record<string, string>>): Promise<unknown> => {
    const before = { ...process.env };
    for (const name of NAMES) delete process.env[name];
    Object.assign(process.env, environment);
    try {
      return await defaultProvider()();
    } finally {
      for (const name of NAMES) delete process.env[name];
      Object.assign(process.env, before);
    }
  };

  it("are those of its environment", async () => {
    const keys = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "key" };
    assert.deepEqual(await from(keys), { accessKeyId: "id", secretAccessKey: "key" });
    assert.deepEqual(await from({ ...keys, AWS_SESSION_TOKEN: "token" }), {
      accessKeyId: "id",
      secretAccessKey: "key",
      sessionToken: "token",
    });
  });

  it("are asked for by name where they are missing", async () => {
    await assert.rejects(from({}), /AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are missing/);
    await assert.rejects(from({ AWS_ACCESS_KEY_ID: "id" }), /are missing/);
  });
});

describe("what was left out", () => {
  it("of configuration files makes the SDK go on to what is next", async () => {
    await assert.rejects(fromSharedConfigFiles()(), { tryNextLink: true });
  });

  it("says so where it is wanted", async () => {
    assert.throws(() => new Crc32Js(), /built without them/);
    assert.throws(() => new EventStreamSerde(), /without streams of events/);
    assert.throws(() => eventStreamSerdeProvider().serialize(), /without streams of events/);
    const config = { region: "eu-central-1" };
    assert.equal(resolveEventStreamSerdeConfig(config), config);
  });

  it("is a store of secrets, or OAuth 2, where the files name none", async () => {
    const stores = await bundled<{
      readonly parameterStore: () => unknown;
      readonly secretsManager: () => Promise<unknown>;
    }>('export * from "../src/aws/secret-stores.ts";', "no-stores", asFunctions());
    assert.throws(() => stores.parameterStore(), /no file named a secret for it in Parameter Store/);
    await assert.rejects(stores.secretsManager(), /no file named a secret for it in Secrets Manager/);
    const tokens = await bundled<{ readonly tokenRequestOf: (name: string) => unknown }>(
      'export * from "../src/delivery/token-request.ts";',
      "no-tokens",
      [lean(project, { stores: new Set(), tokens: false }, plainFunctions())],
    );
    assert.throws(() => tokens.tokenRequestOf("a-store"), /no endpoint's file asked for OAuth 2.*a-store/);
  });
});

describe("what is made soon", () => {
  it("is made once there is nothing else to do, and once only", async () => {
    let times = 0;
    const get = soon(() => ({ number: ++times }));
    assert.equal(times, 0);
    await new Promise(setImmediate);
    assert.equal(times, 1);
    assert.equal(get(), get());
    assert.equal(times, 1);
  });

  it("is made at once for whoever asks before", async () => {
    let times = 0;
    const get = soon(() => ({ number: ++times }));
    assert.equal(get().number, 1);
    await new Promise(setImmediate);
    assert.equal(times, 1);
  });
});
