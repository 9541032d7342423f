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
import { accountAt } from "../../src/aws/administer.ts";
import { NotPlain } from "../../src/aws/secrets.ts";

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

describe("the administrator's command", () => {
  it("reads a secret as the functions do: without quotes around it, and not where it is an object", async () => {
    const kept = new Map([
      ["/plain", "a secret"],
      ["/quoted", '"a secret"'],
      ["/object", '{"password":"hush"}'],
    ]);
    const local = await startParameters(kept);
    const account = accountAt({
      stage: "test",
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      addresses: { aws: local.address, parameters: local.address },
    });
    try {
      for (const store of ["ssm", "secretsmanager"]) {
        for (const name of ["/plain", "/quoted"])
          assert.equal(await account.secret(`${store}:${name}`), "a secret");
        await assert.rejects(
          account.secret(`${store}:/object`),
          (error) => error instanceof NotPlain && !error.message.includes("hush"),
        );
      }
    } finally {
      account.close();
      await local.stop();
    }
  });
});
