import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { type LocalAws, startAws, startAwsApart } from "../../local/aws.ts";
import { startService } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { queueDepth, sendMessages } from "../../src/aws/queue.ts";
import { temporaryFolder } from "./support.ts";

const LONG = { visibility: 600, tries: 5 };

/** The addresses of this machine by which others reach it. */
const others = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .filter(({ family, internal }) => family === "IPv4" && !internal)
  .map(({ address }) => address);

const reachable = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

describe("The embedded AWS", () => {
  const kinds: Readonly<Record<string, (folder: string) => Promise<LocalAws>>> = {
    "in this thread": startAws,
    "in a thread of its own": startAwsApart,
  };
  for (const [where, start] of Object.entries(kinds)) {
    it(`${where} is there for this machine only`, { skip: others.length === 0 }, async () => {
      const aws = await start(await temporaryFolder());
      try {
        assert.match(aws.address, /^http:\/\/127\.0\.0\.1:/);
        assert.ok(await reachable(aws.address));
        for (const address of others)
          assert.ok(!(await reachable(aws.address.replace("127.0.0.1", address))), "It is open to others.");
      } finally {
        await aws.stop();
      }
    });

    it(`${where} finds again what it has left, hidden or not`, async () => {
      const folder = await temporaryFolder();
      const first = await start(folder);
      await first.makeBucket("archive");
      await first.makeQueue("events", LONG);
      const bodies = Array.from({ length: 25 }, (_, at) => `${at}`);
      const sent = await sendMessages(first.sqs, first.queueUrl("events"), bodies);
      assert.ok(sent.every((each) => each));
      const received = new ReceiveMessageCommand({
        QueueUrl: first.queueUrl("events"),
        MaxNumberOfMessages: 10,
      });
      assert.equal((await first.sqs.send(received)).Messages?.length, 10);
      await first.stop();

      const second = await start(folder);
      try {
        await second.makeQueue("events", LONG);
        assert.equal(await queueDepth(second.sqs, second.queueUrl("events")), 25);
        const { Buckets = [] } = await second.s3.send(new ListBucketsCommand({}));
        assert.deepEqual(
          Buckets.map(({ Name }) => Name),
          ["archive"],
        );
      } finally {
        await second.stop();
      }
    });
  }

  it("has lost nothing that it took when its process is killed", async () => {
    const folder = await temporaryFolder();
    const killed = spawn(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        fileURLToPath(new URL("./taking.ts", import.meta.url)),
        folder,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const lines = createInterface(killed.stdout);
    const taken: string[] = [];
    for await (const line of lines) {
      taken.push(line);
      if (taken.length === 20) killed.kill("SIGKILL");
    }
    if (killed.exitCode === null && killed.signalCode === null) await once(killed, "exit");
    assert.ok(taken.length >= 20);
    const aws = await startAws(folder);
    try {
      // Ten were taken for each line; more of them may have been than it came to say.
      assert.ok((await queueDepth(aws.sqs, aws.queueUrl("events"))) >= taken.length * 10);
    } finally {
      await aws.stop();
    }
  });
});

describe("The local service", () => {
  it("starts nothing where its functions cannot be built", async () => {
    const state = await openState(join(await temporaryFolder(), "state"), true);
    const site = await readSite(project);
    let aws: LocalAws | undefined;
    const starting = startService({
      state,
      dist: "nowhere",
      built: Promise.reject(new Error("Not built.")),
      site,
      openAws: async (folder) => {
        aws = await startAwsApart(folder);
        return aws;
      },
    });
    await assert.rejects(starting, /Not built/);
    assert.ok(aws !== undefined && !(await reachable(aws.address)));
  });
});
