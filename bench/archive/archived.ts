import { type Bucket, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { rawLine } from "../../src/archive/records.ts";
import { eventId } from "../../src/event/id.ts";
import type { Learner } from "../../src/learner/identify.ts";
import type { LearnerTag } from "../../src/learner/tag.ts";

/** The first day of what is made, where nobody names another. */
export const FIRST_DAY = Date.parse("2026-05-04T00:00:00.000Z");

const DAY = 86_400_000;

/** Events of a day, of a batch as the translate function gets them, and learners at work in a batch, and in all. */
export const PER_DAY = 10_000;
const PER_BATCH = 500;
const AT_WORK = 20;
const LEARNERS = 500;

const COURSES = [
  { id: "stat101", label: "STAT 101", title: "Introduction to statistics" },
  { id: "data8", label: "DATA 8", title: "Foundations of data science" },
];

/** Puts events into an archive as the translate function does, so many days from the first on; the same each time. */
export const archiveEvents = async (
  bucket: Bucket,
  tagOf: LearnerTag,
  days: number,
  first = FIRST_DAY,
  perDay = PER_DAY,
): Promise<void> => {
  const learners = Array.from({ length: LEARNERS }, (_, at) => learnerAt(at, tagOf));
  for (let day = 0; day < days; day++) {
    const batches = Array.from({ length: perDay / PER_BATCH }, (_, batch) =>
      batchOf(learners, first + day * DAY, batch, perDay),
    );
    await Promise.all(batches.map((lines) => writeLines(bucket, prefixOf("raw"), lines)));
  }
};

const batchOf = (learners: readonly Learner[], midnight: number, batch: number, perDay: number) => {
  // From eight in the morning until six in the evening.
  const begins = midnight + 8 * 3_600_000 + Math.floor((batch * 10 * 3_600_000 * PER_BATCH) / perDay);
  return Array.from({ length: PER_BATCH }, (_, at) => {
    const learner = learners[(batch * AT_WORK + (at % AT_WORK)) % learners.length];
    if (learner === undefined) throw new Error("There are no learners.");
    const happened = begins + at * 100;
    const { source, event } = eventAt(learner, new Date(happened).toISOString(), at + batch);
    const text = JSON.stringify(event);
    const id = eventId(text, learner.username, learner.server, []);
    return rawLine(id, new Date(begins + 60_000).toISOString(), source, learner, text);
  });
};

const learnerAt = (at: number, tagOf: LearnerTag): Learner => {
  const username = `learner-${String(at).padStart(4, "0")}`;
  const course = COURSES[at % COURSES.length];
  return {
    username,
    tag: tagOf(username),
    server: "/user/",
    ...(course !== undefined && { course }),
    session: { id: `session-${at}`, started: new Date(FIRST_DAY).toISOString() },
    roles: ["Learner"],
    proven: true,
    sender: { role: "learner" },
  };
};

/** What learners do, by turns: they open and save notebooks, start kernels, and run cells. */
const eventAt = ({ course, username }: Learner, time: string, at: number) => {
  const head = (schema: string) => ({
    __timestamp__: time.replace("Z", "001+00:00Z"),
    __schema__: schema,
    __schema_version__: "1",
    __metadata_version__: 1,
  });
  const path = `${course?.id}/exercises/week-${at % 14}/${username}-${at % 40}.ipynb`;
  const contents = head("https://events.jupyter.org/jupyter_server/contents_service/v1");
  switch (at % 4) {
    case 0:
      return { source: "jupyter-server/contents", event: { ...contents, action: "get", path } };
    case 1:
      return { source: "jupyter-server/contents", event: { ...contents, action: "save", path } };
    case 2: {
      const kernel = `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`;
      return {
        source: "jupyter-server/kernel-actions",
        event: {
          ...head("https://events.jupyter.org/jupyter_server/kernel_actions/v1"),
          action: "start",
          kernel_id: kernel,
          kernel_name: "python3",
          status: "success",
          msg: `Kernel ${kernel} was started.`,
        },
      };
    }
    default:
      return {
        source: "jupyterhub/server-action",
        event: {
          ...head("https://schema.jupyter.org/jupyterhub/events/server-action"),
          action: at % 8 === 3 ? "start" : "stop",
          username,
          servername: "",
        },
      };
  }
};
