import fc from "fast-check";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { hostileText } from "./expressions.ts";

/** Events that a JSON Schema accepts: with all that it requires, and what else it knows or does not know. */
export const eventsOf = (schema: JsonObject): fc.Arbitrary<JsonObject> =>
  objects(schema).map((event) => JSON.parse(JSON.stringify(event)));

const objects = (schema: JsonObject): fc.Arbitrary<JsonObject> => {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, valuesOf(inner)])),
    { requiredKeys: required },
  );
  if (schema.additionalProperties === false) return known;
  const others = fc.dictionary(fc.constantFrom("surplus", "toString", "__proto__"), fc.jsonValue(), {
    maxKeys: 2,
  });
  return fc.tuple(others, known).map(([more, each]) => ({ ...more, ...each }));
};

const valuesOf = (schema: unknown): fc.Arbitrary<unknown> => {
  if (!isObject(schema)) return fc.jsonValue();
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map((type) => valuesOf({ ...schema, type })));
  switch (schema.type) {
    case "string":
      if (typeof schema.pattern === "string") return fc.stringMatching(new RegExp(schema.pattern));
      return schema.format === "uri"
        ? fc.oneof(fc.webUrl(), fc.constantFrom("urn:x:y", "https://example.edu/%C3%A9?a=b#c"))
        : schema.format === "date-time"
          ? fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString())
          : hostileText;
    case "integer":
      return fc
        .oneof(fc.integer(), fc.constantFrom(0, -1, 2 ** 53, 1e300))
        .filter((value) => typeof schema.minimum !== "number" || value >= schema.minimum);
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(valuesOf(schema.items), { maxLength: 3 });
    case "object":
      return objects(schema);
    default: {
      // A schema without a type says something of objects only; whatever is none is accepted.
      return isObject(schema.properties)
        ? fc.oneof(objects(schema), fc.constantFrom(null, 1, "a"))
        : fc.jsonValue();
    }
  }
};
