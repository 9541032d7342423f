/** nbgrader with the shipped configuration: a course with a teacher, a learner, and an assignment. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { SignJWT } from "jose";
import { readDated } from "../../../src/archive/read.ts";
import { listener, serving } from "../../support/listener.ts";
import { pythonWith } from "../support/parts.ts";
import { eventually } from "../support/running.ts";
import { runWhole, type Whole } from "../support/whole.ts";
import { ASSIGNMENT, COURSE, DUE, LEARNER, openCourse, SERVICE, solve } from "./nbgrader-course.ts";
import { EVENTS, endpoints, STATEMENTS, type Told, toldBy } from "./nbgrader-told.ts";

const found = await pythonWith("jupyter-extensions");
const skip = "missing" in found ? found.missing : false;
const python = "missing" in found ? "" : found.python;

const folder = await mkdtemp(join(tmpdir(), "interop-nbgrader-"));
const servers = new AsyncDisposableStack();
after(async () => {
  await servers.disposeAsync();
  await rm(folder, { recursive: true, force: true });
});

const tokenOf = ({ hub }: Whole, subject: string, role: "learner" | "service"): Promise<string> =>
  new SignJWT({ role, course: { id: "616", title: "Statistics" } })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(subject)
    .setAudience("jupyter-lms-translator")
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(hub.LMS_CONTEXT_KEY));

describe("nbgrader with the shipped configuration", { skip }, async () => {
  if (skip !== false) return;
  const service = await runWhole({ files: endpoints });
  const LMS_INGEST_URL = service.ingestUrl;
  const [own, graders] = [
    await tokenOf(service, LEARNER, "learner"),
    await tokenOf(service, SERVICE, "service"),
  ];
  const { teacher, learner, submissions } = await openCourse(python, folder, servers, {
    teacher: { LMS_INGEST_URL, LMS_SERVICE_CONTEXT: graders, JUPYTERHUB_USER: SERVICE },
    learner: { LMS_INGEST_URL, LMS_LEARNER_CONTEXT: own, JUPYTERHUB_USER: LEARNER },
  });

  /** The events in the archive, by what was done and who said so, as soon as there are so many. */
  const archived = (count: number): Promise<readonly string[]> =>
    eventually(`${count} events are archived`, async () => {
      const all: string[] = [];
      for await (const { line } of readDated(service.bucket, "raw/")) {
        const { event, learner: by } = Object(line);
        if (String(event.__schema__).endsWith("/events/assignment"))
          all.push(`${event.action} by a ${by.sender.role}`);
      }
      return all.length >= count ? all.sort() : undefined;
    });

  const toldTimes = (times: number): Promise<Told> =>
    eventually(`${times} events have come`, async () => {
      const all = await toldBy(service);
      return all.came >= times ? all : undefined;
    });

  it("tells what teacher and learner do, by commands and in the pages of their servers", async () => {
    const assignment = `/formgrader/api/assignment/${ASSIGNMENT}`;
    await teacher.page("POST", `${assignment}/assign`);
    await teacher.page("PUT", assignment, DUE);
    await teacher.nbgrader(["release_assignment", ASSIGNMENT]);

    const chosen = { course_id: COURSE, assignment_id: ASSIGNMENT };
    await learner.page("POST", "/assignments/fetch", chosen);
    await solve(learner, "def double(n):\n    return n + n");
    await learner.nbgrader(["submit", ASSIGNMENT]);
    await learner.nbgrader(["fetch_assignment", ASSIGNMENT, "--replace"]);
    await learner.nbgrader(["submit", ASSIGNMENT]);
    await solve(learner, "def double(n):\n    return 4");
    await learner.page("POST", "/assignments/submit", chosen);
    assert.equal((await submissions()).length, 3);

    await teacher.page("POST", `${assignment}/collect`);
    await teacher.page("POST", `/formgrader/api/submission/${ASSIGNMENT}/${LEARNER}/autograde`);
    await teacher.page("POST", `${assignment}/generate_feedback`);
    // What a learner could do as well, in their own name, tells nothing.
    await teacher.nbgrader(["release_feedback", ASSIGNMENT], { LMS_SERVICE_CONTEXT: own });
    assert.deepEqual(await archived(7), [
      ...["fetched by a learner", "fetched by a learner", "graded by a learner", "released by a service"],
      ...["submitted by a learner", "submitted by a learner", "submitted by a learner"],
    ]);
    assert.deepEqual((await toldTimes(6)).events, EVENTS.slice(0, 6));

    await teacher.page("POST", `${assignment}/release_feedback`);
    await toldTimes(7);
    // Released again unchanged, it is the same grade.
    await teacher.page("POST", `${assignment}/release_feedback`);
    const { statements, events } = await toldTimes(8);
    assert.deepEqual(statements, STATEMENTS);
    assert.deepEqual(events, EVENTS);
  });

  it("submits whatever becomes of the event, and says so where it could not be sent", async () => {
    await using refusing = await listener(() => ({ status: 403 }));
    const gone = await serving(() => {});
    await gone[Symbol.asyncDispose]();
    const before = (await submissions()).length;
    for (const [url, why] of [
      [refusing.url, /refused them: HTTP 403/],
      [gone.url, /1 events were dropped/],
      ["http://lms.example.edu", /No events are sent\. Set LMS_INGEST_URL/],
    ] as const) {
      const said = await learner.nbgrader(["submit", ASSIGNMENT], { LMS_INGEST_URL: url });
      assert.match(said, SUBMITTED);
      assert.match(said, why);
    }
    assert.equal((await submissions()).length, before + 3);
  });

  it("sends nothing and says nothing where no hub has told whose server it is", async () => {
    await using receiver = await listener(() => ({}));
    const env = { LMS_INGEST_URL: receiver.url, LMS_LEARNER_CONTEXT: "" };
    const said = await learner.nbgrader(["submit", ASSIGNMENT], env);
    assert.match(said, SUBMITTED);
    assert.doesNotMatch(said, /\bevents?\b|\btold\b|Traceback/i);
    assert.deepEqual(receiver.requests, []);
  });
});

const SUBMITTED = /Submitted as: stat hw1/;
