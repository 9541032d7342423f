import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { startParameters } from "../../local/parameters.ts";
import { accountAt } from "../../src/aws/administer.ts";

const names = Array.from({ length: 23 }, (_, at) => `/store-${at}`);
const local = await startParameters(new Map(names.map((name) => [name, `value of ${name}`])));
after(() => local.stop());
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

describe("Many secrets", () => {
  it("are all found, though Parameter Store gives no more than ten at once", async () => {
    const addresses = { aws: local.address, parameters: local.address };
    const account = accountAt({ stage: "test", region: "us-east-1", credentials, addresses });
    const found = await account.secrets([...names, "/not-there"].map((name) => `ssm:${name}`));
    assert.deepEqual(
      [...found],
      names.map((name) => [`ssm:${name}`, `value of ${name}`]),
    );
    account.close();
  });

  it("are refused where more are asked for, as AWS does", async () => {
    const client = new SSMClient({ region: "us-east-1", endpoint: local.address, credentials });
    await assert.rejects(client.send(new GetParametersCommand({ Names: names.slice(0, 11) })), {
      name: "ValidationException",
    });
    const { Parameters } = await client.send(new GetParametersCommand({ Names: names.slice(0, 10) }));
    assert.equal(Parameters?.length, 10);
    client.destroy();
  });
});
