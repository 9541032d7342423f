import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { odd } from "./deploy-odd.ts";
import { BASIC, deploy, endpoint, refuses, site, TRANSLATOR } from "./deploy-site.ts";
import { parameters } from "./deploy-support.ts";

const named = (reference: string): string => endpoint(`{ scheme: bearer, secret: ${reference} }`);

describe("jlt deploy tells of secrets that are no plain values", { concurrency: 2 }, () => {
  it("that they are lists, binary, or marked for deletion, each at its place", async () => {
    parameters.set("/lms/prod/listed", "CANARY,CANARY");
    odd.set("/lms/prod/listed", "list");
    odd.set("lms/prod/deleted", "deleted");
    odd.set("lms/prod/binary", "binary");
    const made = await site({
      "endpoints/listed.yml": named("ssm:/lms/$stage/listed"),
      "endpoints/deleted.yml": named("secretsmanager:lms/$stage/deleted"),
      "endpoints/binary.yml": named("secretsmanager:lms/$stage/binary"),
    });
    await refuses(made, [], 1, [
      /^endpoints\/listed\.yml:5:33 The secret \/lms\/prod\/listed .* is a StringList, .* as a SecureString\.$/m,
      /^endpoints\/binary\.yml:5:33 The secret lms\/prod\/binary .* is binary, .*--secret-string/m,
      /^endpoints\/deleted\.yml:5:33 .* aws secretsmanager restore-secret --region us-east-1 --secret-id lms\/prod\/deleted$/m,
      /^3 problems/m,
    ]);
  });

  it("that one may not be read, and what is wrong with the others", async () => {
    parameters.set("/lms/prod/not-mine", "CANARY");
    odd.set("/lms/prod/not-mine", "denied");
    odd.set("lms/prod/not-mine", "denied");
    const made = await site({
      "endpoints/a.yml": named("ssm:/lms/$stage/not-mine"),
      "endpoints/b.yml": named("ssm:/lms/$stage/nowhere"),
      "endpoints/c.yml": named("secretsmanager:lms/$stage/not-mine"),
    });
    await refuses(made, [], 1, [
      /^endpoints\/a\.yml:5:33 You may not read the secret \/lms\/prod\/not-mine in Parameter Store .*: it was not looked at\./m,
      /^endpoints\/b\.yml:5:33 There is no secret \/lms\/prod\/nowhere/m,
      /^endpoints\/c\.yml:5:33 You may not read the secret lms\/prod\/not-mine in Secrets Manager/m,
      /^3 problems/m,
    ]);
  });

  it("that the hub's key is missing, which the hub must have, too", async () => {
    const made = await site({ "translator.yml": TRANSLATOR.replace("$stage/hub", "$stage/no-hub") });
    await refuses(made, [], 1, [
      /^translator\.yml:4:8 .* the same as the hub's LMS_CONTEXT_KEY \(a new one, once for both: openssl rand -base64 48 > hub\.key\): aws ssm .* --value file:\/\/hub\.key$/m,
    ]);
  });
});

describe("jlt deploy refuses an endpoint on this machine itself", () => {
  it("at each place that leads there", async () => {
    const made = await site({
      "endpoints/campus-lrs.yml": BASIC.replace("https://store.example.edu", "http://localhost:8080"),
      "endpoints/other.yml": BASIC.replace(
        "{ scheme: basic,",
        "{ scheme: oauth2-client-credentials, clientId: us, tokenUrl: http://127.0.0.1:8080/token,",
      ),
    });
    const ran = await deploy(made, []);
    assert.equal(ran.status, 1);
    assert.deepEqual(await made.deployed(), []);
    assert.match(ran.stderr, /^endpoints\/campus-lrs\.yml:4:6 .*In AWS that is the function itself/m);
    assert.match(ran.stderr, /^endpoints\/other\.yml:5:\d+ This is an address of this machine itself/m);
  });
});
