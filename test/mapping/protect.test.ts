import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { personalOf } from "../../src/event/personal.ts";
import { protect, type Shown } from "../../src/mapping/protect.ts";
import { PSEUDONYMS, TooMuch } from "../../src/mapping/room.ts";
import { runs } from "../support/runs.ts";
import { hostileText } from "./expressions.ts";
import { eventsOf } from "./schema-events.ts";

const pseudonym = (text: string): string =>
  createHmac("sha256", "key").update(text).digest("hex").slice(0, 32);

const path = (text: string): unknown => protect(text, "path", pseudonym);

/** A name that no pseudonym and no other text is. */
const name = fc.stringMatching(/^[g-z]{6}$/);

describe("A path of pseudonyms", () => {
  it("has a pseudonym of 16 digits for each segment, and the ending of the last", () => {
    const segment = (text: string): string => pseudonym(text).slice(0, 16);
    assert.equal(
      path("stat101/hw1/ada.ipynb"),
      `${segment("stat101")}/${segment("hw1")}/${segment("ada.ipynb")}.ipynb`,
    );
    assert.equal(path("ada.IPYNB"), `${segment("ada.IPYNB")}.ipynb`);
    assert.equal(path("/a//../b/./"), `/${segment("a")}//../${segment("b")}/./`);
    assert.equal(path("data.csv/x"), `${segment("data.csv")}/${segment("x")}`);
    assert.equal(path(""), "");
  });

  it("has no other ending, as that could be part of a name", () => {
    for (const file of ["hw1_a.lovelace", ".ipynb", "ada.", "ada.ipynb lovelace", "ipynb", "a.constructor"])
      assert.match(String(path(file)), /^[0-9a-f]{16}$/, file);
  });

  it("is one pseudonym with its ending, where it is longer than paths are", () => {
    let calls = 0;
    const counting = (text: string): string => {
      calls++;
      return pseudonym(text);
    };
    const shown = (text: string): unknown => {
      calls = 0;
      return protect({ path: text }, { picked: { path: "path" } }, counting);
    };
    for (const long of [
      `${"a/".repeat(64)}a.ipynb`,
      `${"a".repeat(4090)}.ipynb`,
      `${"/".repeat(90)}a.ipynb`,
    ]) {
      assert.deepEqual(shown(long), { path: `${pseudonym(long).slice(0, 16)}.ipynb` });
      assert.equal(calls, 1);
    }
    assert.deepEqual(shown("/ada".repeat(50_000)), { path: pseudonym("/ada".repeat(50_000)).slice(0, 16) });
    assert.equal(calls, 1);
    assert.equal(String(path(`${"a/".repeat(63)}a`)).split("/").length, 64);
    assert.match(String(path(`${"a".repeat(2000)}/${"b".repeat(2000)}`)), /^[0-9a-f]{16}\/[0-9a-f]{16}$/);
  });

  it("keeps the shape of any path, and nothing else of it", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(name, hostileText), { maxLength: 5 }), (parts) => {
        const whole = parts.join("/");
        const shown = String(path(whole)).split("/");
        const segments = whole.split("/");
        assert.equal(shown.length, segments.length);
        for (const [at, each] of segments.entries()) {
          const isEmpty = ["", ".", ".."].includes(each);
          assert.match(shown[at] ?? "", isEmpty ? /^\.{0,2}$/ : /^[0-9a-f]{16}(\.[a-z0-9]{1,7})?$/);
          if (!isEmpty) assert.ok(shown[at]?.startsWith(pseudonym(each).slice(0, 16)));
        }
      }),
      { numRuns: runs(300) },
    );
  });
});

