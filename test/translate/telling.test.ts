import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { type Frames, framesFor } from "../../src/endpoint/frame.ts";
import type { AcceptedEvent } from "../../src/intake.ts";
import { MappingError } from "../../src/mapping/runtime.ts";
import type { Route, Site, Translate, WrittenStatement } from "../../src/site.ts";
import { type StatementOfMessage, type Told, tellAll } from "../../src/statements.ts";
import { tellOnward } from "../../src/telling.ts";
import { shippedSite } from "../support/site.ts";
import { batch, event, rules, WITHIN } from "./batches.ts";

const KEY = "a key of 32 bytes, for tests alone";

/** What a mapping writes of an event; what it says of the event before is in the text. */
const written = (
  name: string,
  position: number,
  { text = "", ...more }: Partial<WrittenStatement> = {},
): ((...given: Parameters<Translate>) => WrittenStatement) => {
  return (data, scope) => ({
    translation: name,
    id: scope.id(name, position),
    text: JSON.stringify({ data, previous: scope.previous ?? null, text }),
    ...more,
  });
};

const ACT = { within: WITHIN, act: "an act" };

/** One that may repeat; one that may, and one that never does; one that cannot be translated; one that is too large. */
const translate: Readonly<Record<string, Translate>> = {
  runs: (...given) => [written("runs:a", 0, ACT)(...given)],
  others: (data, scope) => [
    written("others:a", 0, { within: WITHIN, act: data.cell })(data, scope),
    written("others:b", 1)(data, scope),
  ],
  alone: (data, scope) => {
    if (data.start === true) throw new MappingError("It lacks something.");
    return [written("alone:a", 0, { text: data.cell === "a" ? "x".repeat(3000) : "" })(data, scope)];
  },
};

const hashes = { runs: "1", others: "2", alone: "3" };

const siteOf = async () => {
  const { endpoints, settings } = await shippedSite();
  const all = endpoints.map((each) => ({ ...each, batch: { ...each.batch, bytes: 2000 } }));
  const routes: Record<string, Route> = Object.fromEntries(all.map(({ name }) => [name, { translate }]));
  const site: Pick<Site, "rules" | "routes" | "hashes"> = { rules, routes, hashes };
  const frames = new Map<Endpoint, Frames>(
    all.map((each) => [each, framesFor(each, settings, { key: KEY })] as const),
  );
  return { site, frames };
};

/** What is told onward, as `tellAll` would tell it: each endpoint's statements in the order of their ids. */
const gathered = async (
  events: readonly AcceptedEvent[],
  { site, frames }: Awaited<ReturnType<typeof siteOf>>,
  more: Partial<Parameters<typeof tellOnward>[3]> = {},
) => {
  const given = new Map<Endpoint, StatementOfMessage[]>([...frames.keys()].map((each) => [each, []]));
  const { told, ...others } = await tellOnward(events, site, frames, {
    give: (endpoint, statement) => given.get(endpoint)?.push(statement),
    room: async () => {},
    hasTime: () => true,
    ...more,
  });
  const all = [...told].map(
    ([endpoint, became]) => [endpoint, { ...became, statements: given.get(endpoint) ?? [] }] as const,
  );
  return { told: new Map(all), ...others };
};

const byId = (told: ReadonlyMap<Endpoint, Told>) => {
  const compare = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);
  return [...told].map(([{ name }, { statements, failed, made, repeated }]) => ({
    name,
    statements: statements.toSorted(compare),
    failed: failed.toSorted(compare),
    made,
    repeated: new Map(repeated),
  }));
};

