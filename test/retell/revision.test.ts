import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Statement } from "../../src/delivery/pack.ts";
import { framesFor } from "../../src/endpoint/frame.ts";
import { type EventId, eventId } from "../../src/event/id.ts";
import { type Past, type Reviser, type Revision, reviserOf } from "../../src/retell/revision.ts";
import { checkXapi } from "../../src/xapi/check.ts";
import { isVoiding } from "../../src/xapi/voiding.ts";
import { endpointAt } from "../support/delivering.ts";
import { runs } from "../support/runs.ts";
import { shippedSite } from "../support/site.ts";
import { PSEUDONYM_KEY } from "../support/tokens.ts";
import { learningLockerRefuses, tinCanRefuses } from "../support/xapi-validators.ts";

const HUB = "https://hub.example.edu";
const ARRIVED = "2026-11-22T01:08:00.000Z";
const EVENT: EventId = eventId("an event", "ada", "");
const endpoint = endpointAt("https://lrs.example.edu/xapi", "xapi");
const { settings } = await shippedSite();
const frames = framesFor(endpoint, settings, { key: PSEUDONYM_KEY });
const reviser = reviserOf(endpoint, frames, HUB);

/** What the event's statement at a position says by a version of its mapping; `content` is that version. */
const saying = (content: number, position = 0): Statement => {
  const id = frames.id(EVENT, "notes:taken", position, ARRIVED);
  const text = JSON.stringify({
    id,
    actor: { objectType: "Agent", account: { homePage: HUB, name: "pseudonym" } },
    verb: { id: "http://activitystrea.ms/schema/1.0/save", display: { en: "saved" } },
    object: { objectType: "Activity", id: `${HUB}/files/${position}/${content}` },
    timestamp: "2026-11-22T01:07:49.726Z",
  });
  return { id, event: EVENT, translation: "notes:taken", mapping: `mapping ${content}`, text };
};

const NOTHING: Past = { delivered: new Map(), successors: () => [] };

const revision = (made: ReturnType<Reviser["revise"]>): Revision => {
  assert.ok(typeof made === "object", String(made));
  return made;
};

/** A store as the standard has it, with the receipts of what it accepted, and the ledger. */
const world = () => {
  const store = new Map<string, string>();
  const voided = new Set<string>();
  const delivered = new Map<string, string>();
  const ledger: (readonly string[])[] = [];
  return {
    past: {
      delivered,
      successors: (voiding: string) =>
        ledger.filter((made) => made.slice(0, -1).includes(voiding)).flatMap((made) => made.slice(-1)),
    } satisfies Past,
    has: (id: string): string | undefined => store.get(id),
    /** What the store tells whoever asks it. */
    tells: (): readonly string[] =>
      [...store]
        .filter(([id, text]) => !voided.has(id) && !isVoiding(JSON.parse(text)))
        .map(([, text]) => text),
    write: (made: readonly string[]) => ledger.push(made),
    accept: ({ id, text, mapping }: Statement): void => {
      assert.ok(store.get(id) === undefined || store.get(id) === text, "another statement has this id");
      const { object } = JSON.parse(text);
      if (isVoiding(JSON.parse(text))) {
        assert.ok(store.has(object.id), "it voids what is not there");
        assert.ok(!isVoiding(JSON.parse(store.get(object.id) ?? "")), "it voids what voids");
        voided.add(object.id);
      }
      store.set(id, text);
      delivered.set(id, mapping);
    },
  };
};

/** What a statement says, whatever its id. */
const contentOf = (text: string): unknown => ({ ...JSON.parse(text), id: "" });

