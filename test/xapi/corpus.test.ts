import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkXapi, type XapiVersion } from "../../src/xapi/check.ts";
import { learningLockerRefuses, tinCanRefuses } from "../support/xapi-validators.ts";
import { examples, good, goodInTwo } from "./good.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import { learningLockerAllows, tinCanAllows } from "./stricter.ts";

const expected = examples();
const mutants = mutantsOf({ ...good, ...expected });
const mutantsOfTwo = mutantsOf(goodInTwo);

const passing = (some: readonly Mutant[], version: XapiVersion): readonly string[] =>
  some.filter(({ statement }) => checkXapi(statement, version).length === 0).map(({ name }) => name);

/** What was done to the mutants that a validator lets pass. */
const allowedBy = (refuses: (statement: unknown) => boolean): readonly string[] => {
  const allowed = mutants.filter(({ statement }) => !refuses(statement));
  return [
    ...new Set(allowed.map(({ deed }) => deed.replace(/ as (an extension's name|a language)$/, ""))),
  ].sort();
};

describe("Good statements", () => {
  for (const [name, statement] of Object.entries(good))
    it(`pass in both versions, and two other validators: ${name}`, () => {
      assert.deepEqual(checkXapi(statement, "1.0.3"), []);
      assert.deepEqual(checkXapi({ ...statement, version: "2.0.0" }, "2.0.0"), []);
      assert.equal(learningLockerRefuses(statement), false);
      assert.equal(tinCanRefuses(statement), false);
    });

  it("pass in 2.0.0 where only it has them", () => {
    for (const [name, statement] of Object.entries(goodInTwo))
      assert.deepEqual(checkXapi(statement, "2.0.0"), [], name);
  });
});

describe("The statements that the examples beside the mappings expect", () => {
  it("are found", () => assert.ok(Object.keys(expected).length >= 10));

  it("pass in both versions, and two other validators", () => {
    for (const [name, statement] of Object.entries(expected)) {
      assert.deepEqual(checkXapi(statement, "1.0.3"), [], name);
      assert.deepEqual(checkXapi(statement, "2.0.0"), [], name);
      assert.equal(learningLockerRefuses(statement), false, name);
      assert.equal(tinCanRefuses(statement), false, name);
    }
  });
});

describe("Statements with one thing wrong", () => {
  it("are many", () => {
    assert.ok(mutantsOf(good).length >= 4000);
    assert.ok(mutantsOf(expected).length >= 500);
    assert.ok(mutantsOfTwo.length >= 500);
  });

  it("are all refused by 1.0.3", () => assert.deepEqual(passing(mutants, "1.0.3"), []));

  it("are all refused by 2.0.0", () => assert.deepEqual(passing([...mutants, ...mutantsOfTwo], "2.0.0"), []));

  it("are let pass by Learning Locker's validator only where the standard says otherwise", () =>
    assert.deepEqual(allowedBy(learningLockerRefuses), Object.keys(learningLockerAllows).sort()));

  it("are let pass by Rustici's schema only where the standard says otherwise", () =>
    assert.deepEqual(allowedBy(tinCanRefuses), Object.keys(tinCanAllows).sort()));
});
