/** Saved queries, of events as nobody would wish for them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryBucket } from "../support/memory-bucket.ts";
import { ago, archiveEvents, askSaved, compacted, type Happening, stateWith } from "./support.ts";

let numbers = 0;

const act = (who: string, time: string, data: Readonly<Record<string, unknown>>): Happening => {
  const about = { course: "stat101", assignment: "hw1", username: who, ...data };
  return {
    id: `act-${numbers++}`,
    arrived: time,
    source: "assignment/hand-in",
    who,
    course: "stat101",
    role: data.action === "released" ? "service" : "learner",
    event: {
      __schema__: "https://w3id.org/jupyter-lms-translator/events/assignment",
      __schema_version__: "1",
      __timestamp__: time,
      ...about,
    },
  };
};

const DUE = ago(3, 12);
const released = act("prof", ago(9), { action: "released", due: DUE });
const submitted = (who: string, time: string): Happening => act(who, time, { action: "submitted" });
const afterDue = (seconds: number): string => new Date(Date.parse(DUE) + seconds * 1000).toISOString();

/** Asks of objects, and of tables; both have to say the same. */
const answers = async (events: readonly Happening[], name: string) => {
  const bucket = memoryBucket();
  await archiveEvents(bucket, events);
  const ofObjects = await askSaved(await stateWith(bucket.objects), name);
  await compacted(bucket);
  assert.deepEqual(await askSaved(await stateWith(bucket.objects), name), ofObjects);
  return ofObjects;
};

describe("A saved query", () => {
  it("tells a learner who was late by minutes from one who was not", async () => {
    const events = [
      released,
      submitted("ada", afterDue(-45 * 60)),
      submitted("bert", afterDue(45 * 60)),
      submitted("cleo", afterDue(20)),
    ];
    const rows = await answers(events, "hand-ins");
    assert.deepEqual(
      rows.slice(0, 2).map(({ username, hours_before_due }) => [username, hours_before_due]),
      [
        ["ada", 0.8],
        ["bert", -0.8],
      ],
    );
    const [starts] = await answers(events, "starts");
    assert.deepEqual([starts?.on_the_last_day, starts?.too_late], [1, 2]);
    assert.deepEqual([starts?.first_hours, starts?.learners], [0.8, 3]);
  });

  it("takes an event for one that came again on the next day", async () => {
    const once = submitted("ada", ago(4));
    const events = [released, once, { ...once, arrived: ago(3) }];
    const [handIn] = await answers(events, "hand-ins");
    assert.deepEqual([handIn?.username, handIn?.hand_ins], ["ada", 1]);
    const [activity] = await answers(events, "last-activity");
    assert.deepEqual([activity?.username, activity?.events], ["ada", 1]);
  });

  it("takes no look at a file for an activity of whoever has left a page open", async () => {
    const look = (who: string, action: string, time: string): Happening => ({
      ...act(who, time, {}),
      source: "jupyter-server/contents",
      event: {
        __schema__: "https://events.jupyter.org/jupyter_server/contents_service/v1",
        __schema_version__: "1",
        __timestamp__: time,
        action,
        path: "hw1.ipynb",
      },
    });
    const events = [look("ada", "save", ago(5)), look("ada", "get", ago(4)), look("eve", "get", ago(4))];
    const rows = await answers(events, "last-activity");
    assert.deepEqual(
      rows.map(({ username, events }) => [username, events]),
      [["ada", 1]],
    );
  });

  it("answers where one event has a text that DuckDB knows none of", async () => {
    const odd = submitted("eve", ago(4));
    const event = JSON.stringify({ ...Object(odd.event), note: "X" }).replace('"X"', '"\\ud800"');
    const events = [released, submitted("ada", ago(5)), { ...odd, event }];
    const [progress] = await answers(events, "progress");
    assert.equal(progress?.submitted, 2);
    const [starts] = await answers(events, "starts");
    assert.equal(starts?.learners, 2);
    const names = async (name: string) => (await answers(events, name)).map(({ username }) => username);
    assert.deepEqual(await names("hand-ins"), ["ada", "eve"]);
    assert.deepEqual(await names("last-activity"), ["ada", "eve"]);
  });
});
