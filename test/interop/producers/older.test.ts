/** What Jupyter told by before jupyter_events 0.11, handled as a site of its time would, and by the shipped sender. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { SignJWT } from "jose";
import { project } from "../../../build/bundle.ts";
import { temporaryFolder, toldTo } from "../../service/support.ts";
import { pythonWith } from "../support/parts.ts";
import { endpointFile, runWhole } from "../support/whole.ts";
import { runToEnd } from "./older.ts";

const STORE = "store";
const COURSE = "stat101";

const CONTENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1";
const KERNELS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1";
const LAUNCH = "binderhub.jupyter.org/launch";

/** Producers of which a test knows all that they tell by: what they name the hub's events, and how JSON is made of them. */
interface Producer {
  readonly part: string;
  /** As `older_producer.py` knows it. */
  readonly name: string;
  readonly hub: string;
  /** Whether its JSON has the name of a task, as with Python 3.12. */
  readonly taskNames: boolean;
  /** How the time of an event ends that was emitted just now. */
  readonly ending: RegExp;
  /** Whether it keeps back the name of the server, which is null then. */
  readonly withholds?: true;
}

const NEW_HUB = "https://schema.jupyter.org/jupyterhub/events/server-action";
const OLD_HUB = "hub.jupyter.org/server-action";
const PLAIN = /\d\d:\d\d:\d\d\.\d{6}Z$/;

const PRODUCERS: readonly Producer[] = [
  { part: "jupyter-telemetry-0.1", name: "jupyter_telemetry", hub: OLD_HUB, taskNames: true, ending: PLAIN },
  {
    part: "jupyter-events-0.1",
    name: "jupyter_events 0.1",
    hub: OLD_HUB,
    taskNames: false,
    ending: PLAIN,
    withholds: true,
  },
  { part: "jupyter-events-0.6", name: "jupyter_events", hub: NEW_HUB, taskNames: true, ending: PLAIN },
  {
    part: "jupyter-events-0.10",
    name: "jupyter_events",
    hub: NEW_HUB,
    taskNames: false,
    ending: /\d\d:\d\d:\d\d\.\d{6}\+00:00Z$/,
  },
];

/** Yesterday, as no event may be of the future. */
const DAY = new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

const parts = await Promise.all(PRODUCERS.map(({ part }) => pythonWith(part)));
const missing = parts.flatMap((each) => ("missing" in each ? [each.missing] : []));
const skip = missing.length > 0 ? missing.join(" ") : false;

