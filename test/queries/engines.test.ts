/** DuckDB answers as Athena does, also where it would not by itself; and wherever the archive lies. */
import assert from "node:assert/strict";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { memoryBucket } from "../support/memory-bucket.ts";
import { ago, archiveEvents, ask, compacted, stateWith } from "./support.ts";

const empty = await stateWith(new Map());
const value = async (sql: string) => (await ask(empty, `select ${sql}`)).rows[0];

describe("DuckDB, as Athena,", () => {
  it("divides whole numbers into whole ones, and others as they are", async () => {
    assert.deepEqual(await value("5 / 2, -7 / 2, 5.0 / 2, cast(5 as double) / 2, 1 / nullif(0, 0)"), [
      ...[2, -3, 2.5, 2.5],
      null,
    ]);
    assert.deepEqual(
      await value("date_diff('minute', timestamp '2026-01-01', timestamp '2026-01-02') / 100"),
      [14],
    );
  });

  it("finds names in brackets, as of those with a hyphen", async () => {
    const json = `'{"a-b": {"c.d": [1, "x"]}, "e": 2}'`;
    assert.deepEqual(
      await value(
        `json_extract_scalar(${json}, '$["a-b"]["c.d"][1]'), json_extract_scalar(${json}, '$.e'),
        json_extract_scalar(json_extract(json_parse(${json}), '$["a-b"]'), '$["c.d"][0]')`,
      ),
      ["x", "2", "1"],
    );
  });

  it("finds nothing in what is no JSON, where nobody says that it must be", async () => {
    assert.deepEqual(
      await value("json_extract('no', '$.a'), json_extract_scalar('no', '$.a'), try(json_parse('no'))"),
      [null, null, null],
    );
  });
});

describe("An archive", () => {
  it("is read as it is in any folder, whatever this is called", async () => {
    const bucket = memoryBucket();
    const event = {
      __schema__: "https://events.jupyter.org/jupyter_server/contents_service/v1",
      __schema_version__: "1",
      __timestamp__: ago(3),
      ...{ action: "save", path: "x.ipynb" },
    };
    const source = "jupyter-server/contents";
    await archiveEvents(bucket, [{ id: "a", arrived: ago(3), source, who: "ada", event }]);
    const objects = new Map(bucket.objects);
    await compacted(bucket);
    const dt = ago(3).slice(0, 10);
    for (const [kept, some] of Object.entries({ object: objects, table: bucket.objects })) {
      const state = await stateWith(some);
      for (const name of [
        "dt=2020-01-01/hour=3",
        "id=5",
        "source=x",
        "my[ab]",
        "what?",
        "star*",
        "it's",
        "a\nb",
      ]) {
        const folder = join(state, "in", name);
        await mkdir(folder, { recursive: true });
        await cp(join(state, "s3"), join(folder, "s3"), { recursive: true });
        const asked = `select id, dt, kept_as, source from events where dt = '${dt}'`;
        assert.deepEqual(await ask(folder, asked), { rows: [["a", dt, kept, source]], unread: [] }, name);
        const hours = await ask(folder, "select hour from raw");
        assert.deepEqual(hours.rows, kept === "object" ? [[9]] : [], name);
      }
    }
  });
});
