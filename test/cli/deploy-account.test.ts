import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { CannotRun } from "../../src/cannot-run.ts";
import { readServerless } from "../../stage/serverless.ts";
import { temporaryFolder } from "../service/support.ts";
import { askedBy } from "./deploy-odd.ts";
import { deploy, refuses, site } from "./deploy-site.ts";

/** A home with two profiles, and one that asks for a code. */
const home = async (): Promise<string> => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, ".aws"));
  const profile = (name: string): string =>
    `[${name}]\naws_access_key_id = key-of-${name}\naws_secret_access_key = CANARY-${name}\naws_session_token = token-of-${name}\n`;
  await writeFile(join(folder, ".aws", "credentials"), profile("work") + profile("other"));
  const mfa = "arn:aws:iam::123456789012:mfa/me";
  await writeFile(
    join(folder, ".aws", "config"),
    `[profile coded]\nrole_arn = arn:aws:iam::123456789012:role/deployer\nsource_profile = work\nmfa_serial = ${mfa}\n[profile broken]\ncredential_process = /nowhere CANARY\n`,
  );
  return folder;
};

const NONE = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };

describe("jlt deploy looks and deploys as the same", { concurrency: 2 }, () => {
  it("whatever else osls would find credentials by", async () => {
    const made = await site();
    const ran = await deploy(made, [], {
      HOME: await home(),
      AWS_PROD_PROFILE: "other",
      AWS_PROD_ACCESS_KEY_ID: "elsewhere",
      AWS_PROD_SECRET_ACCESS_KEY: "CANARY",
      AWS_PROD_SESSION_TOKEN: "CANARY",
      AWS_DEFAULT_PROFILE: "other",
      AWS_SECURITY_TOKEN: "old",
      AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere",
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/other",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1/",
    });
    assert.equal(ran.status, 0, ran.stderr);
    const [known] = await made.knownAs();
    assert.deepEqual(known, {
      AWS_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ACCESS_KEY_ID: "somebody",
      AWS_SECRET_ACCESS_KEY: "CANARY-access-key",
    });
    for (const name of ["AWS_PROD_PROFILE", "AWS_PROD_ACCESS_KEY_ID", "AWS_DEFAULT_PROFILE"])
      assert.match(ran.stderr, new RegExp(`^${name} is set, which only osls knows\\.`, "m"));
  });

  it("with a profile's credentials, whose token goes along", async () => {
    const made = await site();
    const ran = await deploy(made, [], { ...NONE, HOME: await home(), AWS_PROFILE: "work" });
    assert.equal(ran.status, 0, ran.stderr);
    const [known] = await made.knownAs();
    assert.equal(known?.AWS_PROFILE, undefined);
    assert.equal(known?.AWS_ACCESS_KEY_ID, "key-of-work");
    assert.equal(known?.AWS_SESSION_TOKEN, "token-of-work");
  });

  it("and looks with these, too", async () => {
    const made = await site();
    const options = { ...NONE, HOME: await home(), AWS_PROFILE: "work", AWS_TEST_PROFILE: "other" };
    await made.deploy(["--stage", "test", "--check"], options);
    assert.equal(askedBy.get("/lms/test/hub"), "key-of-work");
  });
});

describe("jlt deploy says what to do", { concurrency: 2 }, () => {
  it("where a profile gives no credentials, and which one it is", async () => {
    const made = await site();
    const HOME = await home();
    await refuses(made, [], 2, [/no AWS credentials here\. .* AWS_PROFILE is lost\. The AWS SDK says: ./], {
      ...NONE,
      HOME,
      AWS_PROFILE: "lost",
    });
    await refuses(made, [], 2, [/no AWS credentials here\. .* The AWS SDK says: ./], {
      ...NONE,
      HOME,
      AWS_PROFILE: "broken",
    });
    await refuses(
      made,
      [],
      2,
      [
        /The profile coded asks for a code.* eval "\$\(aws configure export-credentials --profile coded --format env\)"/,
      ],
      { ...NONE, HOME, AWS_PROFILE: "coded" },
    );
  });

  it("where serverless.yml cannot be read, or would have osls deploy something else, before it builds", async () => {
    const cases: readonly (readonly [text: string, words: RegExp])[] = [
      ["service: a\nprovider:\n\tname: aws\n", /^serverless\.yml:3:1 This is not valid YAML/],
      ["service: a: b\n", /^serverless\.yml:1:\d+ This is not valid YAML/],
      ["service: { name: a }\n", /^serverless\.yml:1:10 The service must have a plain name/],
      ["service: a\nprovider: ${file(x.yml)}\n", /^serverless\.yml:2:11 The provider must be written out/],
      ["service: a\nprovider:\n  name: aws\n  profile: other\n", /^serverless\.yml:4:12 .*set AWS_PROFILE/],
      [
        "service: a\nprovider:\n  name: aws\n  stackName: b\n",
        /^serverless\.yml:4:14 Remove this: the stack/,
      ],
      ["service: a\nprovider: { name: aws, <<: { profile: b } }\n", /^serverless\.yml:2:28 Write out/],
      ["service: a\nuseDotenv: true\nprovider: { name: aws }\n", /^serverless\.yml:2:12 .*\.env/],
    ];
    const folder = await temporaryFolder();
    for (const [text, words] of cases) {
      await writeFile(join(folder, "serverless.yml"), text);
      await assert.rejects(readServerless(folder), (error: Error) => {
        assert.ok(error instanceof CannotRun);
        assert.match(error.message, words);
        return true;
      });
    }
    const [[text = "", words = /$/] = []] = cases;
    const made = await site({ "serverless.yml": text });
    await refuses(made, [], 2, [words]);
    await assert.rejects(readdir(join(made.folder, "dist")), /ENOENT/);
  });

  it("where serverless.yml names no region, and nobody else does", async () => {
    const text = "service: a\nprovider:\n  name: aws\n  region: ${opt:region}\n";
    const made = await site({ "serverless.yml": text });
    const none = { AWS_REGION: "" };
    await refuses(made, [], 2, [/^serverless\.yml:4:11 No region can be read here/], none);
    assert.equal((await deploy(made, ["--check", "--region", "eu-west-1"], none)).status, 0);
  });
});