describe("a statement that an endpoint has in another form", () => {
  it("is voided, and said anew under an id of its own, in this order", () => {
    const { statements, replaces, made } = revision(reviser.revise(saying(2), "mapping 1", NOTHING));
    const [voiding, anew, ...others] = statements.map(({ text }) => JSON.parse(text));
    assert.deepEqual(others, []);
    assert.deepEqual(replaces, [saying(2).id]);
    assert.deepEqual(
      made,
      statements.map(({ id }) => id),
    );
    assert.deepEqual(
      made,
      [voiding, anew].map(({ id }) => id),
    );
    assert.equal(new Set([...made, ...replaces]).size, 3);
    const { id: _, ...says } = voiding;
    assert.deepEqual(says, {
      actor: {
        objectType: "Agent",
        account: { homePage: `${HUB}/translator`, name: "jupyter-lms-translator" },
      },
      verb: { id: "http://adlnet.gov/expapi/verbs/voided", display: { en: "voided" } },
      object: { objectType: "StatementRef", id: saying(2).id },
    });
    assert.deepEqual({ ...anew, id: saying(2).id }, JSON.parse(saying(2).text));
    for (const { event, translation, mapping } of statements)
      assert.deepEqual([event, translation, mapping], [EVENT, "notes:taken", "mapping 2"]);
  });

  it("is voided by a statement that both versions of xAPI and others' validators take", () => {
    const { statements } = revision(reviser.revise(saying(2), "mapping 1", NOTHING));
    const all = statements.map(({ text }) => JSON.parse(text));
    for (const version of ["1.0.3", "2.0.0"] as const) assert.deepEqual(checkXapi(all, version), []);
    for (const each of all)
      assert.deepEqual([learningLockerRefuses(each), tinCanRefuses(each)], [false, false]);
  });

  it("is left as it is where a receipt says that the same mapping made it, and it was not refused", () => {
    const past = { ...NOTHING, delivered: new Map([[saying(1).id, "mapping 1"]]) };
    assert.equal(reviser.revise(saying(1), undefined, past), "delivered.already");
    assert.equal(reviser.revise(saying(1), "mapping 2", past), "delivered.already");
    revision(reviser.revise(saying(1), "mapping 1", past));
    revision(reviser.revise(saying(2), undefined, past));
  });

  it("cannot be revised by a protocol that has no word for it", () => {
    const past = { ...NOTHING, delivered: new Map([[saying(1).id, "mapping 1"]]) };
    for (const protocol of ["caliper", "json"] as const) {
      const other = reviserOf({ ...endpoint, protocol }, frames, HUB);
      assert.equal(other.revise(saying(2), undefined, past), "cannot.revise");
      assert.equal(other.revise(saying(2), "mapping 2", NOTHING), "cannot.revise");
      assert.equal(other.revise(saying(1), undefined, past), "delivered.already");
    }
  });

  it("is not revised by one that is larger than a batch", () => {
    const small = reviserOf({ ...endpoint, batch: { events: 5, bytes: 300, wait: 0 } }, frames, HUB);
    assert.equal(small.revise(saying(2), "mapping 1", NOTHING), "size.exceeded");
  });

  it("has other ids at each endpoint, and none that can be worked out without its secret", () => {
    const other = reviserOf(
      endpoint,
      framesFor({ ...endpoint, name: "b" }, settings, { key: PSEUDONYM_KEY }),
      HUB,
    );
    const [one, two] = [reviser, other].map(
      (each) => revision(each.revise(saying(2), "mapping 1", NOTHING)).made,
    );
    assert.equal(new Set([...(one ?? []), ...(two ?? [])]).size, 4);
  });

  it("ends as its newest form and no other, however often it changes and whatever gets lost on the way", () => {
    const step = fc.record({
      content: fc.nat(3),
      position: fc.nat(1),
      /** Which of its statements the store gets in the end. */
      gets: fc.constantFrom("all", "all", "first", "last", "none"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const { past, has, tells, write, accept } = world();
        for (const position of [0, 1]) accept(saying(0, position));
        const newest = [0, 0];
        const tell = (content: number, position: number, gets: string): void => {
          const statement = saying(content, position);
          const known = has(statement.id);
          const conflict = known === statement.text ? undefined : statement.mapping;
          const made = reviser.revise(statement, conflict, past);
          assert.deepEqual(reviser.revise(statement, conflict, past), made);
          newest[position] = content;
          if (made === "delivered.already") return;
          assert.ok(typeof made === "object", String(made));
          write(made.made);
          assert.deepEqual(reviser.revise(statement, conflict, past), made, "the ledger knows it by now");
          const { statements } = made;
          for (const [at, each] of statements.entries()) {
            assert.ok(reviser.isRevision(each.id, statement.id, past) || isVoiding(JSON.parse(each.text)));
            const isGot = { all: true, first: at === 0, last: at === statements.length - 1 }[gets] ?? false;
            if (isGot) accept(each);
          }
        };
        for (const { content, position, gets } of steps) tell(content, position, gets);
        for (const position of [0, 1]) tell(newest[position] ?? 0, position, "all");
        assert.deepEqual(
          tells()
            .map(contentOf)
            .map((each) => JSON.stringify(each))
            .sort(),
          newest.map((content, position) => JSON.stringify(contentOf(saying(content, position).text))).sort(),
        );
        for (const position of [0, 1]) {
          const statement = saying(newest[position] ?? 0, position);
          const conflict = has(statement.id) === statement.text ? undefined : statement.mapping;
          assert.equal(reviser.revise(statement, conflict, past), "delivered.already");
        }
      }),
      { numRuns: runs(500) },
    );
  });
});
