import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { startParameters } from "../../local/parameters.ts";

const local = await startParameters(
  new Map([
    ["/same", "a parameter"],
    ["/other", "another"],
  ]),
  new Map([["/same", "a secret"]]),
);
const client = {
  region: "us-east-1",
  endpoint: local.address,
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
};
const ssm = new SSMClient(client);
const secrets = new SecretsManagerClient(client);
after(async () => {
  ssm.destroy();
  secrets.destroy();
  await local.stop();
});

describe("the local stand-in for Parameter Store and Secrets Manager", () => {
  it("gives parameters by their paths, and says which it does not have", async () => {
    const { Parameters = [], InvalidParameters } = await ssm.send(
      new GetParametersCommand({ Names: ["/same", "/not", "/other"], WithDecryption: true }),
    );
    assert.deepEqual(
      Parameters.map(({ Name, Value }) => [Name, Value]),
      [
        ["/same", "a parameter"],
        ["/other", "another"],
      ],
    );
    assert.deepEqual(InvalidParameters, ["/not"]);
  });

  it("gives secrets by their names, which may be those of parameters as well", async () => {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: "/same" }));
    assert.equal(SecretString, "a secret");
  });

  it("says of other secrets that they are not there, as AWS does", async () => {
    await assert.rejects(
      secrets.send(new GetSecretValueCommand({ SecretId: "/other" })),
      ResourceNotFoundException,
    );
  });

  it("refuses what the functions have no use for", async () => {
    await assert.rejects(secrets.send(new DescribeSecretCommand({ SecretId: "/same" })), {
      name: "UnknownOperationException",
    });
  });
});
