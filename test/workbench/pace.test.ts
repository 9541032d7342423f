import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { watchPace } from "../../workbench/page/pace.ts";

describe("The pace of a number that is watched", () => {
  const after = (...seen: readonly (readonly [second: number, number: number])[]): number | undefined => {
    const pace = watchPace();
    return seen.map(([second, number]) => pace("accepted", number, second * 1000)).at(-1);
  };

  test("is nothing at first, however large it is", () => {
    assert.equal(after([0, 1000]), 0);
  });

  test("is what came while it was watched, and no more than in a minute", () => {
    assert.equal(after([0, 1000], [1, 1010], [2, 1040]), 40);
    assert.equal(after([0, 0], [30, 100], [60, 150], [90, 175]), 75);
  });

  test("ends when nothing comes any more", () => {
    assert.equal(after([0, 0], [10, 100], [40, 100], [71, 100]), 0);
  });

  test("begins anew where the number is counted anew", () => {
    assert.equal(after([0, 500], [1, 600], [2, 20]), 0);
    assert.equal(after([0, 500], [1, 20], [2, 25]), 5);
  });

  test("is told for each name by itself", () => {
    const pace = watchPace();
    pace("a", 1, 0);
    pace("b", 100, 0);
    assert.equal(pace("a", 3, 1000), 2);
  });
});
