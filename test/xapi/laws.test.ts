import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { checkHeaders, checkStatement, checkXapi } from "../../src/xapi/check.ts";
import { runs } from "../support/runs.ts";
import { learningLockerRefuses, tinCanRefuses } from "../support/xapi-validators.ts";
import { statements } from "./arbitrary.ts";
import { good } from "./good.ts";

const versions = ["1.0.3", "2.0.0"] as const;

describe("Whatever well-formed statement is made", () => {
  it("passes, and passes two other validators", () => {
    fc.assert(
      fc.property(statements, (statement) => {
        assert.deepEqual(checkXapi(statement, "1.0.3"), []);
        assert.deepEqual(checkXapi({ ...statement, version: "2.0.0" }, "2.0.0"), []);
        assert.equal(learningLockerRefuses(statement), false, "Learning Locker's validator refuses it.");
        assert.equal(tinCanRefuses(statement), false, "Rustici's schema refuses it.");
      }),
      { numRuns: 500 },
    );
  });
});

describe("Whatever is given", () => {
  it("is checked without an exception, with a pointer to what is there", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const version of versions)
          for (const { pointer } of checkXapi(value, version)) assert.ok(reaches(value, pointer), pointer);
      }),
    );
  });

  it("is checked without an exception, even if JSON cannot say it", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
        for (const version of versions) {
          checkXapi(value, version);
          checkStatement(value, version);
          checkHeaders(isObject(value) ? value : {}, version);
        }
      }),
    );
  });

  it("is checked without an exception, however deep it is", () => {
    const deep = (wrap: (inner: unknown) => unknown): unknown =>
      Array.from({ length: 20_000 }).reduce<unknown>((inner) => wrap(inner), {});
    const { plain } = good;
    const object = deep((inner) => ({ ...plain, objectType: "SubStatement", object: inner }));
    const actor = deep((inner) => ({ objectType: "Group", member: [inner] }));
    const extensions = { "https://example.org/deep": deep((inner) => [inner]) };
    const rules = (more: JsonObject) => checkXapi({ ...plain, ...more }, "1.0.3").map(({ rule }) => rule);
    assert.deepEqual(rules({ object }), ["nested-sub-statement"]);
    assert.deepEqual(rules({ actor }), ["group-members"]);
    assert.deepEqual(rules({ result: { extensions } }), []);
    assert.deepEqual(rules({ context: { team: deep((inner) => [inner]) } }), ["wrong-kind"]);
  });
});

describe("Whatever Learning Locker's validator refuses", () => {
  it("is refused, wherever in a good statement something is changed", () => {
    const changes = fc.tuple(fc.constantFrom(...Object.values(good)), fc.nat(), fc.nat(2), fc.jsonValue());
    let refused = 0;
    fc.assert(
      fc.property(changes, ([statement, place, deed, value]) => {
        // It knows no scheme with a sign in it, which RFC 3986 allows; see others.test.ts.
        if (/[a-z][a-z0-9]*[+.-][a-z0-9+.-]*:/i.test(JSON.stringify(value))) return;
        const changed = changedAt(statement, place, deed, value);
        if (!learningLockerRefuses(changed)) return;
        refused += 1;
        assert.notDeepEqual(checkXapi(changed, "1.0.3"), []);
      }),
      { numRuns: runs(1000) },
    );
    assert.ok(refused > 500);
  });
});

/** Whether a JSON pointer leads to something. */
const reaches = (value: unknown, pointer: string): boolean => {
  const keys = pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  let there = value;
  for (const key of keys) {
    if (typeof there !== "object" || there === null || !Object.hasOwn(there, key)) return false;
    there = Object.entries(there).find(([each]) => each === key)?.[1];
  }
  return true;
};

/** A statement with one of its values replaced, dropped, or joined by another. */
const changedAt = (statement: JsonObject, place: number, deed: number, value: unknown): unknown => {
  const copy: unknown = structuredClone(statement);
  const spots = membersOf(copy);
  const [holder, key] = spots[place % spots.length] ?? [{}, ""];
  if (deed === 0) holder[key] = value;
  else if (deed === 1) delete holder[key];
  else holder[`${key}s`] = value;
  return copy;
};

const membersOf = (value: unknown): readonly [Record<string, unknown>, string][] => {
  if (Array.isArray(value)) return value.flatMap(membersOf);
  if (!isRecord(value)) return [];
  return Object.keys(value).flatMap((key) => [[value, key], ...membersOf(value[key])]);
};

const isRecord = (value: unknown): value is Record<string, unknown> => isObject(value);
