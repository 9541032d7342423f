import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { startSandbox } from "../../local/sandbox/server.ts";
import { NotPlain } from "../../src/aws/secrets.ts";
import { newKey } from "../delivery/oauth-server.ts";
import { examined, of, only, SECRETS } from "./support.ts";

const sandbox = await startSandbox();
after(() => sandbox.stop());

const url = `${sandbox.url}/xapi/lrs`;

/** What is wrong with one secret, given its value, and the file that names it. */
const wrong = async (
  reference: string,
  value: string | Error | undefined,
  { lines = {}, translator }: { lines?: Readonly<Record<string, string>>; translator?: string } = {},
) => {
  const findings = await examined({
    endpoints: { lrs: { url, ...lines } },
    secrets: { [reference]: value },
    ...(translator !== undefined && { translator }),
  });
  const bad = of("secrets", findings).filter(({ end }) => end === "bad");
  assert.ok(bad.length <= 1, JSON.stringify(bad));
  return { told: bad[0]?.told, mend: bad[0]?.mend, findings };
};

const oauth = (more: string): Readonly<Record<string, string>> => ({
  auth: `{ scheme: oauth2-client-credentials, tokenUrl: "http://127.0.0.1:9/token", clientId: us, secret: ssm:/store${more} }`,
});

describe("a secret", () => {
  it("that is not there is told with its place in the file and how to make it", async () => {
    const { told, mend, findings } = await wrong("ssm:/store", undefined);
    assert.equal(told, "endpoints/lrs.yml:4:32 There is no secret ssm:/store.");
    assert.match(mend ?? "", /aws ssm put-parameter --type SecureString --name \/store /);
    assert.equal(only("authentication", findings).end, "skipped");
    assert.match(only("statement", findings).told, /secret cannot be had/);
    assert.match(
      (await wrong("ssm:/pseudonyms", undefined)).told ?? "",
      /^translator\.yml:3:\d+ There is no secret/,
    );
    assert.match(
      (await wrong("ssm:/pseudonyms", undefined)).mend ?? "",
      /under another, every learner becomes somebody new/,
    );
  });

  it("of a stage is told under the stage's own name", async () => {
    const lines = { auth: "{ scheme: basic, secret: secretsmanager:jlt/$stage/lrs }" };
    const { told, mend } = await wrong("secretsmanager:jlt/$stage/lrs", undefined, { lines });
    assert.match(told ?? "", /There is no secret secretsmanager:jlt\/\$stage\/lrs\./);
    assert.match(mend ?? "", /aws secretsmanager create-secret --name jlt\/prod\/lrs /);
  });

  it("that cannot be used is told by the words of the function that would use it", async () => {
    const cases = [
      ["ssm:/store", "canary-without-a-colon", /is not of the form user:password/],
      ["ssm:/store", " \n", /is empty/],
      ["ssm:/store", new NotPlain("is not a plain text"), /is not a plain text/],
      ["ssm:/hub", "canary-short", /learner context key is shorter than 32 bytes/],
      ["ssm:/pseudonyms", "canary-short", /key of the pseudonyms is shorter than 32 bytes/],
    ] as const;
    for (const [reference, value, words] of cases)
      assert.match((await wrong(reference, value)).told ?? "", words);
    const bearer = { auth: "{ scheme: bearer, secret: ssm:/store }" };
    assert.match((await wrong("ssm:/store", "canary two", { lines: bearer })).told ?? "", /is not a token/);
    const header = { auth: "{ scheme: header, name: Api-Key, secret: ssm:/store }" };
    assert.match(
      (await wrong("ssm:/store", "canary\u0001", { lines: header })).told ?? "",
      /cannot stand in a header/,
    );
  });

  it("that is a private key must be one of its algorithm", async () => {
    const lines = oauth(", method: private_key_jwt, algorithm: ES256");
    const none = await wrong("ssm:/store", "canary, and no PEM", { lines });
    assert.match(none.told ?? "", /is no private key for ES256/);
    const other = await wrong("ssm:/store", newKey("RS256", "one").pem, { lines });
    assert.match(other.told ?? "", /is no private key for ES256/);
    assert.equal((await wrong("ssm:/store", newKey("ES256", "one").pem, { lines })).told, undefined);
  });

  it("that is the hub's public key must be one", async () => {
    const translator = `hub: { id: https://hub.example.edu, name: Example hub }
institution: https://www.example.edu
learners: { trust: signed, keys: [{ algorithm: EdDSA, secret: "ssm:/hub" }], pseudonyms: "ssm:/pseudonyms" }
`;
    assert.match(
      (await wrong("ssm:/hub", SECRETS["ssm:/hub"], { translator })).told ?? "",
      /^translator\.yml:3:\d+ The public key of learner contexts is not an Ed25519 key as PEM/,
    );
    const { createPublicKey } = await import("node:crypto");
    const pem = createPublicKey(newKey("EdDSA", "one").pem)
      .export({ type: "spki", format: "pem" })
      .toString();
    assert.equal((await wrong("ssm:/hub", pem, { translator })).told, undefined);
  });
});