describe("Producers of before jupyter_events 0.11", { skip }, async () => {
  if (skip !== false) return;
  const service = await runWhole({
    files: {
      [`endpoints/${STORE}.yml`]: endpointFile("xapi", [
        "jupyter-server/*",
        "jupyterhub/*",
        "+binderhub/launch:launched",
      ]),
    },
  });
  const sign = (subject: string, role: string): Promise<string> =>
    new SignJWT({ role, course: { id: COURSE } })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(subject)
      .setAudience("jupyter-lms-translator")
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(service.hub.LMS_CONTEXT_KEY));
  const hub = await sign("jupyterhub", "service");

  type Emitted = readonly [schema: string, data: object, at: string | null, token: string];

  /** Emits events; gives the lines of the file that handled them, once all is told. */
  const emit = async (
    { part, name, taskNames }: Pick<Producer, "part" | "name" | "taskNames">,
    events: readonly Emitted[],
  ): Promise<readonly string[]> => {
    const found = await pythonWith(part);
    assert.ok("python" in found);
    const folder = await temporaryFolder();
    const file = join(folder, "events.log");
    const written = await runToEnd(found.python, ["older_producer.py"], folder, {
      LMS_INGEST_URL: service.ingestUrl,
      TEST_SHIPPED: join(project, "examples", "jupyter"),
      TEST_PRODUCER: name,
      TEST_FILE: file,
      TEST_EVENTS: JSON.stringify(events),
      ...(taskNames && { TEST_TASK_NAMES: "1" }),
    });
    assert.deepEqual(JSON.parse(written), { taken: events.length, sent: events.length });
    await toldTo(service, STORE);
    return (await readFile(file, "utf8")).trim().split("\n");
  };

  /** The statements about an actor, or about nobody, the earliest first: verb, time, course and what they are about. */
  const told = (actor: (name: string) => boolean) =>
    service.sandbox
      .statements(STORE)
      .map((each) => Object(each))
      .filter((each) => actor(each.actor.account.name))
      .map(({ verb, timestamp, object, context }) => ({
        verb: endOf(verb.id),
        timestamp,
        object: object.id,
        course: endOf(context.contextActivities?.grouping?.[0].id ?? ""),
        extensions: Object.keys(context.extensions ?? {}).map(endOf),
      }))
      .sort((a, b) => a.timestamp.localeCompare(b.timestamp));

  for (const producer of PRODUCERS) {
    const { part, ending, taskNames, withholds } = producer;
    const learner = `learner-${part.replace(/\W/g, "-")}`;

    it(`of ${part}: its events are statements at the time that they tell`, async () => {
      const server = await sign(learner, "learner");
      const path = `${COURSE}/${learner}.ipynb`;
      const action = (action: string) => ({ action, username: learner, servername: "second" });
      const before = new Date().toISOString();
      const lines = await emit(producer, [
        [CONTENTS, { action: "save", path }, null, server],
        [
          CONTENTS,
          { action: "rename", path: `${COURSE}/b.ipynb`, source_path: path },
          `${DAY}T08:00:00.250`,
          server,
        ],
        [
          KERNELS,
          {
            action: "start",
            kernel_id: "a-kernel",
            kernel_name: "python3",
            status: "success",
            msg: "It starts.",
          },
          `${DAY}T10:00:01.500000+02:00`,
          server,
        ],
        [producer.hub, action("start"), `${DAY}T08:00:02`, hub],
        [producer.hub, action("stop"), `${DAY}T03:00:03.000001-05:00`, hub],
      ]);
      const events = lines.map((each) => JSON.parse(each));
      assert.match(events[0].__timestamp__, ending);
      assert.match(events[4].__timestamp__, /-05:00Z$/);
      for (const event of events) {
        assert.equal(event.__schema_version__, 1);
        assert.equal(Object.hasOwn(event, "taskName"), taskNames);
      }

      assert.deepEqual(
        events.slice(3).map(({ servername }) => servername),
        Array(2).fill(withholds ? null : "second"),
      );

      const now = told((name) => name === learner);
      const [save, ...others] = [...now.slice(-1), ...now.slice(0, -1)];
      assert.deepEqual([save?.verb, save?.course], ["save", COURSE]);
      assert.ok(save?.object.endsWith(`/${path}`));
      assert.ok(save?.timestamp >= before && save?.timestamp <= new Date().toISOString());
      assert.deepEqual(
        others.map(({ verb, timestamp, course, extensions }) => [verb, timestamp, course, extensions]),
        [
          ["update", `${DAY}T08:00:00.250Z`, COURSE, ["renamed-from"]],
          ["interacted", `${DAY}T08:00:01.500Z`, COURSE, []],
          ["logged-in", `${DAY}T08:00:02.000Z`, COURSE, []],
          ["logged-out", `${DAY}T08:00:03.000Z`, COURSE, []],
        ],
      );

      // The log of the same events, handed in later from the same senders, tells nothing new.
      for (const [token, part] of [
        [server, lines.slice(0, 3)],
        [hub, lines.slice(3)],
      ] as const) {
        const answer = await fetch(service.ingestUrl, {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" },
          body: part.join("\n"),
        });
        assert.deepEqual([answer.status, Object(await answer.json()).taken], [202, part.length]);
      }
      await toldTo(service, STORE);
      assert.deepEqual(
        told((name) => name === learner),
        now,
      );
    });
  }

  it("of BinderHub, in its own envelope: a launch is nobody's", async () => {
    const launch = { provider: "GitHub", spec: "jupyter/notebook/main", status: "success" };
    const binder = { part: "jupyter-telemetry-0.1", name: "binderhub", taskNames: true };
    const lines = await emit(binder, [
      [LAUNCH, launch, `${DAY}T08:00:00.250`, await sign("binderhub", "service")],
    ]);
    assert.equal(JSON.parse(lines[0] ?? "").taskName, null);
    const launches = told((name) => !name.startsWith("learner-"));
    assert.deepEqual(
      launches.map(({ verb, timestamp }) => [verb, timestamp]),
      [["launched", `${DAY}T08:00:00.250Z`]],
    );
    assert.ok(launches[0]?.object.endsWith("/binder/GitHub/jupyter/notebook/main"));
  });
});

const endOf = (iri: string): string => iri.split("/").at(-1) ?? "";
