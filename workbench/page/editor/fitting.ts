import type { Path } from "../../../src/document/document.ts";
import { isObject, type JsonObject } from "../../../src/event/json.ts";
import { SHAPE } from "../../../src/mapping/shape.ts";
import { type Fitting, key, keysOnly, NOTHING, word } from "./choice.ts";
import { fittingCaliper } from "./fitting-caliper.ts";
import { fittingXapi } from "./fitting-xapi.ts";
import { keysAt, type Slot, valueAt } from "./outline.ts";
import { scalarOf } from "./scalar.ts";

/** What may stand at a path of a mapping, in a file as far as it is written. */
export const fittingAt = (file: string, slots: readonly Slot[], path: Path): Fitting => {
  const [first, , side, ...rest] = path;
  if (first === "translations" && side === "xapi") return fittingXapi(rest);
  if (first === "translations" && side === "json")
    return rest.length === 0 ? keysOnly(recordKeys(slots).map((each) => key(each))) : NOTHING;
  if (first !== "translations" || side !== "caliper") return fittingShape(path);
  return fittingCaliper(rest, (below) => {
    const slot = valueAt(slots, [...path.slice(0, 3), ...below]);
    return slot && scalarOf(file, slot).text.trim();
  });
};

/** The keys that the file's other records have. */
const recordKeys = (slots: readonly Slot[]): readonly string[] => {
  const sides = slots.filter(({ path, kind }) => kind === "value" && path.length === 3 && path[2] === "json");
  return [...new Set(sides.flatMap(({ path }) => keysAt(slots, path)))];
};

/** What the language of mappings itself has, but for what it says to each standard. */
const fittingShape = (path: Path): Fitting => {
  const found = path.reduce<unknown>(
    (at, step) =>
      !isObject(at)
        ? undefined
        : typeof step === "number"
          ? at.items
          : (propertiesOf(at)[step] ?? at.additionalProperties),
    SHAPE,
  );
  if (!isObject(found)) return NOTHING;
  const words = [
    ...(Array.isArray(found.enum) ? found.enum.map(String) : []),
    ...(found.type === "boolean" ? ["true", "false"] : []),
    ...examplesOf(found),
  ];
  return {
    keys: Object.entries(propertiesOf(found)).map(([name, schema]) =>
      key(name, textOf(schema, "description")),
    ),
    words: words.map((each) => word(each, textOf(found, "description"))),
  };
};

const propertiesOf = (schema: JsonObject): JsonObject =>
  isObject(schema.properties) ? schema.properties : {};

const textOf = (schema: unknown, name: string): string =>
  isObject(schema) && typeof schema[name] === "string" ? schema[name] : "";

/** Short examples are as good as words; what is longer is another mapping's. */
const examplesOf = ({ examples, type }: JsonObject): readonly string[] =>
  type === "string" && Array.isArray(examples)
    ? examples.filter((each): each is string => typeof each === "string" && /^\w+$/.test(each))
    : [];
