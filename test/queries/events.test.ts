/** The view of all events says the same whether a day is a table or not. */
import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { project } from "../../build/bundle.ts";
import { eventReader } from "../../src/event/catalog.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { shippedSite } from "../support/site.ts";
import { ago, archiveEvents, ask, compacted, type Happening, stateWith } from "./support.ts";

const ARRIVED = ago(2);

/** All events that are shipped as examples, in all their envelopes, as far as they are accepted. */
const examples = async (): Promise<readonly Happening[]> => {
  const lines = (await readFile(join(project, "examples/events.ndjson"), "utf8")).trim().split("\n");
  const found: unknown[] = lines.flatMap((line) => {
    try {
      return [JSON.parse(line)].flat();
    } catch {
      return [];
    }
  });
  for await (const file of glob("mappings/*/*/examples.yml", { cwd: project }))
    for (const { event } of parse(await readFile(join(project, file), "utf8"))) found.push(event);
  const read = eventReader((await shippedSite()).schemas);
  return found.flatMap((event, at) => {
    const known = read(event, Date.parse(ARRIVED));
    if ("reason" in known) return [];
    const who = known.schema.anonymous ? {} : { who: `learner-${at % 7}`, course: "stat101" };
    const id = `00000000-0000-5000-8000-${String(at).padStart(12, "0")}`;
    return [{ id, arrived: ARRIVED, source: known.schema.source, event, ...who }];
  });
};

const all = await examples();
const EVENTS =
  "select id, arrived, source, username, tag, course, learner, event, dt, time from events order by id";

describe("The view of all events", () => {
  it("has each of them, with the same in every column, from objects and from tables", async () => {
    assert.ok(all.length > 300);
    const bucket = memoryBucket();
    await archiveEvents(bucket, all);
    const before = await ask(await stateWith(bucket.objects), EVENTS);
    await compacted(bucket);
    const after = await ask(await stateWith(bucket.objects), EVENTS);
    assert.deepEqual([before.unread, after.unread], [[], []]);
    assert.equal(before.rows.length, all.length);
    // The log of a session tells times in a list only, of which SQL takes none.
    const logs = new Set(all.filter(({ source }) => source === "jupyterlab/session-log").map(({ id }) => id));
    const without = (rows: typeof before.rows) =>
      rows.map((row) => (logs.has(String(row[0])) ? row.slice(0, -1) : row));
    assert.deepEqual(without(after.rows), without(before.rows));
    const kept = await ask(await stateWith(bucket.objects), "select distinct kept_as from events");
    assert.deepEqual(kept.rows, [["table"]]);
  });

  it("has an event once that came twice, and that lies in a table and still in its object", async () => {
    const [first, second, ...others] = all;
    if (first === undefined || second === undefined) assert.fail();
    const bucket = memoryBucket();
    await archiveEvents(bucket, [first, second, ...others]);
    const objects = new Map(bucket.objects);
    await compacted(bucket);
    await archiveEvents(bucket, [first]);
    await archiveEvents(bucket, [second]);
    const both = new Map([...bucket.objects, ...objects]);
    const state = await stateWith(both);
    const counts = "select count(*), count(distinct id), count_if(kept_as = 'table') from events";
    assert.deepEqual((await ask(state, counts)).rows, [[all.length, all.length, all.length]]);
    const [[lines]] = (await ask(state, "select count(*) from raw")).rows as [[number]];
    assert.ok(lines > all.length);
  });

  it("has the time that an envelope's form has it in, and no other that lies beside it", async () => {
    const schema = "https://events.jupyter.org/jupyter_server/contents_service/v1";
    const [told, other, later] = [ago(4), ago(9), "2099-01-01T00:00:00Z"];
    const data = { action: "save", path: "x" };
    const forms: readonly (readonly [event: object, time: string])[] = [
      [{ schema, revision: 1, dt: told, timestamp: Date.parse(other) / 1000, event: data }, told],
      [{ schema, revision: 1, timestamp: Date.parse(told) / 1000, event: data }, told],
      // These have no place for a time.
      [{ schema, version: 1, dt: other, event: data }, ARRIVED],
      [{ schema, version: 1, publishTime: later, event: data }, ARRIVED],
      [{ schema_id: schema, timestamp: other, ...data }, ARRIVED],
      [{ schema_id: schema, version: "1", data }, ARRIVED],
      [{ schema_id: schema, version: "1", timestamp: told, data }, told],
      [{ __schema__: schema, __schema_version__: "1", __timestamp__: told, timestamp: other, ...data }, told],
      [{ schema, version: 1, timestamp: told, dt: other, ...data }, told],
      [{ schema, version: 1, publishTime: told, body: data, dt: other }, told],
    ];
    const bucket = memoryBucket();
    const source = "jupyter-server/contents";
    await archiveEvents(
      bucket,
      forms.map(([event], at) => ({ id: `${at}`, arrived: ARRIVED, source, who: "ada", event })),
    );
    const objects = new Map(bucket.objects);
    await compacted(bucket);
    for (const some of [objects, bucket.objects]) {
      const { rows } = await ask(await stateWith(some), "select id, time from events order by id");
      assert.deepEqual(
        rows,
        forms.map(([, time], at) => [`${at}`, time.replace("T", " ").replace(".000Z", "")]),
      );
    }
  });

  it("tells typed values of a source's own table", async () => {
    const bucket = memoryBucket();
    await archiveEvents(bucket, [
      {
        id: "00000000-0000-5000-8000-000000000001",
        arrived: ARRIVED,
        source: "assignment/hand-in",
        who: "ada",
        event: {
          __schema__: "https://w3id.org/jupyter-lms-translator/events/assignment",
          __schema_version__: "1",
          __timestamp__: ARRIVED,
          ...{
            action: "graded",
            course: "c",
            assignment: "a",
            username: "ada",
            attempt: 3,
            score: 8.5,
            max_score: 10,
          },
        },
      },
    ]);
    await compacted(bucket);
    const asked =
      "select action, event_course, attempt + 1, score / max_score, event_username from assignment_hand_in";
    const { rows } = await ask(await stateWith(bucket.objects), asked);
    assert.deepEqual(rows, [["graded", "c", 4, 0.85, "ada"]]);
  });

  it("has what DuckDB knows no text for, such as half of a surrogate pair", async () => {
    const bucket = memoryBucket();
    const texts = [
      '{"a":"\\ud800 x"}',
      '{"a":"\\udc00"}',
      '{"a":"\\ud83d\\ude00"}',
      '{"a":"\\u0000"}',
      '{"a":1e999}',
    ];
    await archiveEvents(
      bucket,
      texts.map((event, at) => ({ id: String(at), arrived: ARRIVED, source: "a/b", who: "ada", event })),
    );
    const { rows, unread } = await ask(
      await stateWith(bucket.objects),
      "select id, username, json_extract_scalar(event, '$.a') from events order by id",
    );
    assert.deepEqual(unread, []);
    assert.deepEqual(
      rows.map(([, username]) => username),
      texts.map(() => "ada"),
    );
    assert.deepEqual(
      rows.slice(0, 4).map(([, , text]) => text),
      ["\ufffd x", "\ufffd", "\u{1f600}", "\u0000"],
    );
  });
});
