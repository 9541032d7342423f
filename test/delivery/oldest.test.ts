import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { oldestIn } from "../../src/delivery/oldest.ts";
import { pack } from "../../src/delivery/pack.ts";

const NOW = 1_800_000_000_000;
const statement = { id: "a", event: "e", translation: "a:b", mapping: "m", text: "{}" };

/** A message that was put into the queue so long ago, of statements whose way began `since`, if that was earlier. */
const message = (age: number, since?: number) => {
  const history = since === undefined ? undefined : { since: NOW - since, tries: 3 };
  const [packed] = pack([statement], { events: 1, bytes: 1000, wait: 0 }, history);
  assert.ok(packed);
  return { body: packed.body, receipt: "r", received: 1, sent: NOW - age };
};

const unreadable = { ...message(999_999), body: "something else" };

describe("how long the oldest of a batch's statements has been on its way", () => {
  it("is counted from its first message on", () => {
    assert.equal(oldestIn([message(10), message(500), message(20)], NOW), 500);
    assert.equal(oldestIn([message(10, 7000), message(500)], NOW), 7000);
  });

  it("leaves out what cannot be read, and is not told where nothing can be", () => {
    assert.equal(oldestIn([unreadable, message(10)], NOW), 10);
    assert.equal(oldestIn([unreadable], NOW), undefined);
    assert.equal(oldestIn([], NOW), undefined);
  });

  it("is nothing where the queue's clock is ahead", () => {
    assert.equal(oldestIn([message(-10)], NOW), 0);
  });
});
