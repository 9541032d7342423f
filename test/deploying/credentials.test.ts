import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { unheeded, withCredentials } from "../../src/deploying/credentials.ts";

const OURS = { accessKeyId: "ours", secretAccessKey: "our secret" };

/** The ends of the variables by which the SDK and osls find credentials. */
const ENDS = [
  "PROFILE",
  "DEFAULT_PROFILE",
  "ACCESS_KEY_ID",
  "SECRET_ACCESS_KEY",
  "SESSION_TOKEN",
  "SECURITY_TOKEN",
  "CREDENTIAL_EXPIRATION",
  "ACCOUNT_ID",
  "ROLE_ARN",
  "ROLE_SESSION_NAME",
  "WEB_IDENTITY_TOKEN_FILE",
  "CONTAINER_CREDENTIALS_RELATIVE_URI",
  "CONTAINER_CREDENTIALS_FULL_URI",
  "CONTAINER_AUTHORIZATION_TOKEN",
  "CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

describe("An environment with one's credentials", () => {
  it("has none besides, whatever the stage is called", () => {
    const stage = fc.stringMatching(/^[A-Z0-9]{1,6}(-[A-Z0-9]{1,6})?$/);
    const name = fc.tuple(fc.option(stage), fc.constantFrom(...ENDS)).map((parts) => {
      const [stage, end] = parts;
      return stage === null ? `AWS_${end}` : `AWS_${stage}_${end}`;
    });
    fc.assert(
      fc.property(fc.dictionary(name, fc.constant("another's")), (environment) => {
        assert.deepEqual(withCredentials(environment, OURS), {
          AWS_ACCESS_KEY_ID: "ours",
          AWS_SECRET_ACCESS_KEY: "our secret",
        });
      }),
    );
  });

  it("keeps all that is none, and has a token where there is one", () => {
    const others = {
      AWS_REGION: "eu-central-1",
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_CA_BUNDLE: "ca.pem",
      AWS_CONFIG_FILE: "config",
      PATH: "/bin",
      LMS_PROFILE: "mine",
    };
    assert.deepEqual(withCredentials(others, { ...OURS, sessionToken: "token" }), {
      ...others,
      AWS_ACCESS_KEY_ID: "ours",
      AWS_SECRET_ACCESS_KEY: "our secret",
      AWS_SESSION_TOKEN: "token",
    });
  });
});

describe("What osls alone would heed", () => {
  it("is told by its name, where it is set", () => {
    const set = {
      AWS_PROD_PROFILE: "a",
      "AWS_A-B_ACCESS_KEY_ID": "b",
      AWS_DEFAULT_PROFILE: "",
      AWS_PROFILE: "c",
    };
    assert.deepEqual(unheeded(set, "prod"), ["AWS_PROD_PROFILE"]);
    assert.deepEqual(unheeded(set, "a-b"), ["AWS_A-B_ACCESS_KEY_ID"]);
    assert.deepEqual(unheeded({ AWS_DEFAULT_PROFILE: "d" }, "prod"), ["AWS_DEFAULT_PROFILE"]);
  });
});
