import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { rawLine } from "../../src/archive/records.ts";
import { readUuid, type Words, writeUuid } from "../../src/archive/uuid.ts";
import { eventTable } from "../../src/replay/events.ts";
import { DAMAGED, fitting } from "../../src/replay/fits.ts";
import { hadTable } from "../../src/replay/had.ts";
import { paceOf } from "../../src/replay/pace.ts";

const AT = "2026-11-22T01:08:00.000Z";

describe("UUIDs as numbers", () => {
  it("are read and written again, every digit of them, wherever they stand", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string(), (id, before) => {
        const words: Words = [0, 0, 0, 0];
        assert.ok(readUuid(`${before}${id}…`, before.length, words));
        assert.equal(writeUuid(...words), id);
      }),
    );
  });

  it("are nothing else", () => {
    const id = randomUUID();
    for (const text of [
      "",
      id.slice(1),
      id.toUpperCase().replace(/\d/g, "A"),
      id.replace("-", "0"),
      `g${id.slice(1)}`,
    ])
      assert.ok(!readUuid(text, 0, [0, 0, 0, 0]), text);
  });
});

describe("a table of events", () => {
  it("knows each once, whatever their number, and how many of its lines are to come", () => {
    const ids = Array.from({ length: 40_000 }, () => randomUUID());
    const events = eventTable();
    for (const id of ids) assert.ok(events.add(id));
    for (const [at, id] of ids.entries()) if (at % 3 === 0) events.add(`{"id":"${id}"`, 7);
    assert.equal(events.size(), ids.length);
    for (const [at, id] of ids.entries()) {
      const event = events.find(id);
      assert.equal(events.left(event), at % 3 === 0 ? 2 : 1);
      events.take(event);
      assert.equal(events.left(event), at % 3 === 0 ? 1 : 0);
      events.finish(event);
      assert.equal(events.left(event), 0);
    }
    events.restart();
    assert.equal(events.left(events.find(ids[0] ?? "")), 2);
    for (let at = 0; at < 1000; at++) assert.equal(events.find(randomUUID()), -1);
    assert.ok(!events.add("no id"));
    assert.equal(events.find("no id"), -1);
  });
});

describe("a table of what an endpoint has", () => {
  it("gives back of each event what its receipts say, and nothing of others", () => {
    const receipt = fc.record({
      event: fc.nat(5),
      id: fc.nat(8),
      translation: fc.constantFrom("a:b", "c:d"),
      made: fc.constantFrom("0123456789ab", "ffffffffffff", "", "not a hash"),
      content: fc.constantFrom(undefined, "0123456789abcdef", "00000000ffffffff"),
      voids: fc.boolean(),
    });
    const names = Array.from({ length: 6 }, () => randomUUID());
    const ids = Array.from({ length: 54 }, () => randomUUID());
    fc.assert(
      fc.property(fc.array(receipt, { maxLength: 40 }), (all) => {
        const events = eventTable();
        for (const name of names.slice(0, 5)) events.add(name);
        const table = hadTable(events);
        const idOf = ({ event, id }: (typeof all)[number]): string => ids[event * 9 + id] ?? "";
        for (const each of all)
          table.add({
            id: idOf(each),
            event: names[each.event] ?? "",
            translation: each.translation,
            mappingHash: each.made,
            at: AT,
            status: 200,
            ...(each.content !== undefined && { content: each.content }),
            ...(each.voids && { voids: true }),
          });
        for (const [at, name] of names.slice(0, 5).entries()) {
          const own = all.filter(({ event }) => event === at);
          const had = table.of(events.find(name));
          assert.deepEqual([...had.keys()].sort(), [...new Set(own.map(idOf))].sort());
          assert.equal(
            table.hasVoided(events.find(name)),
            own.some(({ voids }) => voids),
          );
          for (const [id, { contents, mapping, voids }] of had) {
            const same = own.filter((each) => idOf(each) === id);
            assert.deepEqual(
              [...new Set(contents)].sort(),
              [...new Set(same.flatMap(({ content }) => content ?? []))].sort(),
            );
            assert.ok(
              mapping === "" || same.some(({ made, content }) => made === mapping && content === undefined),
            );
            assert.equal(
              voids,
              same.some((each) => each.voids),
            );
          }
        }
      }),
    );
  });
});

describe("which lines are meant", () => {
  const learner = {
    username: "ada",
    tag: "0123456789abcdef",
    course: { id: 'a "course"' },
    roles: [],
    proven: true,
    sender: {},
  };
  const id = randomUUID();
  const { text } = rawLine(
    id,
    AT,
    "jupyter-server/contents",
    learner,
    '{"course":{"id":"other"},"tag":"ffffffffffffffff"}',
  );

  it("is told by their source, course and learner, and never by what an event says", () => {
    for (const [meant, fits] of [
      [{}, true],
      [{ source: "jupyter-server/contents" }, true],
      [{ source: "jupyter-server" }, false],
      [{ course: 'a "course"' }, true],
      [{ course: "other" }, false],
      [{ tags: ["0123456789abcdef"] }, true],
      [{ tags: ["ffffffffffffffff"] }, false],
      [{ tags: ["ffffffffffffffff", "0123456789abcdef"], course: 'a "course"' }, true],
    ] as const) {
      assert.equal(fitting(meant)(text), fits ? id : undefined);
      assert.equal(fitting(meant)(text.replace('{"id":', '{ "id" : ')), fits ? id : undefined);
    }
  });

  it("cannot be told of what is damaged", () => {
    assert.equal(fitting({})("{"), DAMAGED);
    assert.equal(fitting({ course: "other" })('{"id":5}'), DAMAGED);
  });
});

describe("a rate", () => {
  it("lets so many pass in a second and no more, and all of them where there is none", async () => {
    let time = 0;
    const clock = {
      now: () => time,
      wait: async (pause: number) => {
        time += pause;
      },
    };
    const turn = paceOf(50, clock);
    for (let at = 0; at < 5; at++) await turn(25);
    assert.equal(time, 2000);
    const free = paceOf(undefined, clock);
    for (let at = 0; at < 5; at++) await free(1e9);
    assert.equal(time, 2000);
  });
});
