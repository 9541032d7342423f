import { isObject, type JsonObject } from "../../src/event/json.ts";
import { type Bad, badForms, badKeys } from "./bad-values.ts";

export interface Mutant {
  /** The seed, the place, and what was done there. */
  readonly name: string;
  /** What was done, for all places alike. */
  readonly deed: string;
  readonly statement: unknown;
}

type Path = readonly (string | number)[];

interface Spot {
  readonly path: Path;
  readonly value: unknown;
}

/** Each statement with one thing in it made wrong, in every way and at every place that the standard's rules reach. */
export const mutantsOf = (seeds: Readonly<Record<string, JsonObject>>): readonly Mutant[] => {
  const all = Object.entries(seeds).flatMap(([seed, statement]) =>
    spotsOf(statement, []).flatMap((spot) =>
      wrongsAt(spot).map(({ deed, value }) => ({
        name: `${seed} /${spot.path.join("/")}: ${deed}`,
        deed,
        statement: replaced(statement, spot.path, value),
      })),
    ),
  );
  return [...new Map(all.map((each) => [JSON.stringify(each.statement), each])).values()];
};

/** Every value of a statement but those inside extensions, where anything goes. */
const spotsOf = (value: unknown, path: Path): readonly Spot[] => {
  const spot = { path, value };
  if (path.at(-1) === "extensions") return [spot];
  if (Array.isArray(value)) return [spot, ...value.flatMap((each, index) => spotsOf(each, [...path, index]))];
  if (!isObject(value)) return [spot];
  return [spot, ...Object.entries(value).flatMap(([key, each]) => spotsOf(each, [...path, key]))];
};

const wrongsAt = (spot: Spot): readonly Bad[] => [
  ...(spot.path.length > 0 ? [{ deed: "null", value: null }] : []),
  ...otherKinds(spot),
  ...wrongMembers(spot),
  ...badForms(spot.path, spot.value),
];

const otherKinds = ({ path, value }: Spot): readonly Bad[] => {
  if (Array.isArray(value)) return [{ deed: "an object for an array", value: { ...value } }];
  if (isObject(value))
    return [
      { deed: "a text for an object", value: "text" },
      // A statement in an array is a batch of one.
      ...(path.length > 0 ? [{ deed: "an array for an object", value: [value] }] : []),
    ];
  if (typeof value === "string")
    return [
      { deed: "a number for a text", value: 7 },
      { deed: "an object for a text", value: { en: value } },
    ];
  return [{ deed: "a text for a number or boolean", value: String(value) }];
};

const wrongMembers = ({ path, value }: Spot): readonly Bad[] => {
  if (!isObject(value)) return [];
  const added = badKeys(path).map(({ deed, value: key }) => ({
    deed,
    value: { ...value, [String(key)]: key === "objectType" ? "Statement" : "text" },
  }));
  const dropped = Object.keys(value)
    .filter((key) => isNeeded(key, path, value))
    .map((key) => ({ deed: "a required property left out", value: without(value, key) }));
  return [...added, ...dropped];
};

const without = (value: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([each]) => each !== key));

const IDENTIFIERS = ["mbox", "mbox_sha1sum", "openid", "account"];
const ALWAYS = [
  "actor",
  "verb",
  "object",
  "homePage",
  "usageType",
  "contentType",
  "length",
  "sha2",
  "agent",
  "group",
];
const LISTED = ["choices", "scale", "source", "target", "steps"];

/** Whether an object is wrong without this property. */
const isNeeded = (key: string, path: Path, value: JsonObject): boolean => {
  const parent = path.at(-1);
  if (parent === "extensions" || isLanguageMap(path)) return false;
  if (key === "id") return path.length > 0;
  if (key === "name") return parent === "account";
  if (key === "display") return "usageType" in value;
  if (key === "member") return !IDENTIFIERS.some((each) => each in value);
  if (key === "objectType")
    return value[key] !== "Activity" && (value[key] !== "Agent" || parent === "object");
  if (key === "interactionType")
    return LISTED.some((each) => each in value) || "correctResponsesPattern" in value;
  if (IDENTIFIERS.includes(key)) return !("member" in value);
  return ALWAYS.includes(key);
};

const isLanguageMap = (path: Path): boolean =>
  ["display", "description", "name"].includes(String(path.at(-1)));

const replaced = (value: unknown, [first, ...rest]: Path, by: unknown): unknown => {
  if (first === undefined) return by;
  if (Array.isArray(value))
    return value.map((each, index) => (index === first ? replaced(each, rest, by) : each));
  return isObject(value) ? { ...value, [first]: replaced(value[first], rest, by) } : value;
};
