import { entityTypes } from "../../src/caliper/entities.ts";
import { propertiesOf } from "../../src/caliper/kinds.ts";
import { isObject } from "../../src/caliper/problems.ts";
import { CONTEXT } from "../../src/caliper/vocabulary.ts";
import type { Json } from "./seeds.ts";

/** A change for the worse: what was done, and the value that came of it. */
export type Mutant = readonly [change: string, value: Json];

const without = (value: Json, key: string): Json =>
  Object.fromEntries(Object.entries(value).filter(([each]) => each !== key));

const OLD = "http://purl.imsglobal.org/ctx/caliper/v1p1";
const IRI = "https://example.edu/thing";
const TIMES: readonly unknown[] = [
  "2026-11-20",
  "2026-11-20T09:00:12Z",
  "2026-11-20T09:00:12.000+01:00",
  "2026-02-30T09:00:12.000Z",
  "2026-11-20T25:00:12.000Z",
  "yesterday",
  1795165212000,
  null,
];
const NO_IRIS: readonly unknown[] = [
  "",
  "thing",
  "/thing",
  "https://",
  "https://a b",
  "https://a/%zz",
  5,
  null,
  [],
];
const NO_EXTENSIONS: readonly unknown[] = [[], "text", null, { plain: 1 }, { "two words": 1 }];

const sets = (value: Json, key: string, all: readonly unknown[]): readonly Mutant[] =>
  all.map((each, index) => [`${key} made wrong (${index})`, { ...value, [key]: each }]);

const drops = (value: Json, keys: readonly string[]): readonly Mutant[] =>
  keys.map((key) => [`without ${key}`, without(value, key)]);

/** What no event may be. */
export const eventMutants = (event: Json): readonly Mutant[] => [
  ...drops(event, ["@context", "id", "type", "actor", "action", "object", "eventTime"]),
  ...sets(event, "@context", [
    OLD,
    `${CONTEXT}/`,
    5,
    null,
    [],
    {},
    [CONTEXT, IRI],
    [5, CONTEXT],
    [OLD, CONTEXT],
  ]),
  ...sets(event, "id", [IRI, "urn:uuid:1", "urn:uuid:ae5fe9f4-fb00-544a-84c3-120f2f0ad1cg", "", 5, null]),
  ...sets(event, "type", ["Evnt", "event", "Person", "constructor", "", 5, null, ["Event"]]),
  ...sets(event, "action", ["Dreamt", "used", "toString", "", 5, null, ["Used"]]),
  ...sets(event, "profile", ["NoProfile", "toolUseProfile", "", 5, null]),
  ...sets(event, "eventTime", TIMES),
  ...sets(event, "extensions", NO_EXTENSIONS),
  ...["actor", "object"].flatMap((part) => sets(event, part, NO_IRIS)),
  ...sets(event, "actor", [{ id: IRI, type: "Document" }]),
  ...["edApp", "group", "membership", "session", "federatedSession"].flatMap((part) =>
    sets(event, part, [{ id: IRI, type: "Document" }, "no iri", null]),
  ),
  ...sets(event, "federatedSession", [{ id: IRI, type: "Session" }]),
  ...["Actor", "verb", "objct", "timestamp", "__proto_", "constructor"].map(
    (key): Mutant => [`with ${key}`, { ...event, [key]: IRI }],
  ),
];

/** What no envelope may be. */
export const envelopeMutants = (envelope: Json): readonly Mutant[] => [
  ...drops(envelope, ["dataVersion", "sendTime"]),
  ...drops(envelope, ["sensor", "data"]),
  ...sets(envelope, "sensor", NO_IRIS),
  ...sets(envelope, "sendTime", TIMES),
  ...sets(envelope, "dataVersion", [OLD, "1.2", "", 5, null, [CONTEXT]]),
  ...sets(envelope, "data", [[], {}, null, [5], [null], [[]], [{}], [{ type: "Event" }], ["urn:x:y"]]),
  ...["extra", "@context", "id"].map((key): Mutant => [`with ${key}`, { ...envelope, [key]: IRI }]),
];

/** What a value may not have in it: each of its entities, made wrong in its place. */
export const entityMutants = (value: Json): readonly Mutant[] =>
  entitiesIn(value, "").flatMap(({ pointer, entity, put }) => {
    const type = String(entity.type);
    const kinds = propertiesOf(type);
    const wrong: readonly Mutant[] = [
      ...drops(entity, ["id", "type"]),
      ...sets(entity, "id", NO_IRIS),
      ...sets(entity, "type", ["Persn", "person", "ToolUseEvent", "toString", 5, null]),
      ...sets(entity, "dateCreated", TIMES),
      ...sets(entity, "extensions", NO_EXTENSIONS),
      ...Object.entries(kinds).flatMap(([key, kind]) => sets(entity, key, wrongFor(kind))),
      ["with nonsense", { ...entity, nonsense: 1 }],
    ];
    return wrong.map(([change, each]): Mutant => [`${pointer} (${type}) ${change}`, put(each)]);
  });

const wrongFor = (kind: string): readonly unknown[] => {
  if (kind.endsWith("[]")) return [null, "text", {}, [null], [[]]];
  if (kind === "string") return [null, 5, {}];
  if (kind === "boolean") return [null, "true", 1];
  if (kind === "integer") return [null, "1", 1.5];
  if (kind === "number") return [null, "1", true];
  if (kind === "time") return TIMES;
  if (kind === "duration") return [null, "1h", "P", "PT", 60];
  if (kind === "object") return [null, "text", []];
  return [null, 5, "no iri", []];
};

interface Found {
  readonly pointer: string;
  readonly entity: Json;
  /** The whole value with another in place of the entity. */
  put(entity: unknown): Json;
}

const entitiesIn = (value: Json, pointer: string): readonly Found[] => {
  const type = value.type;
  const own =
    typeof type === "string" && Object.hasOwn(entityTypes, type)
      ? [{ pointer, entity: value, put: (entity: unknown): Json => (isObject(entity) ? entity : {}) }]
      : [];
  const members = Object.entries(value).filter(([key]) => !OPAQUE.has(key));
  return [...own, ...members.flatMap(([key, each]) => foundUnder(value, key, each, `${pointer}/${key}`))];
};

const OPAQUE: ReadonlySet<string> = new Set(["@context", "extensions", "messageParameters"]);

const foundUnder = (value: Json, key: string, each: unknown, pointer: string): readonly Found[] => {
  if (isObject(each))
    return entitiesIn(each, pointer).map((found) => ({
      ...found,
      put: (entity) => ({ ...value, [key]: found.put(entity) }),
    }));
  if (!Array.isArray(each)) return [];
  return each.flatMap((item: unknown, index) =>
    isObject(item)
      ? entitiesIn(item, `${pointer}/${index}`).map((found) => ({
          ...found,
          put: (entity: unknown) => ({ ...value, [key]: each.with(index, found.put(entity)) }),
        }))
      : [],
  );
};
