import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Clues, type CourseRule, courseReader } from "../../src/learner/course-rules.ts";
import { identify } from "../../src/learner/identify.ts";

const NONE: Clues = { path: [], server: [], group: [] };

const courseOf = (rules: readonly CourseRule[], clues: Partial<Clues>): string | undefined =>
  courseReader(rules)({ ...NONE, ...clues })?.id;

describe("a rule by which a course is told", () => {
  it("finds it in the path of a file, the name of a server, or a group of the hub", () => {
    const cases: readonly (readonly [CourseRule, Partial<Clues>, string | undefined])[] = [
      [{ path: "{course}/*" }, { path: ["stat101/hw1/hw1.ipynb"] }, "stat101"],
      [{ path: "courses/{course}/*" }, { path: ["courses/data8/lab.ipynb"] }, "data8"],
      [{ path: "{course}/*/*" }, { path: ["stat101/hw1.ipynb"] }, undefined],
      [{ path: "{course}/*" }, { path: ["notes.ipynb"] }, undefined],
      [{ server: "{course}" }, { server: ["stat101"] }, "stat101"],
      [{ server: "course-{course}" }, { server: ["lab"] }, undefined],
      [{ group: "course::{course}::*" }, { group: ["staff", "course::phys7::student"] }, "phys7"],
      [{ group: "course::{course}::*" }, { path: ["course::phys7::student"] }, undefined],
    ];
    for (const [rule, clues, expected] of cases) assert.equal(courseOf([rule], clues), expected);
  });

  it("counts in the order of the file", () => {
    const clues = { path: ["a/x"], server: ["b"], group: ["course::c"] };
    const rules: readonly CourseRule[] = [
      { group: "course::{course}" },
      { server: "{course}" },
      { path: "{course}/*" },
    ];
    assert.equal(courseOf(rules, clues), "c");
    assert.equal(courseOf(rules.toReversed(), clues), "a");
  });

  it("may say which courses there are: any other name is none, and the next rule has its turn", () => {
    const rules: readonly CourseRule[] = [
      { path: "{course}/*", among: ["stat101"] },
      { server: "{course}", among: ["lab"] },
    ];
    assert.equal(courseOf(rules, { path: ["stat101/a"], server: ["lab"] }), "stat101");
    assert.equal(courseOf(rules, { path: ["my-thesis/a"], server: ["lab"] }), "lab");
    assert.equal(courseOf(rules, { path: ["my-thesis/a", "stat101/a"] }), "stat101");
    assert.equal(courseOf(rules, { path: ["constructor/a"], server: ["x"] }), undefined);
  });

  it("takes every character but * and {course} for itself", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[!-)+-z|~]{1,20}$/),
        fc.stringMatching(/^[a-z0-9]{1,10}$/),
        (before, id) => {
          assert.equal(courseOf([{ path: `${before}/{course}/*` }], { path: [`${before}/${id}/x`] }), id);
        },
      ),
    );
  });

  it("ends soon, whatever a path is", () => {
    const path = "a/".repeat(100_000);
    const rules = [{ path: "*a*a*a{course}a*b" }, { path: "*/{course}/*/b" }];
    assert.equal(courseOf(rules, { path: [path, "a".repeat(200_000)] }), undefined);
  });

  it("gives the same course as the same object, so that what is known of it is kept", () => {
    const read = courseReader([{ server: "{course}" }]);
    assert.equal(read({ ...NONE, server: ["a"] }), read({ ...NONE, server: ["a"] }));
  });
});

describe("the course of an event", () => {
  const naming = {
    courseOf: courseReader([{ path: "{course}/*" }, { group: "course::{course}" }]),
    tagOf: () => "t",
  };
  const about = { anonymous: false, paths: [["path"], ["cells", "*", "path"]] };
  const sender = {
    subject: "ada",
    role: "learner" as const,
    roles: [],
    groups: ["course::data8"],
    proven: true,
  };
  const trust = { trust: "signed" as const, keys: [] };
  const courseOfEvent = (data: object, more = {}): unknown => {
    const learner = identify({ ...sender, ...more }, { ...data }, about, trust, naming);
    assert.ok("roles" in learner);
    return learner.course?.id;
  };

  it("is the token's before all, then what the rules say of its paths, server and groups", () => {
    assert.equal(courseOfEvent({ path: "stat101/a" }, { course: { id: "phys7" } }), "phys7");
    assert.equal(courseOfEvent({ path: "stat101/a" }), "stat101");
    assert.equal(courseOfEvent({ path: "a" }), "data8");
    assert.equal(courseOfEvent({ cells: [{ path: 1 }, { path: "bio1/a" }] }), "bio1");
    assert.equal(courseOfEvent({ path: 7 }, { groups: [] }), undefined);
  });

  it("makes a learner of each course of one token, each always the same object", () => {
    const one = { ...sender };
    const learnerIn = (path: string) => identify(one, { path }, about, trust, naming);
    assert.equal(learnerIn("stat101/a"), learnerIn("stat101/b"));
    assert.notEqual(learnerIn("stat101/a"), learnerIn("phys7/a"));
  });
});
