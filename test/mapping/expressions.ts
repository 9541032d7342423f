import fc from "fast-check";
import type { JsonObject } from "../../src/event/json.ts";

/**
 * Expressions in two forms: as a mapping has them, and as CEL itself would have to say the same. They differ where
 * mappings are kinder: `orElse` takes what is absent, and `has` looks behind an object that is not there.
 */
export interface Twin {
  readonly ours: string;
  readonly cel: string;
}

/** The schema that the expressions read: fields of every kind, required, optional and nullable. */
export const TWIN_SCHEMA: JsonObject = {
  type: "object",
  required: ["path", "count", "tags", "needed"],
  properties: {
    path: { type: "string" },
    count: { type: "integer" },
    tags: { type: "array", items: { type: "string" } },
    needed: { type: ["string", "null"] },
    text: { type: "string" },
    choice: { enum: ["first", "second"] },
    ratio: { type: "number" },
    flag: { type: "boolean" },
    maybe: { type: ["string", "null"] },
    any: {},
    map: { type: "object" },
    inner: {
      type: "object",
      required: ["text"],
      properties: {
        text: { type: "string" },
        deep: { type: "object", properties: { count: { type: "integer" } } },
      },
    },
  },
};

/** Texts as bad as they come: many scripts, lone surrogates, control characters, and what means something to somebody. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.constantFrom("", "a/b.IPYNB", "..", "a.b", "\ud800", "x\udc00", "\u0000\u2028", "first", "__proto__"),
);

const whole = fc.integer({ min: -1000, max: 1000 });

/** Events that the schema accepts; half of the time, what may be missing is. */
export const twinEvents: fc.Arbitrary<JsonObject> = fc.record(
  {
    path: hostileText,
    count: whole,
    tags: fc.array(hostileText, { maxLength: 3 }),
    needed: fc.option(hostileText),
    text: hostileText,
    choice: fc.constantFrom("first", "second"),
    ratio: fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
      whole.map((each) => each / 2),
    ),
    flag: fc.boolean(),
    maybe: fc.option(hostileText),
    any: fc.oneof(hostileText, fc.constant(null), fc.boolean(), fc.array(hostileText, { maxLength: 2 })),
    map: fc.dictionary(fc.constantFrom("a", "b", "toString"), hostileText),
    inner: fc.record(
      { text: hostileText, deep: fc.record({ count: whole }, { requiredKeys: [] }) },
      { requiredKeys: ["text"] },
    ),
  },
  { requiredKeys: ["path", "count", "tags", "needed"] },
);

const same = (text: string): Twin => ({ ours: text, cel: text });

const joined = (...parts: readonly (string | fc.Arbitrary<Twin> | fc.Arbitrary<string>)[]) =>
  fc.tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part))).map(
    (all): Twin => ({
      ours: all.map((each) => (typeof each === "string" ? each : each.ours)).join(""),
      cel: all.map((each) => (typeof each === "string" ? each : each.cel)).join(""),
    }),
  );

const literal = fc
  .array(fc.constantFrom("a", "B", "/", ".", "é", "👍", '\\"', "\\\\", "${", "}", "'"), { maxLength: 4 })
  .map((all) => `"${all.join("")}"`);

/** Whether fields are there, each behind the objects around it. */
const has: fc.Arbitrary<Twin> = fc
  .constantFrom("path", "text", "maybe", "any", "flag", "map.a", "inner", "inner.text", "inner.deep.count")
  .map((path) => {
    const names = path.split(".");
    const each = names.map((_, at) => `has(event.${names.slice(0, at + 1).join(".")})`);
    return { ours: `has(event.${path})`, cel: `(${each.join(" && ")})` };
  });

const orElse = (
  fields: readonly string[],
  other: fc.Arbitrary<Twin>,
  kind: fc.Arbitrary<string>,
): fc.Arbitrary<Twin> =>
  fc.tuple(fc.constantFrom(...fields), fc.oneof(other, kind.map(same))).map(([field, value]) => ({
    ours: `event.${field}.orElse(${value.ours})`,
    cel: `(has(event.${field}) && event.${field} != null ? event.${field} : ${value.cel})`,
  }));

const wholeLiteral = fc.integer({ min: -99, max: 99 }).map(String);
const ratioLiteral = fc.constantFrom("0.5", "-1.25", "1.0", "1e3");
const ORDER = fc.constantFrom(" < ", " <= ", " > ", " >= ");
const EQUAL = fc.constantFrom(" == ", " != ");

/** Expressions of each kind; nearly each is well-typed, as the check would want it. */
export const twins = fc.letrec<{ text: Twin; int: Twin; double: Twin; bool: Twin }>((of) => {
  const [t, i, d, b] = [of("text"), of("int"), of("double"), of("bool")];
  const depth = { maxDepth: 4, depthSize: "small" as const, withCrossShrink: true };
  const plain = (...names: readonly string[]): fc.Arbitrary<Twin> => fc.constantFrom(...names).map(same);
  return {
    text: fc.oneof(
      depth,
      fc.oneof(
        literal.map(same),
        plain("event.path", "event.text", "event.choice", "event.inner.text", "hub.id"),
        plain("event.maybe", "event.needed", "event.any", "event.map.a", "event.tags[0]", "event.tags[5]"),
      ),
      joined("(", t, " + ", t, ")"),
      joined(fc.constantFrom("basename", "dirname", "extension", "lower", "string"), "(", t, ")"),
      joined("string(", fc.oneof(i, d, b), ")"),
      joined("iri(", t, ", lower(", t, "), string(", i, "))"),
      joined("(", b, " ? ", t, " : ", t, ")"),
      orElse(["text", "path"], t, literal),
      orElse(["maybe", "needed"], t, literal),
      joined("[", literal, ", event.path][", fc.constantFrom("0", "1", "2", "-1"), "]"),
    ),
    int: fc.oneof(
      depth,
      fc.oneof(wholeLiteral.map(same), plain("event.count", "event.inner.deep.count")),
      joined("(", i, fc.constantFrom(" + ", " - "), i, ")"),
      joined("-(", i, ")"),
      joined("size(", t, ")"),
      joined("size(event.", fc.constantFrom("tags", "map"), ")"),
      joined("(", b, " ? ", i, " : ", i, ")"),
      orElse(["count"], i, wholeLiteral),
    ),
    double: fc.oneof(
      depth,
      fc.oneof(ratioLiteral.map(same), plain("event.ratio")),
      joined("(", d, fc.constantFrom(" + ", " - "), d, ")"),
      joined("-(", d, ")"),
      orElse(["ratio"], d, ratioLiteral),
    ),
    bool: fc.oneof(
      depth,
      fc.oneof(plain("true", "false", "event.flag", "event.any"), has),
      has,
      joined("(", t, fc.oneof(ORDER, EQUAL), t, ")"),
      joined("(", i, fc.oneof(ORDER, EQUAL), i, ")"),
      joined("(", d, fc.oneof(ORDER, EQUAL), d, ")"),
      joined("(", i, ORDER, d, ")"),
      joined("(", t, EQUAL, "null)"),
      joined("(", b, fc.constantFrom(" && ", " || ", " == ", " != "), b, ")"),
      joined("!", b),
      joined("(", t, " in [", literal, ", event.path])"),
      joined("(", t, fc.constantFrom(" in event.tags)", " in event.map)")),
      joined("(", i, " in [", wholeLiteral, "])"),
      joined("([", literal, "] == event.tags)"),
      joined(t, ".", fc.constantFrom("startsWith", "endsWith", "contains"), "(", t, ")"),
      orElse(["flag"], b, fc.constantFrom("true", "false")),
    ),
  };
});
