/** A real JupyterHub with the shipped configuration, whose SQS is silent while learners' servers start. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { startAws } from "../../../local/aws.ts";
import { eventually } from "../support/running.ts";
import { accepted, received } from "./events.ts";
import { browser, startHub } from "./hub.ts";
import { setting } from "./install.ts";
import { LTI_13 } from "./launches.ts";
import { shipped } from "./server.ts";
import { frontOf } from "./trouble-front.ts";
import { toQueue } from "./trouble-server.ts";

const jupyter = await setting();
const { skip, folder } = jupyter;

const QUEUE = "events";
const LEARNERS = ["ada", "bob"];

describe("A hub whose SQS is silent", { skip }, () => {
  it("lets learners in, starts their servers and stops them, and tells all of it when SQS answers again", async () => {
    const aws = await startAws(join(folder, "aws-silent"));
    after(() => aws.stop());
    aws.makeQueue(QUEUE, { visibility: 30, tries: 5 });
    await using front = await frontOf(aws.address);
    const sends = toQueue(front.url, aws.queueUrl(QUEUE));
    await front.be("silent");
    await using hub = await startHub(jupyter, {
      folder,
      claims: LTI_13,
      env: {
        ...sends,
        LMS_LEARNER_PAGE: "https://lms-events.example.edu/learner",
        // With SQS, a learner's server needs credentials of its own.
        TEST_SERVER_ENVIRONMENT: JSON.stringify({ ...sends, JUPYTER_CONFIG_PATH: shipped }),
      },
    });
    const servers = async (learner: string) =>
      Object(await hub.cull("GET", `/hub/api/users/${learner}`)).servers;
    const start = async (learner: string): Promise<void> => {
      const { get, logIn } = browser(hub.url);
      assert.equal((await logIn(learner)).status, 200);
      await get("/hub/spawn");
      await eventually(
        `the server of ${learner} is there`,
        async () => ((await servers(learner))[""]?.ready === true ? true : undefined),
        hub.running,
      );
    };

    const [first = "", ...others] = LEARNERS;
    await start(first);
    await eventually(
      "SQS holds a request",
      async () => (front.seen.held > 0 ? true : undefined),
      hub.running,
    );
    for (const learner of others) await start(learner);
    await hub.cull("DELETE", `/hub/api/users/${first}/server`);
    assert.deepEqual(await servers(first), {});
    // The hub has answered all this, and SQS not one request.
    assert.deepEqual([front.seen.answered, front.seen.handedOn], [0, 0]);

    await front.be("well");
    const wanted = ["ada start", "ada stop", "bob start"];
    const messages: Awaited<ReturnType<typeof received>>[number][] = [];
    const told = await eventually(
      "the hub has told all",
      async () => {
        messages.push(...(await received(aws, QUEUE)));
        const acts = (await accepted(messages)).flatMap(({ event }) =>
          String(event.__schema__).includes("server-action") ? [`${event.username} ${event.action}`] : [],
        );
        return acts.length >= wanted.length ? acts : undefined;
      },
      hub.running,
    );
    assert.deepEqual([...told].sort(), wanted);
  });
});
