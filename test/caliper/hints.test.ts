import assert from "node:assert/strict";
import { test } from "node:test";
import { type CaliperProblem, checkEntity } from "../../src/caliper/check.ts";

/** What is said of a document's properties that all are misspelt in the same way. */
const saidOf = (count: number): readonly CaliperProblem[] => {
  const misspelt = Array.from({ length: count }, (_, at) => [`isPartOf${at}`, "https://example.edu/y"]);
  return checkEntity(
    { id: "https://example.edu/x", type: "Document", ...Object.fromEntries(misspelt) },
    "1.2",
  ).filter(({ rule }) => rule === "unknown-property");
};

test("a wrong word comes with the word that was meant", () => {
  const problems = saidOf(10);
  assert.equal(problems.length, 10);
  for (const { message } of problems) assert.match(message, /did you mean "isPartOf"\?$/);
});

test("where hundreds of words are wrong, all of them are told, and only the first with what was meant", () => {
  const problems = saidOf(1000);
  assert.equal(problems.length, 1000);
  const hinted = problems.filter(({ message }) => message.includes("did you mean"));
  assert.deepEqual(hinted, problems.slice(0, hinted.length));
  assert.ok(hinted.length >= 100 && hinted.length < 500);
});
