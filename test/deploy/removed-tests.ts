import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { deployment, nameOf, skip } from "./deployed.ts";
import { STAGE } from "./deployment.ts";
import { build, REFUSING } from "./site.ts";
import { describeStack, osls } from "./stack.ts";

describe("An endpoint's file that is removed", { skip }, () => {
  it("takes with it what was deployed for it, and nothing else", async () => {
    const { folder, aws, stack } = deployment;
    await rm(join(folder, "endpoints", `${REFUSING}.yml`));
    await build(folder);
    await osls(folder, aws.url, "deploy", "--stage", STAGE);
    const now = await describeStack(stack.name, aws.url);
    const gone = [...stack.resources.keys()].filter((id) => !now.resources.has(id));
    assert.ok(
      gone.length >= 8 && gone.every((id) => id.includes("ExpiredDashkey") || id.includes("expired")),
      gone.join(),
    );
    assert.equal(now.resources.get("Archive")?.name, stack.resources.get("Archive")?.name);
    const QueueName = nameOf(`deliver-${REFUSING}`);
    await assert.rejects(aws.sqs.send(new GetQueueUrlCommand({ QueueName })), /does not exist/);
  });
});
