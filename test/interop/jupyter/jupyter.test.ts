/** Jupyter Server and JupyterHub, as others wrote them, with the configuration files of examples/jupyter/. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { promisify } from "node:util";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { project } from "../../../build/bundle.ts";
import { awsVariables, startAws } from "../../../local/aws.ts";
import type { EventMessage } from "../../../src/intake.ts";
import { listener } from "../../support/listener.ts";
import { learnerToken } from "../../support/tokens.ts";
import { eventually } from "../support/running.ts";
import { answerTests } from "./answers.ts";
import { claimsTests } from "./claims.ts";
import { type Accepted, accepted, contextOf, posted, received, valuesOf } from "./events.ts";
import { browser, startHub } from "./hub.ts";
import { ingestTests } from "./ingest.ts";
import { jupyter } from "./install.ts";
import { LTI_13 } from "./launches.ts";
import { senderTests } from "./sender.ts";
import { shipped, startServer } from "./server.ts";

const found = await jupyter();
const skip = "missing" in found ? found.missing : false;
const installed = "missing" in found ? { python: "", proxy: "" } : found;
const { python } = installed;

const folder = await mkdtemp(join(tmpdir(), "interop-jupyter-"));
after(() => rm(folder, { recursive: true, force: true }));

/** The folder of what these tests run in Python. */
const own = join(project, "test", "interop", "jupyter");

const QUEUE = "events";
const inAnHour = Math.floor(Date.now() / 1000) + 3600;

describe("A learner's server with the shipped configuration", { skip, concurrency: 2 }, () => {
  it("tells in the learner's name what is done with files and kernels", async () => {
    const aws = await startAws(join(folder, "aws"));
    after(() => aws.stop());
    aws.makeQueue(QUEUE, { visibility: 30, tries: 5 });
    await using server = await startServer(python, folder, {
      ...awsVariables(aws.address, ""),
      AWS_DEFAULT_REGION: "us-east-1",
      LMS_EVENTS_QUEUE_URL: aws.queueUrl(QUEUE),
      LMS_LEARNER_CONTEXT: await learnerToken("ada", { exp: inAnHour }),
    });

    await server.ask("PUT", "/api/contents/hw1.txt", { type: "file", format: "text", content: "own words" });
    await server.ask("POST", "/api/contents", { copy_from: "hw1.txt" });
    await server.ask("PATCH", "/api/contents/hw1.txt", { path: "hw2.txt" });
    await server.ask("DELETE", "/api/contents/hw2.txt");
    const kernel = idIn(await server.ask("POST", "/api/kernels"));
    await server.ask("POST", `/api/kernels/${kernel}/restart`);
    await server.ask("DELETE", `/api/kernels/${kernel}`);

    const messages: EventMessage[] = [];
    const all = await eventually(
      "all events have come",
      async () => {
        messages.push(...(await received(aws, QUEUE)));
        const events = await accepted(messages);
        return valuesOf(events, "/kernel_actions/v1", "action").has("shutdown") ? events : undefined;
      },
      server,
    );

    const acts = valuesOf(all, "/contents_service/v1", "action");
    assert.deepEqual([...acts].sort(), ["copy", "delete", "get", "rename", "save"]);
    assert.ok(["start", "restart"].every((act) => valuesOf(all, "/kernel_actions/v1", "action").has(act)));
    for (const { learner } of all) {
      const { username, proven, course } = learner;
      assert.deepEqual(
        { username, proven, course },
        { username: "ada", proven: true, course: { id: "stat101" } },
      );
    }
    assert.ok(messages.some(({ attributes }) => attributes["content-encoding"] === "gzip"));
  });

  it("reaches the logger of jupyter-server-nbmodel as well, and each event is sent once", async () => {
    await using ingest = await listener(() => ({}));
    const env = {
      LMS_INGEST_URL: ingest.url,
      LMS_LEARNER_CONTEXT: await learnerToken("ada", { exp: inAnHour }),
    };
    await promisify(execFile)(python, [join(own, "cells.py")], {
      env: { TEST_SHIPPED: shipped, PYTHONDONTWRITEBYTECODE: "1", ...env },
    });
    const told = (await accepted(posted(ingest.requests))).map(
      ({ event }) => event.event_type ?? event.action,
    );
    assert.deepEqual(told, ["save", "execution_start", "execution_end", "delete"]);
  });

  it("runs as ever where no hub has told it whom it is for, and where to send to", async () => {
    await using server = await startServer(python, folder, {});
    await server.ask("PUT", "/api/contents/hw1.txt", { type: "file", format: "text", content: "" });
    await server.end();
    assert.doesNotMatch(server.said(), /lms|Traceback/i);
  });

  it("runs as ever, and says in its log that it sends nothing, where it is told no address to send to", async () => {
    await using server = await startServer(python, folder, { LMS_LEARNER_CONTEXT: "a-token" });
    await server.ask("PUT", "/api/contents/hw1.txt", { type: "file", format: "text", content: "" });
    await server.end();
    assert.match(server.said(), /No events are sent\. Set LMS_INGEST_URL/);
  });
});