describe("What is shown of a value", () => {
  it("is a pseudonym of a text, another IRI for an IRI, and nothing where it is empty", () => {
    assert.equal(protect("ada", "texts", pseudonym), pseudonym("ada"));
    assert.equal(protect("ada", "all", pseudonym), pseudonym("ada"));
    assert.equal(protect("", "all", pseudonym), "");
    assert.match(
      String(protect("https://hub.example.edu/user/ada", "iri", pseudonym)),
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it("leaves out what has no pseudonym where all is personal, and keeps the places of a list's elements", () => {
    const value = { a: 1, b: true, c: null, d: ["ada", 2, { e: 3 }] };
    const key = pseudonym("d");
    assert.deepEqual(protect(value, "all", pseudonym), {
      [key]: [pseudonym("ada"), null, {}],
    });
    assert.deepEqual(protect([1, "ada", false], "texts", pseudonym), [1, pseudonym("ada"), false]);
  });

  it("has other keys where no schema names them, and those of a schema as they are", () => {
    const schema = {
      "personal-data": true,
      properties: { known: { type: "string" }, count: { type: "integer" } },
    };
    assert.deepEqual(protect({ known: "ada", count: 1, ada: 2 }, personalOf(schema), pseudonym), {
      known: pseudonym("ada"),
      count: 1,
      [pseudonym("ada")]: 2,
    });
  });

  it("is only what is read, under whatever name", () => {
    const picked: Shown = { picked: { path: "path", list: { picked: { "*": { picked: { id: "free" } } } } } };
    const event = JSON.parse('{"path":"a.py","other":"ada","list":[{"id":"1","name":"ada"},7]}');
    assert.deepEqual(protect(event, picked, pseudonym), {
      path: path("a.py"),
      list: [{ id: "1" }, null],
    });
    const odd: JsonObject = JSON.parse('{"__proto__":"ada","toString":"ada"}');
    const plan: Shown = { picked: JSON.parse('{"__proto__":"texts","constructor":"texts"}') };
    assert.equal(JSON.stringify(protect(odd, plan, pseudonym)), `{"__proto__":"${pseudonym("ada")}"}`);
    assert.equal(Object.getPrototypeOf(protect(odd, "free", pseudonym)), Object.prototype);
  });

  it("is refused where one event holds more personal texts and names than pseudonyms are made of it", () => {
    let calls = 0;
    const counting = (text: string): string => {
      calls++;
      return pseudonym(text);
    };
    const list = (count: number) => Array.from({ length: count }, (_, at) => `ada${at}`);
    assert.doesNotThrow(() => protect(list(PSEUDONYMS), "all", counting));
    calls = 0;
    for (const [value, shown] of [
      [list(PSEUDONYMS + 1), "texts"],
      [Object.fromEntries(list(50_000).map((name) => [name, 1])), "texts"],
      [{ a: list(600), b: list(600) }, { picked: { a: "texts", b: "path" } }],
    ] as const satisfies readonly (readonly [unknown, Shown])[]) {
      calls = 0;
      assert.throws(() => protect(value, shown, counting), TooMuch);
      assert.equal(calls, PSEUDONYMS);
    }
    assert.doesNotThrow(() => protect(list(50_000), "free", pseudonym));
  });

  it("is as much of an event when its paths were shown before, and shown in the same way", () => {
    const plan: Shown = { picked: { "*": "path" } };
    const paths = (count: number) =>
      Array.from({ length: count }, (_, at) => `${"ada/".repeat(39)}hw${at}.ipynb`);
    const most = PSEUDONYMS / 40;
    for (let time = 0; time < 3; time++) {
      assert.throws(() => protect(paths(most + 1), plan, pseudonym), TooMuch);
      assert.doesNotThrow(() => protect(paths(most), plan, pseudonym));
    }
    const other = (text: string): string => pseudonym(text);
    assert.deepEqual(protect(paths(most), plan, pseudonym), protect(paths(most), plan, other));
  });

  it("is the value itself where nothing is personal, and never changes the value", () => {
    const event = { a: { b: ["ada"] } };
    assert.equal(protect(event, "free", pseudonym), event);
    const before = JSON.stringify(event);
    protect(event, "all", pseudonym);
    assert.equal(JSON.stringify(event), before);
  });

  const texts = (value: unknown): readonly string[] => {
    if (typeof value === "string") return [value];
    if (Array.isArray(value)) return value.flatMap(texts);
    return isObject(value) ? Object.entries(value).flatMap(([key, each]) => [key, ...texts(each)]) : [];
  };

  const marked: fc.Arbitrary<JsonObject> = fc
    .letrec<{ property: JsonObject }>((of) => ({
      property: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<JsonObject>(
          {},
          { type: "string" },
          { type: "integer" },
          { type: "string", path: true },
        ),
        fc.constantFrom<JsonObject>({ type: ["string", "null"] }, { type: "boolean" }, { type: "object" }),
        of("property").map((items): JsonObject => ({ type: "array", items })),
        fc
          .tuple(of("property"), of("property"))
          .map(([a, b]): JsonObject => ({ type: "object", properties: { first: a, second: b } })),
      ),
    }))
    .property.map((inner) => ({ "personal-data": true, type: "object", properties: { first: inner } }));

  it("holds no text of an event whose whole is marked, but for names that the schema has, in whatever schema", () => {
    const known = new Set(["first", "second"]);
    let seen = 0;
    fc.assert(
      fc.property(
        marked.chain((schema) => fc.tuple(fc.constant(schema), eventsOf(schema))),
        ([schema, event]) => {
          const shown = protect(event, personalOf(schema), pseudonym);
          const left = new Set(texts(shown));
          for (const text of texts(event)) {
            if (text.replaceAll(/[./]/g, "") === "" || known.has(text)) continue;
            seen++;
            assert.ok(!left.has(text), text);
          }
          assert.deepEqual(protect(event, personalOf(schema), pseudonym), shown);
        },
      ),
      { numRuns: runs(500) },
    );
    assert.ok(seen > 500, String(seen));
  });

  it("is the event itself, where a pseudonym is the text and no part of it is a path", () => {
    const schema = { "personal-data": true, properties: { a: { type: "object" }, b: { type: "array" } } };
    fc.assert(
      fc.property(eventsOf(schema), (event) =>
        assert.deepEqual(
          JSON.stringify(protect(event, personalOf(schema), (text) => text)),
          JSON.stringify(event),
        ),
      ),
      { numRuns: runs(200) },
    );
  });
});
