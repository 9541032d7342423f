import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EndpointRow } from "../../workbench/api/endpoints.ts";
import type { GroupOfFailures } from "../../workbench/api/set-aside.ts";
import { stateOf } from "../../workbench/page/endpoint-state.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const filtered = { consent: 0, selection: 0, launch: 0, where: 0, mapping: 0, repeat: 0 };
const account = {
  endpoint: "campus-lrs",
  received: 0,
  delivered: 0,
  filtered,
  setAside: 0,
  waiting: 0,
  overdue: 0,
  unexplained: 0,
};
const row: EndpointRow = {
  name: "campus-lrs",
  title: "The store",
  protocol: "xapi",
  version: "1.0.3",
  url: "https://lrs.example.edu/xapi",
  learners: "pseudonym",
  personalData: "refuse",
  account,
  messages: 0,
  deadLetters: 0,
  perMinute: 0,
  answers: [],
  failures: [],
};
const failures: readonly GroupOfFailures[] = [
  {
    key: "k",
    endpoint: "campus-lrs",
    reason: "endpoint.refused",
    class: "setAside",
    status: 422,
    deliveredBefore: false,
    count: 1200,
    first: "2026-11-22T10:00:00Z",
    last: "2026-11-22T11:00:00Z",
    translations: [],
    detail: "It answered 422.",
    advice: "",
    ids: [],
    events: [],
  },
];
const told = (state: ReturnType<typeof stateOf>): string => `${state.word}. ${state.sentences.join(" ")}`;

describe("How an endpoint is doing", () => {
  it("says that it delivers, where everything was delivered", () => {
    const state = stateOf({ ...row, account: { ...account, received: 3, delivered: 3 } }, NOW);
    assert.equal(state.kind, "good");
    assert.match(told(state), /^Delivers\. Everything .* has been delivered\.$/);
  });

  it("takes what waits for less than ten minutes for what is on its way, and says where nothing was delivered since", () => {
    const waiting = { ...row, account: { ...account, received: 4, delivered: 3, waiting: 1 } };
    const fresh = stateOf({ ...waiting, oldest: "2026-11-22T11:59:01Z" }, NOW);
    assert.equal(told(fresh), "On the way. 1 statement is on the way.");
    assert.equal(fresh.kind, "soft");
    const young = stateOf({ ...waiting, oldest: "2026-11-22T11:50:01Z" }, NOW);
    assert.equal(
      told(young),
      "On the way. 1 statement is on the way. Nothing was delivered yet. To see why, test this endpoint.",
    );
    assert.equal(young.kind, "wait");
    const old = stateOf({ ...waiting, oldest: "2026-11-22T11:49:59Z" }, NOW);
    assert.equal(old.kind, "wait");
    assert.match(told(old), /^Waits\. 1 statement has waited .*test this endpoint\.$/);
  });

  it("says that it delivers only where it has taken something since the oldest that waits came", () => {
    const oldest = "2026-11-22T11:55:00Z";
    const waiting = { ...row, oldest, account: { ...account, received: 4, delivered: 3, waiting: 1 } };
    const answered = (at: string, end: "delivered" | "setAside") =>
      stateOf({ ...waiting, answers: [{ at, status: 200, statements: 1, end }] }, NOW).word;
    assert.equal(answered("2026-11-22T11:56:00Z", "delivered"), "Delivers");
    assert.equal(answered("2026-11-22T11:54:00Z", "delivered"), "On the way");
    assert.equal(answered("2026-11-22T11:56:00Z", "setAside"), "On the way");
    assert.equal(told(stateOf({ ...waiting, perMinute: 1 }, NOW)), "Delivers. 1 statement is on the way.");
  });

  it("does not call a backlog that becomes smaller a standstill", () => {
    const state = stateOf(
      {
        ...row,
        perMinute: 40,
        oldest: "2026-11-22T09:00:00Z",
        account: { ...account, received: 90, waiting: 90 },
      },
      NOW,
    );
    assert.match(told(state), /^Delivers\. It takes statements, but 90 still wait/);
  });

  it("asks for somebody where something is set aside, lost, unexplained, or with the dead letters", () => {
    const state = stateOf(
      {
        ...row,
        failures,
        deadLetters: 1,
        account: { ...account, received: 9, delivered: 9, overdue: 2, unexplained: 3 },
      },
      NOW,
    );
    assert.equal(state.kind, "bad");
    assert.match(
      told(state),
      /^Needs somebody\. 1,200 statements are set aside\. 1 message is with the dead letters.* 2 statements waited .* 3 statements ended without/,
    );
  });

  it("does not ask for somebody about what is set aside for ever, as another statement took its place", () => {
    const replaced = { ...account, received: 2, delivered: 1, setAside: 1 };
    assert.equal(
      told(stateOf({ ...row, account: replaced }, NOW)),
      "Delivers. Everything that it was to be told has been delivered. 1 was set aside, and another was sent in its place.",
    );
    // What is refused although it was delivered before counts as delivered.
    const both = failures.map((each) => ({ ...each, count: 1, deliveredBefore: true }));
    const open = { ...account, received: 5, delivered: 3, setAside: 2 };
    assert.equal(
      told(stateOf({ ...row, account: open, failures: both }, NOW)),
      "Needs somebody. 1 statement is set aside. 2 were set aside, and others were sent in their place.",
    );
  });

  it("tells an endpoint that nothing came for from one that is told of nothing that came", () => {
    assert.equal(told(stateOf(row, NOW)), "Idle. No event has come for it on these days.");
    const silent = { ...account, received: 5, filtered: { ...filtered, where: 5 } };
    assert.match(told(stateOf({ ...row, account: silent }, NOW)), /^Idle\. Events came, but none of them/);
  });
});