const idIn = (answer: unknown): string => {
  assert.ok(typeof answer === "object" && answer !== null && "id" in answer && typeof answer.id === "string");
  return answer.id;
};

describe("A hub with the shipped configuration", { skip }, () => {
  const PAGE = "https://lms-events.example.edu/learner";

  it("signs whom a server is for, and tells of its own what it starts and stops, and by whom", async () => {
    await using ingest = await listener(() => ({}));
    const env = {
      LMS_INGEST_URL: `${ingest.url}/events`,
      LMS_LEARNER_PAGE: PAGE,
      LMS_CONTEXT_KEY_ID: "2027",
    };
    await using hub = await startHub(installed, { folder, claims: LTI_13, env });
    const told = (what: string, is: (each: Accepted) => boolean): Promise<Accepted> =>
      eventually(what, async () => (await accepted(posted(ingest.requests))).find(is), hub.running);
    const acted =
      (action: string) =>
      ({ event }: Accepted): boolean =>
        event.action === action;

    const { get, logIn } = browser(hub.url);
    assert.match((await get("/hub/lms")).path, /^\/hub\/login/);
    const page = await logIn("Ada");
    assert.deepEqual([page.status, page.path], [200, "/hub/lms"]);
    assert.match(
      page.text,
      /<form method="post" action="https:\/\/lms-events\.example\.edu\/learner\/sign-in">/,
    );
    assert.equal(page.headers.get("cache-control"), "no-store");
    assert.match(
      page.headers.get("content-security-policy") ?? "",
      /form-action https:\/\/lms-events\.example\.edu;/,
    );
    const [, short = ""] = /name="token" value="([^"]+)"/.exec(page.text) ?? [];
    const { iat = 0, exp = 0 } = decodeJwt(short);
    assert.deepEqual([(await contextOf(short)).subject, exp - iat], ["ada", 300]);

    await get("/hub/spawn");
    const start = await told("the hub tells of the start", acted("start"));
    assert.deepEqual(start.learner.sender, { role: "service", initiator: "learner" });
    assert.deepEqual([start.learner.username, start.learner.course], ["ada", LTI_13_COURSE]);

    const { token } = Object(await hub.cull("POST", "/hub/api/users/ada/tokens", {}));
    await eventually("the server answers", async () =>
      (await fetch(`${hub.url}/user/ada/api`)).ok ? true : undefined,
    );
    await fetch(`${hub.url}/user/ada/api/contents/hw1.txt`, {
      method: "PUT",
      headers: { authorization: `token ${token}` },
      body: JSON.stringify({ type: "file", format: "text", content: "" }),
    });
    const save = await told("the learner's server tells of the file", acted("save"));
    assert.deepEqual(save.learner.sender, { role: "learner" });
    assert.deepEqual([save.learner.username, save.learner.course], ["ada", LTI_13_COURSE]);
    const [own = ""] = ingest.requests.flatMap(({ body, headers }) =>
      body.includes("contents_service") ? [headers.authorization?.slice("Bearer ".length) ?? ""] : [],
    );
    const { roles, lmsUser } = await contextOf(own);
    assert.deepEqual({ roles, lmsUser, kid: decodeProtectedHeader(own).kid }, LTI_13_REST);
    const { names, key } = await hub.environment();
    assert.deepEqual(
      [names.filter((name) => name.startsWith("LMS_")), key],
      [["LMS_INGEST_URL", "LMS_LEARNER_CONTEXT"], false],
    );

    await hub.cull("DELETE", "/hub/api/users/ada/server");
    const stop = await told("the hub tells of the stop", acted("stop"));
    assert.deepEqual(stop.learner.sender, { role: "service", initiator: "culler" });
    assert.deepEqual([stop.learner.username, stop.learner.course], ["ada", LTI_13_COURSE]);
  });

  const LTI_13_COURSE = { id: "course-7", label: "STAT 101", title: "Introduction to statistics" };
  const LTI_13_REST = {
    roles: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
    lmsUser: "a-user-of-the-lms",
    kid: "2027",
  };
});

claimsTests(python, skip);
senderTests(python, () => folder, skip);
ingestTests(python, skip);
answerTests(python, skip);
