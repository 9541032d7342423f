/** jupyterlab-pioneer: its exporters in a server, with the very configuration that docs/ingest.md shows. */
import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { project } from "../../../build/bundle.ts";
import { isObject } from "../../../src/event/json.ts";
import { type JupyterServer, shipped } from "../jupyter/server.ts";
import { pythonWith } from "../support/parts.ts";
import { exported, OWN, pathOf, pioneerEvents } from "./pioneer-events.ts";
import { type Act, runTold, startExtended, type Told, writtenBy } from "./server.ts";

const found = await pythonWith("jupyter-extensions");
const skip = "missing" in found ? found.missing : false;
const python = "missing" in found ? "" : found.python;

const folder = await mkdtemp(join(tmpdir(), "interop-pioneer-"));
after(() => rm(folder, { recursive: true, force: true }));

describe("jupyterlab-pioneer", { skip, concurrency: 2 }, async () => {
  const service = await runTold(["jupyterlab-pioneer/*", "+jupyterlab-pioneer/notebook:*"]);
  const snippets = await snippetsOf("docs/ingest.md", "jupyterlab-pioneer");
  const [remote = "", custom = ""] = snippets;
  const active = remote.slice(remote.indexOf("c.JupyterLabPioneerApp.activeEvents"));
  assert.match(active, /NotebookOpenEvent/);
  const forms = [
    ["its remote exporter, and the token among the variables that it sends", "ada", remote, REMOTE],
    ["an exporter of a site's own, and the shipped sender", "grace", `${custom}\n${active}`, CUSTOM],
  ] as const;

  for (const [what, learner, configuration, answer] of forms)
    it(`is told by ${what}, and nothing else of it comes in`, async () => {
      const token = await service.tokenOf(learner);
      await using server = await startExtended(python, folder, service, token, {
        env: { A_SECRET: OWN, JUPYTER_CONFIG_PATH: await configured(learner, configuration) },
      });
      const [exporter, names] = await exporterOf(server);
      assert.deepEqual(names, ["NotebookOpenEvent", "NotebookSaveEvent", "CellExecuteEvent"]);
      const environ = await server.ask("GET", "/jupyterlab-pioneer/environ");
      assert.deepEqual([Object(environ).LMS_LEARNER_CONTEXT, Object(environ).A_SECRET], [token, OWN]);

      const events = pioneerEvents(environ);
      for (const [at, event] of events.entries())
        assert.deepEqual(
          await server.ask("POST", "/jupyterlab-pioneer/export", exported(event, at, exporter)),
          answer,
        );

      const expected = events.flatMap((event, at) =>
        event.told ? [wanted(event.told, pathOf(event, at))] : [],
      );
      const all = await service.told(
        "all that says something has been told",
        (acts) => of(learner, acts).length >= expected.length,
        server,
      );
      assert.deepEqual(of(learner, all), expected.sort());
      await assertKept(service, learner, events.map(pathOf));
      const written = await writtenBy(service);
      assert.ok(written.includes("NotebookHiddenEvent-10.ipynb"));
      for (const secret of [OWN, token]) assert.ok(!`${written}${server.log()}`.includes(secret));
    });

  it("has in the browser the events that these tests send, and that the schema knows", async () => {
    const names = new Set(pioneerEvents({}).map(({ name }) => name));
    const schema = await readFile(
      join(project, "mappings/jupyterlab-pioneer/notebook/schema.v1.yml"),
      "utf8",
    );
    assert.deepEqual(new Set(schema.match(/(?<=^ +- )\w+Event$/gm)), names);
    const own = join(python, "../../share/jupyter/labextensions/jupyterlab-pioneer/static");
    const texts = await Promise.all((await readdir(own)).map((file) => readFile(join(own, file), "utf8")));
    assert.deepEqual(new Set(texts.join("\n").match(/(?<=[.]id=")\w+Event(?=")/g)), names);
  });
});

/** What the exporters answer: that the address has taken one event; and what the site's own says. */
const REMOTE = {
  exporter: "lms",
  message: { code: 202, reason: "Accepted", body: '{"taken":1,"refused":[]}' },
};
const CUSTOM = { exporter: "lms" };

/** The code that a section of a page shows. */
const snippetsOf = async (page: string, section: string): Promise<readonly string[]> => {
  const text = await readFile(join(project, page), "utf8");
  const [, after = ""] = text.split(`\n## ${section}\n`);
  const [own = ""] = after.split("\n## ");
  return [...own.matchAll(/```python\n(.*?)```/gs)].map(([, code = ""]) => code);
};

/** A folder with this configuration of the extension, and the shipped files beside it, as in /etc/jupyter/. */
const configured = async (name: string, configuration: string): Promise<string> => {
  const etc = join(folder, name);
  await mkdir(etc);
  for (const file of ["jupyter_server_config.py", "lms_events.py"])
    await copyFile(join(shipped, file), join(etc, file));
  await writeFile(join(etc, "jupyter_jupyterlab_pioneer_config.py"), configuration);
  return etc;
};

/** The exporter as the browser gets it and hands it back, and the names of the events that are sent to it. */
const exporterOf = async (server: JupyterServer): Promise<readonly [unknown, readonly string[]]> => {
  const { exporters, activeEvents } = Object(await server.ask("GET", "/jupyterlab-pioneer/config"));
  assert.equal(exporters.length, 1);
  return [{ ...exporters[0], activeEvents }, activeEvents.map(({ name }: { name: string }) => name)];
};

const COURSE = "https://www.example.edu/courses/stat101";

const wanted = (
  { verb, cell, success, error }: NonNullable<ReturnType<typeof pioneerEvents>[number]["told"]>,
  path: string,
): string => {
  const notebook = `https://hub.example.edu/files/${path}`;
  const object = cell === true ? `${notebook}/cells/cell-1` : notebook;
  return [verb, object, cell === true ? notebook : "", COURSE, success ?? "", error ?? ""].join(" ");
};

/** What was told of a learner, in the words of `wanted`. */
const of = (learner: string, acts: readonly Act[]): readonly string[] =>
  acts
    .filter(({ actor }) => actor === learner)
    .map(({ verb, object, parent, course, success, extensions }) =>
      [verb, object, parent ?? "", course, success ?? "", extensions.error ?? ""].join(" "),
    )
    .sort();

/** All events of a learner are archived, those that say nothing as well, and none is in quarantine. */
const assertKept = async (service: Told, learner: string, paths: readonly string[]): Promise<void> => {
  assert.deepEqual(await service.kept("quarantine"), []);
  const own = (await service.kept("raw")).flatMap(({ source, learner: whose, event }) =>
    source === "jupyterlab-pioneer/notebook" && isObject(whose) && whose.username === learner ? [event] : [],
  );
  assert.deepEqual(own.map((event) => pathIn(event)).sort(), [...paths].sort());
};

const pathIn = (event: unknown): string => {
  const { data = event } = Object(event);
  return data.notebookState.notebookPath;
};
