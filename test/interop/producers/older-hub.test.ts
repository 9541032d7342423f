/** JupyterHub 4, the last that tells by jupyter_telemetry, with the shipped files and two lines more. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../../build/bundle.ts";
import { readDated } from "../../../src/archive/read.ts";
import { temporaryFolder, toldTo } from "../../service/support.ts";
import { browser, startHub } from "../jupyter/hub.ts";
import { jupyter } from "../jupyter/install.ts";
import { LTI_13 } from "../jupyter/launches.ts";
import { shipped } from "../jupyter/server.ts";
import { pythonWith } from "../support/parts.ts";
import { eventually } from "../support/running.ts";
import { endpointFile, runWhole } from "../support/whole.ts";

const STORE = "store";

const [older, others] = [await pythonWith("jupyterhub-4"), await jupyter()];
const missing = "missing" in older ? older.missing : "missing" in others ? others.missing : false;

describe("JupyterHub 4", { skip: missing }, () => {
  it("tells of its learners' starts and stops, and mints what their servers tell under", async () => {
    assert.ok("python" in older && "proxy" in others);
    const service = await runWhole({
      files: { [`endpoints/${STORE}.yml`]: endpointFile("xapi", ["jupyterhub/*", "jupyter-server/*"]) },
    });
    await using hub = await startHub(
      { python: older.python, proxy: others.proxy },
      {
        folder: await temporaryFolder(),
        claims: LTI_13,
        env: {
          ...service.hub,
          LMS_INGEST_URL: service.ingestUrl,
          LMS_LEARNER_PAGE: "https://lms-events.example.edu/learner",
          TEST_SHIPPED: join(project, "test", "interop", "producers", "older_hub_config.py"),
          TEST_SHIPPED_HUB: join(shipped, "jupyterhub_config.py"),
        },
      },
    );

    /** Waits until a statement with this verb is there. */
    const told = (verb: string) =>
      eventually(
        `there is a statement "${verb}"`,
        async () => {
          await toldTo(service, STORE);
          return service.sandbox
            .statements(STORE)
            .map((each) => Object(each))
            .find((each) => each.verb.id.endsWith(`/${verb}`));
        },
        hub.running,
      );

    const { get, logIn } = browser(hub.url);
    const page = await logIn("Ada");
    assert.deepEqual([page.status, page.path], [200, "/hub/lms"]);
    await get("/hub/spawn");
    const start = await told("logged-in");
    const { token } = Object(await hub.cull("POST", "/hub/api/users/ada/tokens", {}));
    await eventually("the server answers", async () =>
      (await fetch(`${hub.url}/user/ada/api`)).ok ? true : undefined,
    );
    await fetch(`${hub.url}/user/ada/api/contents/hw1.txt`, {
      method: "PUT",
      headers: { authorization: `token ${token}` },
      body: JSON.stringify({ type: "file", format: "text", content: "" }),
    });
    const save = await told("save");
    const answer = await fetch(`${hub.url}/hub/api/users/ada/server`, {
      method: "DELETE",
      headers: { authorization: `token ${token}` },
    });
    assert.equal(answer.status, 204);
    const stop = await told("logged-out");
    await get("/hub/spawn");
    // The hub refuses as long as the server starts.
    await eventually("the culler may stop it", () =>
      hub.cull("DELETE", "/hub/api/users/ada/server").then(
        () => true,
        () => undefined,
      ),
    );
    const end = await told("abandoned");

    for (const { actor, context } of [start, save, stop, end]) {
      assert.equal(actor.account.name, "ada");
      assert.match(context.contextActivities.grouping[0].id, /\/courses\/course-7$/);
    }
    const events: (readonly [time: string, ...unknown[]])[] = [];
    for await (const { line } of readDated(service.bucket, "raw/")) {
      const { event, learner } = Object(line);
      if (event.__schema__ === "hub.jupyter.org/server-action")
        events.push([event.__timestamp__, event.__schema_version__, event.action, learner.sender]);
    }
    const by = (initiator: string) => ({ role: "service", initiator });
    assert.deepEqual(
      events.sort(([one], [other]) => one.localeCompare(other)).map(([, ...rest]) => rest),
      [
        [1, "start", by("learner")],
        [1, "stop", by("learner")],
        [1, "start", by("learner")],
        [1, "stop", by("culler")],
      ],
    );
    for await (const each of readDated(service.bucket, "quarantine/")) assert.fail(JSON.stringify(each.line));
  });
});
