import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { allKeys, pseudonymKeys } from "../../src/learner/pseudonym-keys.ts";

const LONG = "x".repeat(32);

describe("the keys of pseudonyms", () => {
  it("are refused where the current one is shorter than 32 bytes, without saying what it is", () => {
    for (const short of ["", "secret", `${LONG.slice(1)}\n`])
      assert.throws(
        () => pseudonymKeys({ key: "ssm:/now" }, () => short),
        ({ message }: Error) => /shorter than 32 bytes.*openssl/.test(message) && !message.includes("secret"),
      );
    assert.deepEqual(
      pseudonymKeys({ key: "ssm:/now" }, () => "ä".repeat(16)),
      { key: "ä".repeat(16) },
    );
  });

  it("may have a shorter one before them, whose place a longer one takes", () => {
    const former = { key: "ssm:/before", since: 0, overlap: 1 };
    const values: Readonly<Record<string, string>> = { "ssm:/now": LONG, "ssm:/before": "short" };
    const keys = pseudonymKeys({ key: "ssm:/now", former }, (reference) => values[reference] ?? "");
    assert.deepEqual(allKeys(keys), [LONG, "short"]);
  });
});
