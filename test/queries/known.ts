/** An archive in which all answers are known: a course with an assignment, and what became of it. */
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import {
  type FailedRecord,
  failedLine,
  type QuarantineRecord,
  quarantineLine,
  type Receipt,
  receiptLine,
} from "../../src/archive/records.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { ago, archiveEvents, type Happening } from "./support.ts";

export const bucket: MemoryBucket = memoryBucket();
let numbers = 0;

const HAND_IN = "https://w3id.org/jupyter-lms-translator/events/assignment";

/** The assignment hw1 of stat101, which is due yesterday at noon. */
const act = (
  who: string,
  time: string,
  data: Readonly<Record<string, unknown>>,
  changes: Partial<Happening> = {},
): Happening => {
  const about = { course: "stat101", assignment: "hw1", username: who, ...data };
  return {
    id: `act-${numbers++}`,
    arrived: time,
    source: "assignment/hand-in",
    who,
    course: "stat101",
    event: { __schema__: HAND_IN, __schema_version__: "1", __timestamp__: time, ...about },
    ...changes,
  };
};

const graded = (who: string, score: number): Happening =>
  act(who, ago(1, 20), { action: "graded", score, max_score: 10 }, { role: "service" });

const saves = (who: string, time: string, course: string): Happening => ({
  id: `save-${numbers++}`,
  arrived: time,
  source: "jupyter-server/contents",
  who,
  course,
  event: {
    __schema__: "https://events.jupyter.org/jupyter_server/contents_service/v1",
    __schema_version__: "1",
    // Jupyter's own form of a time.
    __timestamp__: time.replace(".000Z", ".000123+00:00Z"),
    action: "save",
    path: "hw1.ipynb",
  },
});

await archiveEvents(bucket, [
  act("prof", ago(9), { action: "released", due: ago(3, 12) }, { role: "service" }),
  act("prof", ago(8), { action: "released", due: ago(1, 12) }, { role: "service" }),
  // A learner's server has no say in when it is due, nor in grades.
  act("bert", ago(6), { action: "released", due: ago(0, 0) }),
  act("bert", ago(6), { action: "graded", score: 10, max_score: 10 }),
  act("ada", ago(5, 12), { action: "fetched" }),
  act("bert", ago(1, 6), { action: "fetched" }),
  act("cleo", ago(1, 14), { action: "fetched" }),
  act("ada", ago(4, 12), { action: "submitted", attempt: 1 }),
  act("ada", ago(2, 12), { action: "submitted", attempt: 2 }),
  // As it is posted to a server.
  act(
    "bert",
    ago(1, 10),
    {},
    {
      event: {
        schema_id: HAND_IN,
        version: "1",
        timestamp: ago(1, 10),
        data: { action: "submitted", course: "stat101", assignment: "hw1", username: "bert" },
      },
    },
  ),
  graded("ada", 9),
  graded("bert", 4),
  act("cleo", ago(1, 15), { action: "graded", score: 3, max_score: 10 }, { role: "service" }),
  graded("cleo", 6),
  // Released once more, with no word of when it is due.
  act("prof", ago(7), { action: "released" }, { role: "service" }),
  // A grade without points is none.
  act("cleo", ago(1, 22), { action: "graded" }, { role: "service" }),
  act("cleo", ago(1, 23), { action: "graded", max_score: 20 }, { role: "service" }),
]);
await archiveEvents(bucket, [saves("ada", ago(7), "stat101"), saves("dora", ago(10), "data8")]);

/** Test events of the service, which no answer counts. */
const probes = [0, 1, 2].map((hour): Happening => {
  const arrived = ago(1, hour);
  const about = {
    __schema__: "https://w3id.org/jupyter-lms-translator/events/probe",
    __schema_version__: "1",
  };
  return {
    id: `probe-${hour}`,
    arrived,
    source: "translator/probe",
    event: { ...about, __timestamp__: arrived, sent: Date.parse(arrived), tag: "0".repeat(64) },
  };
});
await archiveEvents(bucket, probes);

const receipt = (id: string, event: string, at: string, more: Partial<Receipt> = {}): Receipt => ({
  ...{
    id,
    event,
    translation: "jupyter-server/contents:saved",
    mappingHash: "0123456789ab",
    at,
    status: 200,
  },
  ...more,
});
const later = (time: string, seconds: number): string =>
  new Date(Date.parse(time) + seconds * 1000).toISOString();
const [first = "", second = "", third = ""] = ["act-4", "act-5", "act-6"];
await writeLines(
  bucket,
  prefixOf("receipts", "campus-lrs"),
  [
    receipt("s1", first, later(ago(5, 12), 2)),
    receipt("s2", second, later(ago(1, 6), 4)),
    receipt("s3", third, later(ago(1, 14), 60)),
    // Once more, and what voids.
    receipt("s3", third, later(ago(1, 14), 90)),
    receipt("s4", third, later(ago(1, 14), 90), { voids: true }),
    receipt("f2", "e2", ago(1, 23)),
    receipt("f5s", "f5", ago(1, 23)),
  ].map(receiptLine),
);

await writeLines(
  bucket,
  prefixOf("receipts", "probe"),
  [receipt("p0", "probe-0", later(ago(1, 0), 1))].map(receiptLine),
);

const failure = (id: string, at: string, more: Partial<FailedRecord> = {}): FailedRecord => ({
  ...{
    id,
    event: `e${id}`,
    endpoint: "campus-lrs",
    at,
    mapping: "jupyter-server/contents",
    mappingHash: "0",
  },
  ...{ class: "setAside", reason: "endpoint.refused", detail: "The endpoint answered 422.", status: 422 },
  ...more,
});
await writeLines(
  bucket,
  prefixOf("failed", "campus-lrs"),
  [
    failure("f1", ago(2, 1)),
    failure("f1", ago(2, 3)),
    failure("f2", ago(2, 2)),
    failure("f3", ago(2, 1)),
    failure("f3", ago(2, 2), { class: "again" }),
    failure("f4", ago(3, 1), { replacedBy: "f4b" }),
    // Of an event of which no statement could be made; later, one could.
    { ...failure("f5", ago(3, 1), { class: "mapping", reason: "mapping.failed" }), event: "f5" },
  ].map(failedLine),
);

await writeLines(
  bucket,
  prefixOf("failed", "probe"),
  [failure("p1", ago(1, 1), { endpoint: "probe", status: 403 })].map(failedLine),
);

const quarantined = (id: string, at: string, reason: QuarantineRecord["reason"]): QuarantineRecord => ({
  ...{ id, arrived: at, reason, detail: `A detail of ${id}.`, text: "not JSON at all {" },
});
await writeLines(bucket, prefixOf("quarantine"), [
  quarantineLine(quarantined("q1", ago(3), "schema.unknown")),
  quarantineLine(quarantined("q1", ago(3), "schema.unknown")),
  quarantineLine(quarantined("q2", ago(2), "schema.unknown")),
  quarantineLine(quarantined("q3", ago(1), "json.malformed")),
  quarantineLine(quarantined("q4", ago(1), "time.invalid")),
  quarantineLine({ ...quarantined("q4", ago(1), "time.invalid"), recovered: ago(0, 0), text: "" }),
]);

/** How many events there are. */
export const EVENTS = numbers;
