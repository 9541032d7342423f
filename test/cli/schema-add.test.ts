import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { jlt, withShippedSite } from "./support.ts";

const ATTENDANCE = `# From the registry of Example University
$id: https://events.example.edu/attendance/v1
version: 1
title: A learner checks in
type: object
required: [action, session]
properties:
  action:
    enum: [check-in, check-out]
    description: What the learner did.
  session:
    type: string
    description: |
      The session of the course.
      Its number, mostly.
  at: { type: string, format: date-time }
`;

const EVENT = {
  __timestamp__: "2026-11-16T08:06:42.186262+00:00Z",
  __schema__: "https://events.example.edu/attendance/v1",
  __schema_version__: 1,
  action: "check-in",
  session: "week 3",
};

describe("jlt schema add", { concurrency: true }, () => {
  it("takes an administrator to the first statement of a new event without touching code", () =>
    withShippedSite(async (folder) => {
      await writeFile(join(folder, "attendance.v1.yaml"), ATTENDANCE);
      const added = await jlt(folder, ["schema", "add", "attendance.v1.yaml"]);
      assert.equal(added.status, 0);
      assert.match(added.stdout, /^Made mappings\/events\/attendance\/schema\.v1\.yml, /);
      const file = (name: string): string => join(folder, "mappings/events/attendance", name);
      assert.equal(await readFile(file("schema.v1.yml"), "utf8"), ATTENDANCE);
      assert.equal((await jlt(folder, ["check"])).status, 0);

      const starter = await readFile(file("mapping.yml"), "utf8");
      assert.match(starter, /^# yaml-language-server: \$schema=\.\.\/\.\.\/mapping\.schema\.json\n/);
      assert.match(starter, /\n# {3}event\.session +The session of the course\.\n/);
      await writeFile(
        file("mapping.yml"),
        starter
          .replace(/# when: .*/, 'when: event.action == "check-in"')
          .replaceAll("hub.name }", "event.session }"),
      );
      const endpoint = join(folder, "endpoints/campus-caliper.yml");
      const text = await readFile(endpoint, "utf8");
      await writeFile(endpoint, text.replace("translations:", "translations:\n    - events/attendance:*"));
      assert.equal((await jlt(folder, ["check"])).stdout.split(":")[0], "No problems");

      const tried = await jlt(
        folder,
        ["try", "-", "--endpoint", "campus-caliper", "--json"],
        JSON.stringify(EVENT),
      );
      assert.equal(tried.status, 0);
      const { translation, statement } = JSON.parse(tried.stdout);
      assert.deepEqual([translation, statement.object.name], ["events/attendance:happened", "week 3"]);

      const updated = await jlt(folder, ["test", "events/attendance", "--update"]);
      assert.equal(updated.status, 0);
      assert.match(updated.stdout, /happened \(caliper, xapi, json\)/);
      assert.match(
        await readFile(file("examples.yml"), "utf8"),
        /^# yaml-language-server: \$schema=\.\.\/\.\.\/examples\.schema\.json\n/,
      );
      assert.equal((await jlt(folder, ["test"])).status, 0);
    }));

  it("marks as paths the texts that are called so, and keeps the comments of the schema", () =>
    withShippedSite(async (folder) => {
      const schema = `# Ours
$id: https://example.edu/opened
version: 1
properties:
  file_path: # below the server's root
    type: string
  to: { type: object, properties: { filePath: { type: string, description: Where. } } }
  all: { type: array, items: { properties: { path: { type: string, path: false } } } }
  paths: { type: array, items: { type: string } }
  path: { type: integer }
`;
      assert.equal((await jlt(folder, ["schema", "add", "-", "--as", "opened"], schema)).status, 0);
      const text = await readFile(join(folder, "mappings/opened/schema.v1.yml"), "utf8");
      assert.match(text, /^# Ours\n/);
      assert.match(text, /# below the server's root/);
      const { properties } = parse(text);
      assert.deepEqual(
        [properties.file_path.path, properties.to.properties.filePath.path, properties.paths.path],
        [true, true, undefined],
      );
      assert.deepEqual([properties.all.items.properties.path.path, properties.path.path], [false, undefined]);
      assert.equal((await jlt(folder, ["check"])).status, 0);
    }));

  it("takes JSON, ids that are no URLs, versions of every form, and references within the schema", () =>
    withShippedSite(async (folder) => {
      const schema = {
        $id: "binder.example.edu/launch",
        version: "2-beta",
        type: "object",
        required: ["spec", "user-id"],
        properties: {
          spec: { $ref: "#/definitions/spec" },
          "user-id": { type: "string", learner: true },
          all: { type: "array", items: { type: "integer", minimum: 3 }, minItems: 1 },
        },
        definitions: { spec: { type: "object", required: ["ref"], properties: { ref: { enum: ["main"] } } } },
      };
      const args = ["schema", "add", "-", "--as", "launch", "--json"];
      const { status, stdout } = await jlt(folder, args, JSON.stringify(schema));
      assert.deepEqual([status, JSON.parse(stdout).files[0]], [0, "mappings/launch/schema.v2-beta.yml"]);
      assert.match(
        await readFile(join(folder, "mappings/launch/mapping.yml"), "utf8"),
        /=\.\.\/mapping\.schema[\s\S]*event\["user-id"\]/,
      );
      assert.equal((await jlt(folder, ["check"])).status, 0);
      const updated = await jlt(folder, ["test", "launch", "--update"]);
      assert.match(updated.stdout, /happened \(caliper, xapi, json\)/);

      const again = await jlt(folder, args, JSON.stringify({ ...schema, version: 3 }));
      assert.deepEqual(JSON.parse(again.stdout), {
        mapping: "launch",
        files: ["mappings/launch/schema.v3.yml"],
      });
      assert.equal((await jlt(folder, ["check"])).status, 0);
    }));

  it("says where a schema is wrong, and what to do", () =>
    withShippedSite(async (folder) => {
      const wrong: readonly (readonly [string, RegExp])[] = [
        [
          "418 i'm a teapot",
          /^standard input:1:1 A schema is a mapping of keys, such as \$id and properties\.\n$/,
        ],
        [ATTENDANCE.replace(/^version.*\n/m, ""), /The schema lacks version, such as "1"\./],
        [
          ATTENDANCE.replace("  session:", "  __session:"),
          /^standard input:11:3 Rename the property "__session": /m,
        ],
      ];
      for (const [text, message] of wrong) {
        const { status, stderr } = await jlt(folder, ["schema", "add", "-"], text);
        assert.match(stderr, message);
        assert.equal(status, 1);
      }
    }));

  it("overwrites nothing, and takes no name that leads out of mappings/", () =>
    withShippedSite(async (folder) => {
      const shipped = await readFile(join(folder, "mappings/jupyterhub/server-action/schema.v1.yml"), "utf8");
      const refusals: readonly (readonly [readonly string[], string, RegExp])[] = [
        [[], shipped, /mappings\/jupyterhub\/server-action\/schema\.v1\.yml is there already, for https/],
        [
          ["--as", "jupyterhub/server-action"],
          ATTENDANCE,
          /server-action\/schema\.v1\.yml is there already\. /,
        ],
        [["--as", "../elsewhere"], ATTENDANCE, /"\.\.\/elsewhere" is no name for a folder/],
        [["--as", "Big"], ATTENDANCE, /"Big" is no name for a folder/],
        [[], ATTENDANCE.replace(/\$id: .*/, "$id: 活動"), /Choose a name: --as/],
      ];
      for (const [more, text, message] of refusals) {
        const { status, stderr } = await jlt(folder, ["schema", "add", "-", ...more], text);
        assert.match(stderr, message);
        assert.equal(status, 2);
      }
    }));
});
