import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { startSandbox } from "../../local/sandbox/server.ts";
import { accountAt } from "../../src/aws/administer.ts";
import { isThisMachine } from "../../src/document/this-machine.ts";
import { listener } from "../support/listener.ts";
import { examined, of, only, SECRETS } from "./support.ts";

const token = "canary-token-of-this-folder-0123456789";
const sandbox = await startSandbox({ credentials: { store: `Bearer ${token}` } });
after(() => sandbox.stop());

const store = {
  url: "https://lrs.example.edu/xapi",
  auth: "{ scheme: oauth2-client-credentials, tokenUrl: https://login.example.edu/token, clientId: us, method: private_key_jwt, secret: ssm:/store }",
};

describe("of a local service, the doctor", () => {
  it("asks the learning systems that run beside it, with the credentials that these know", async () => {
    const findings = await examined({
      endpoints: { store },
      secrets: { ...SECRETS, "ssm:/store": token },
      service: { kind: "running", sandbox: sandbox.url },
      parts: { stage: undefined, isHere: isThisMachine },
    });
    assert.deepEqual(
      findings.filter(({ end }) => end !== "good").map(({ check }) => check),
      ["build"],
    );
    assert.equal(only("host", findings).told, "127.0.0.1 is this machine itself.");
    assert.equal(sandbox.voided("store").length, 1);
  });

  it("says of a secret that is missing to start it again, which makes it", async () => {
    const findings = await examined({
      endpoints: { store },
      secrets: { "ssm:/store": undefined },
      service: { kind: "running", sandbox: sandbox.url },
      parts: { stage: undefined, isHere: isThisMachine },
    });
    const bad = of("secrets", findings).find(({ end }) => end === "bad");
    assert.equal(bad?.mend, "End it with Ctrl+C, and start it again: npm start");
  });

  it("looks at what it left where it does not run, and asks nobody", async () => {
    const findings = await examined({
      endpoints: { store },
      service: { kind: "left" },
      parts: { stage: undefined },
    });
    assert.equal(only("service", findings).end, "note");
    assert.equal(
      only(
        "backlog",
        findings.filter(({ endpoint }) => endpoint === "store"),
      ).end,
      "good",
    );
    assert.equal(of("secrets", findings).at(-1)?.end, "skipped");
    for (const check of ["host", "certificate", "authentication", "statement", "clock"] as const)
      assert.deepEqual(
        [only(check, findings).end, /does not run/.test(only(check, findings).told)],
        ["skipped", true],
      );
  });
});

describe("the clock of AWS", () => {
  it("is told by the answers of its queues", async () => {
    const date = new Date(Date.now() - 3_600_000).toUTCString();
    await using sqs = await listener(() => ({
      headers: { date },
      text: '{"QueueUrl":"http://127.0.0.1/q"}',
    }));
    const account = accountAt({
      stage: "test",
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      addresses: { aws: sqs.url, parameters: sqs.url },
    });
    assert.equal(account.clockAhead(), undefined);
    await account.queueUrl("events");
    assert.equal(Math.round((account.clockAhead() ?? 0) / 60_000), -60);
    account.close();
  });
});