describe("a batch that is told onward", () => {
  it("comes to the same as one that is told all at once", async () => {
    const world = await siteOf();
    let [repeats, tooLarge] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        batch(false),
        fc.array(fc.boolean()),
        fc.integer({ min: 1, max: 4 }),
        async (all, choices, each) => {
          const events = all.map((one, at) => ({ ...one, message: Math.floor(at / each) }));
          const isTold = ({ message }: AcceptedEvent, { protocol }: Endpoint): boolean =>
            protocol === "caliper" || choices[message] !== false;
          const onward = await gathered(events, world, { isTold });
          const { told, late } = tellAll(events, world.site, world.frames, { isTold });
          assert.deepEqual(byId(onward.told), byId(told));
          assert.deepEqual([onward.events, onward.late.size, late.size], [events, 0, 0]);
          for (const { repeated, failed } of told.values()) {
            repeats += repeated.size;
            tooLarge += failed.filter(({ reason }) => reason === "size.exceeded").length;
          }
        },
      ),
      { numRuns: 500 },
    );
    assert.ok(repeats > 5 && tooLarge > 5, `${repeats}, ${tooLarge}`);
  });

  it("hands on what repeats nothing at once, and waits for room before there is much of it", async () => {
    const { site, frames } = await siteOf();
    const size = 300_000;
    const route: Route = {
      translate: {
        runs: (...given) => [
          written("runs:a", 0, { ...ACT, text: "x".repeat(size) })(...given),
          written("runs:b", 1)(...given),
        ],
        others: (...given) => [written("others:b", 0, { text: "x".repeat(size) })(...given)],
      },
    };
    const [endpoint, all] = [...frames][0] ?? assert.fail();
    const events = Array.from({ length: 30 }, (_, at) =>
      event(at, { at, source: at % 2 === 0 ? "others" : "runs", username: "ada", cell: String(at) }),
    );
    const story: string[] = [];
    const large = { ...endpoint, batch: { ...endpoint.batch, bytes: 2 * size } };
    await gathered(
      events,
      { site: { ...site, routes: { [endpoint.name]: route } }, frames: new Map([[large, all]]) },
      {
        give: (_, { translation }) => story.push(translation),
        room: async () => void story.push("room"),
      },
    );
    // Four of them are more than a million characters; of what may repeat, all but the first is repeated.
    const four = Array.from({ length: 4 }, () => "others:b");
    assert.deepEqual(story.slice(0, 15), [...four, "room", ...four, "room", ...four, "room"]);
    assert.deepEqual(
      story.slice(15).filter((each) => each !== "room"),
      ["others:b", "others:b", "others:b", "runs:a", ...Array.from({ length: 15 }, () => "runs:b")],
    );
  });

  it("gives way to what is sent, and has what may repeat handed on part by part as well", async () => {
    const { site, frames } = await siteOf();
    const [endpoint, all] = [...frames][0] ?? assert.fail();
    const size = 1_000_000;
    const route: Route = {
      translate: { runs: (...given) => [written("runs:a", 0, { ...ACT, text: "x".repeat(size) })(...given)] },
    };
    // Each is another's; but the first act and the last, between which there is more than there is room for.
    const events = Array.from({ length: 40 }, (_, at) =>
      event(at, { at, source: "runs", username: at === 39 ? "0" : String(at) }),
    );
    const [story, turns] = [[] as string[], { of: 0 }];
    const others = setInterval(() => turns.of++, 0);
    const large = { ...endpoint, batch: { ...endpoint.batch, bytes: 2 * size } };
    const { told } = await gathered(
      events,
      { site: { ...site, routes: { [endpoint.name]: route } }, frames: new Map([[large, all]]) },
      {
        give: (_, { message }) => story.push(String(message)),
        room: async () => void story.push("room"),
      },
    );
    clearInterval(others);
    assert.deepEqual(
      story.filter((each) => each !== "room"),
      events.map(({ message }) => String(message)),
    );
    assert.ok(
      story
        .join(" ")
        .split("room")
        .every((part) => part.trim().split(" ").length <= 2),
      story.join(" "),
    );
    assert.equal(story.indexOf("room"), 2);
    assert.ok(turns.of > 2, String(turns.of));
    assert.equal([...told.values()][0]?.repeated.size, 0);
  });

  it("is told as far as there is time, but for its first message, which is told whole", async () => {
    const world = await siteOf();
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 12 }), fc.integer({ min: 1, max: 3 }), async (parts, each) => {
        const events = Array.from({ length: 30 }, (_, at) => ({
          ...event(at, { at: at * WITHIN, source: "others", username: "ada", cell: "a" }),
          message: Math.floor(at / each),
        }));
        let turns = 0;
        const {
          told,
          late,
          events: done,
        } = await gathered(events, world, {
          hasTime: () => ++turns <= parts,
        });
        assert.deepEqual(done, events.slice(0, (parts + 1) * each));
        assert.deepEqual(
          [...late],
          [...new Set(events.map(({ message }) => message))].filter((message) => message > parts),
        );
        for (const { statements, made } of told.values())
          assert.deepEqual([statements.length, made.length], [2 * done.length, done.length]);
      }),
      { numRuns: 40 },
    );
  });
});
