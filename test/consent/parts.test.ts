import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type KeptRecord, learnersData, type ReadRecords } from "../../src/page/data.ts";
import { NotAnswered } from "../../src/page/request.ts";
import { runs } from "../support/runs.ts";
import { SITE_KEY } from "./support.ts";

const keyOf = (object: number): string => `raw/${String(object).padStart(3, "0")}`;

/** Objects with so many records, as the archive gives them; some have none of the learner's. */
const archiveOf = (sizes: readonly number[]): ReadonlyMap<string, readonly KeptRecord[]> =>
  new Map(
    sizes.map((size, object) => [
      keyOf(object),
      Array.from({ length: size }, (_, at) => ({
        part: "raw",
        key: keyOf(object),
        record: { object, at, text: "x".repeat((object * 7 + at * 13) % 40) },
      })),
    ]),
  );

/** Reads objects; `wait` is waited for before each of them. */
const readerOf = (
  archive: ReadonlyMap<string, readonly KeptRecord[]>,
  wait: (key: string) => Promise<void> | undefined = () => undefined,
): ReadRecords =>
  async function* (_, { after, until }, begins) {
    for (const key of [...archive.keys()].sort()) {
      if (key <= after || key > until) continue;
      await wait(key);
      begins(key, "there");
      yield* archive.get(key) ?? [];
    }
  };

const linesOf = (archive: ReadonlyMap<string, readonly KeptRecord[]>): string =>
  [...archive.values()]
    .flat()
    .map(({ key: _, ...rest }) => `${JSON.stringify(rest)}\n`)
    .join("");

const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 8 });
const never = (): Promise<never> => new Promise(() => undefined);
const isRefused = (reason: string, status: number) => (error: unknown) =>
  error instanceof NotAnswered && error.reason === reason && error.status === status;

describe("A learner's data in parts", () => {
  test("is all there, once and in order, however small the parts are", () =>
    fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 900 }), async (sizes, largest) => {
        const archive = archiveOf(sizes);
        const { partOf } = learnersData(readerOf(archive), SITE_KEY, { largest });
        let [text, number, after] = ["", 0, undefined as string | undefined];
        do {
          const part = await partOf("ada", after);
          assert.equal(part.number, ++number);
          assert.ok(number <= 100, "It comes to an end.");
          assert.ok(part.records <= 1 || JSON.stringify(part.text).length <= largest + 2);
          text += part.text;
          after = part.next;
        } while (after !== undefined);
        assert.equal(text, linesOf(archive));
      }),
      { numRuns: runs(200) },
    ));

  test("misses nothing where the archive is rewritten between two parts", async () => {
    const archive = archiveOf([3, 3]);
    const first = await learnersData(readerOf(archive), SITE_KEY, { largest: 1 }).partOf("ada");
    // What was begun has another name now, which comes later: it is given again from its beginning.
    const [begun = [], rest = []] = archive.values();
    const moved = begun.map((each) => ({ ...each, key: "raw/0009" }));
    const rewritten = new Map([
      ["raw/0009", moved],
      [keyOf(1), rest],
    ]);
    assert.equal((await learnersData(readerOf(rewritten), SITE_KEY).partOf("ada", first.next)).records, 6);
  });

  test("misses nothing where it is looked again at what came before, as it was moved meanwhile", async () => {
    const archive = archiveOf([1, 3, 1]);
    let searches = 0;
    const again: ReadRecords = async function* (...search) {
      if (searches++ > 0) return yield* readerOf(archive)(...search);
      const [, , begins] = search;
      for (const key of [keyOf(0), `${keyOf(1)}5`, keyOf(2), keyOf(1)]) {
        begins(key, archive.has(key) ? "there" : "gone");
        yield* archive.get(key) ?? [];
      }
    };
    for (let largest = 1; largest < 400; largest += 20) {
      searches = 0;
      const { partOf } = learnersData(again, SITE_KEY, { largest });
      const texts = new Set<string>();
      let after: string | undefined;
      do {
        const part = await partOf("ada", after);
        for (const line of part.text.split("\n")) texts.add(line);
        after = part.next;
      } while (after !== undefined);
      assert.deepEqual(texts, new Set(linesOf(archive).split("\n")));
    }
  });

  test("begins nowhere but where this site said so to this learner", async () => {
    const { partOf, fileOf } = learnersData(readerOf(archiveOf([2])), SITE_KEY, { largest: 1 });
    const { next = "" } = await partOf("ada");
    assert.equal((await partOf("ada", next)).number, 2);
    const bytes = Buffer.from(next, "base64url");
    const changed = bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));
    const wrong = [
      "",
      "x",
      "raw/../consent/",
      "../../erasures",
      "raw/000",
      Buffer.from('["raw/000","",0,1]').toString("base64url"),
      Buffer.from(changed).toString("base64url"),
    ];
    const refused = isRefused("after.wrong", 400);
    for (const place of wrong) {
      await assert.rejects(partOf("ada", place), refused, place);
      await assert.rejects(fileOf("ada", place), refused, place);
      await assert.rejects(fileOf("ada", undefined, place), refused, place);
    }
    await assert.rejects(partOf("grace", next), refused);
    await assert.rejects(fileOf("grace", undefined, next), refused);
    await assert.rejects(learnersData(readerOf(new Map()), "another-key").partOf("ada", next), refused);
    // The end of another part.
    await assert.rejects(fileOf("ada", next, next), refused);
  });
});

