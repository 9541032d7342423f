import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { DamagedArchive } from "../../src/archive/damaged.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import type { Site } from "../../src/site.ts";
import { contents, message } from "../support/events.ts";
import { shippedSite } from "../support/site.ts";
import { ARRIVED } from "../support/tokens.ts";
import { type Translating, translating } from "../support/translating.ts";
import { only, refused, retold, sentOf, unsentOf } from "./support.ts";

const LRS = "campus-lrs";

describe("the search for archived events", () => {
  let site: Site;
  before(async () => {
    site = await shippedSite();
  });

  const translate = async (event: unknown): Promise<Translating> => {
    const way = await translating({ site });
    await way.translate([await message(event)]);
    return way;
  };

  it("looks in the likely days first, and as far back as a queue can have held an event", async () => {
    const DAY = 86_400_000;
    for (const days of [0, 1, 2, 9, 15]) {
      const way = await translate(contents({ __timestamp__: "2026-10-01T00:00:00Z" }));
      const statement = only(way.statements(LRS));
      const at = new Date(ARRIVED + days * DAY).toISOString();
      const looked: string[] = [];
      const bucket = {
        ...way.bucket,
        list: (prefix: string) => {
          looked.push(prefix);
          return way.bucket.list(prefix);
        },
      };
      const all = await retold([refused(statement, LRS, { since: at, at })], site, LRS, bucket);
      assert.equal(sentOf(all).length, 1, `${days} days before`);
      const raw = looked.filter((prefix) => prefix.startsWith(prefixOf("raw")));
      assert.equal(new Set(raw).size, raw.length);
      assert.ok(raw.length <= days + 3, raw.join(" "));
    }
    const way = await translate(contents({ __timestamp__: "2026-10-01T00:00:00Z" }));
    const late = new Date(ARRIVED + 16 * DAY).toISOString();
    const failure = refused(only(way.statements(LRS)), LRS, { since: late, at: late });
    assert.equal(only(unsentOf(await retold([failure], site, LRS, way.bucket))).reason, "event.gone");
  });

  it("finds by its time the event of what was sent again after months", async () => {
    const way = await translate(contents({ __timestamp__: "2026-11-30T23:59:00Z" }));
    const since = "2027-04-01T00:00:00.000Z";
    for (const endpoint of [LRS, "campus-caliper"]) {
      const failure = refused(only(way.statements(endpoint)), endpoint, { since, at: since });
      assert.equal(sentOf(await retold([failure], site, endpoint, way.bucket)).length, 1);
    }
  });

  it("passes over what others put there, and says which object is damaged", async () => {
    const way = await translate(contents());
    const failure = refused(only(way.statements(LRS)), LRS);
    const day = `${prefixOf("raw")}dt=${new Date(ARRIVED).toISOString().slice(0, 10)}/`;
    await way.bucket.put(day, new Uint8Array());
    await way.bucket.put(`${day}notes.txt`, Buffer.from("no gzip"));
    assert.equal(sentOf(await retold([failure], site, LRS, way.bucket)).length, 1);
    const damaged = `${day}hour=00/0123.03f.ndjson.gz`;
    await way.bucket.put(damaged, Buffer.from("no gzip"));
    for (const key of way.bucket.objects.keys())
      if (key.startsWith(day) && key !== damaged) await way.bucket.remove(key);
    await assert.rejects(
      retold([failure], site, LRS, way.bucket),
      (error) => error instanceof DamagedArchive && error.message.includes(damaged),
    );
  });

  it("reads no more objects than it needs, and a few at once", async () => {
    const way = await translating({ site });
    for (let at = 0; at < 40; at++) await way.translate([await message(contents({ path: `${at}.ipynb` }))]);
    let open = 0;
    let most = 0;
    let read = 0;
    const bucket = {
      ...way.bucket,
      get: async (key: string) => {
        if (!key.startsWith(prefixOf("raw"))) return way.bucket.get(key);
        read++;
        most = Math.max(most, ++open);
        await new Promise(setImmediate);
        open--;
        return way.bucket.get(key);
      },
    };
    const failures = way.statements(LRS).map((each) => refused(each, LRS));
    assert.equal(sentOf(await retold(failures, site, LRS, bucket)).length, 40);
    assert.deepEqual([read, most > 1 && most <= 8], [40, true]);
    const reads: number[] = [];
    for (const failure of failures) {
      read = 0;
      assert.equal(sentOf(await retold([failure], site, LRS, bucket)).length, 1);
      reads.push(read);
    }
    assert.ok(Math.min(...reads) <= 8 && Math.max(...reads) === 40, reads.join(" "));
  });
});