describe("A search that takes too long", () => {
  test("ends with what was found, and says where to go on", async () => {
    const archive = archiveOf([1, 0, 0, 1]);
    const stuck = readerOf(archive, (key) => (key === keyOf(2) ? never() : undefined));
    const first = await learnersData(stuck, SITE_KEY, { patience: 50 }).partOf("ada");
    assert.equal(first.records, 1);
    const read: string[] = [];
    const whole = readerOf(archive, async (key) => {
      read.push(key);
    });
    const rest = await learnersData(whole, SITE_KEY).partOf("ada", first.next);
    assert.equal(first.text + rest.text, linesOf(archive));
    // It was not seen that the second object had ended.
    assert.deepEqual(read, [1, 2, 3].map(keyOf));
  });

  test("gets on by objects that hold nothing of the learner", async () => {
    const archive = archiveOf([...Array.from({ length: 60 }, () => 0), 1]);
    const slow = readerOf(archive, () => new Promise((resolve) => setTimeout(resolve, 5)));
    const { partOf } = learnersData(slow, SITE_KEY, { patience: 100 });
    let [records, after] = [0, undefined as string | undefined];
    for (let parts = 0; parts === 0 || after !== undefined; parts++) {
      assert.ok(parts <= 60, "It comes to an end.");
      const part = await partOf("ada", after);
      records += part.records;
      after = part.next;
    }
    assert.equal(records, 1);
  });

  test("is given up where it gets no further", async () => {
    const archive = archiveOf([2, 1]);
    const tooSlow = isRefused("data.slow", 503);
    const silent = learnersData(
      readerOf(archive, () => never()),
      SITE_KEY,
      { patience: 50 },
    );
    await assert.rejects(silent.partOf("ada"), tooSlow);
    const { next } = await learnersData(readerOf(archive), SITE_KEY, { largest: 1 }).partOf("ada");
    // All that it comes to is what was given before.
    const stuck: ReadRecords = async function* (username, span, begins) {
      for await (const each of readerOf(archive)(username, span, begins)) {
        yield each;
        await never();
      }
    };
    await assert.rejects(learnersData(stuck, SITE_KEY, { patience: 50 }).partOf("ada", next), tooSlow);
  });
});

describe("The file of a part", () => {
  test("ends exactly where the part did, even where more was kept meanwhile or it is larger than parts are", () =>
    fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1, max: 900 }),
        fc.uniqueArray(fc.nat({ max: 9 }), { maxLength: 3 }),
        async (sizes, largest, places) => {
          const archive = archiveOf(sizes);
          // Others' digits, between the objects that there are.
          const more = places.map((place) => {
            const key = `${keyOf(place)}5`;
            const record = { more: place, text: "y".repeat(300) };
            return [key, [{ part: "raw", key, record }]] satisfies [string, KeptRecord[]];
          });
          const before = learnersData(readerOf(archive), SITE_KEY, { largest });
          const later = learnersData(
            readerOf(new Map<string, readonly KeptRecord[]>([...archive, ...more])),
            SITE_KEY,
            { largest },
          );
          const lines: string[] = [];
          let after: string | undefined;
          do {
            const { number, end, next } = await before.partOf("ada", after);
            const file = await later.fileOf("ada", after, end);
            assert.equal(file.number, number);
            lines.push(...file.text.split("\n"));
            after = next;
          } while (after !== undefined);
          const old = lines.filter((line) => line !== "" && !line.includes('"more"'));
          assert.equal(old.map((line) => `${line}\n`).join(""), linesOf(archive));
        },
      ),
      { numRuns: runs(200) },
    ));

  test("is none where there is no time for all of it, or no room", async () => {
    const archive = archiveOf([2, 2]);
    const { end } = await learnersData(readerOf(archive), SITE_KEY).partOf("ada");
    const slow = readerOf(archive, (key) => (key === keyOf(1) ? never() : undefined));
    const late = learnersData(slow, SITE_KEY, { filePatience: 50 });
    await assert.rejects(late.fileOf("ada", undefined, end), isRefused("data.slow", 503));
    const full = learnersData(readerOf(archive), SITE_KEY, { bound: 100 });
    await assert.rejects(full.fileOf("ada", undefined, end), isRefused("data.large", 409));
    await assert.rejects(full.fileOf("ada"), isRefused("data.large", 409));
  });
});
