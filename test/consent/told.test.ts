import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { project } from "../../build/bundle.ts";
import { collectedOf } from "../../build/collected.ts";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { ARRIVED, learnerToken, serviceToken } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";

const files = await readSite(project);
const collected = collectedOf(files);
const site = await loadSite(files);

/** What is made of an event's text and session, and so differs with everything: the rest is what is told. */
const DERIVED: ReadonlySet<string> = new Set(["session", "registration", "federatedSession"]);

/** What each endpoint is told of an event. */
const toldOf = async (event: unknown, token: string): Promise<ReadonlyMap<string, string>> => {
  const all = await translating({ site });
  const message = { id: "m", body: JSON.stringify(event), attributes: { "learner-context": token } };
  await all.translate([{ ...message, arrived: ARRIVED }]);
  const texts = files.endpoints.map(({ endpoint: { name } }): [string, string] => {
    const statements = all.statements(name).map(({ text }) => {
      const { id: _, ...statement } = JSON.parse(text);
      return JSON.stringify(statement, (key, value) => (DERIVED.has(key) ? undefined : value));
    });
    return [name, statements.sort().join("\n")];
  });
  return new Map(texts.filter(([, text]) => text !== ""));
};

/** Another value of the same kind. */
const varied = (value: unknown): unknown => {
  if (typeof value === "number") return value + 1;
  if (Array.isArray(value)) return value.map(varied);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, varied(inner)]));
  if (typeof value !== "string") return value;
  if (/^\d{4}-\d\d-\d\dT/.test(value))
    return value.replace(/T(\d\d)/, (_, hour) => `T${String((Number(hour) + 1) % 24).padStart(2, "0")}`);
  return value.includes(".") ? `z${value}` : `${value}z`;
};

/** The event with another value of a field, wherever its envelope has it; undefined where it has none. */
const variedIn = (value: unknown, field: string): unknown => {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, field)) return { ...value, [field]: varied(value[field]) };
  for (const [key, inner] of Object.entries(value)) {
    const other = variedIn(inner, field);
    if (other !== undefined) return { ...value, [key]: other };
  }
  return undefined;
};

const examplesOf = (source: string): readonly JsonObject[] =>
  parse(readFileSync(join(project, "mappings", source, "examples.yml"), "utf8")).filter(
    (each: JsonObject) => each.event !== undefined,
  );

describe("What the page says of a field", () => {
  test("names every system to which another value of it makes a difference, for all examples", async () => {
    const untold = new Set<string>();
    let [varieties, differences] = [0, 0];
    for (const { name: source, fields } of collected.events)
      for (const { event, learner } of examplesOf(source)) {
        const username = isObject(learner) && typeof learner.name === "string" ? learner.name : "ada";
        for (const token of [await learnerToken(username), await serviceToken()]) {
          const before = await toldOf(event, token);
          if (before.size === 0) continue;
          for (const { name, told, names } of fields) {
            const other = variedIn(event, name);
            if (other === undefined) continue;
            varieties++;
            for (const [endpoint, text] of await toldOf(other, token)) {
              if (!before.has(endpoint) || text === before.get(endpoint)) continue;
              differences++;
              if (![...told, ...names].includes(endpoint)) untold.add(`${source} ${name} ${endpoint}`);
            }
          }
          break;
        }
      }
    assert.deepEqual([...untold], []);
    assert.ok(varieties > 100 && differences > 100);
  });

  test("says that who the learner is, is told as a name, but not where nobody is named", () => {
    const [endpoint] = files.endpoints;
    assert.ok(endpoint !== undefined);
    const learners = "anonymous" as const;
    const nameless = { ...endpoint, endpoint: { ...endpoint.endpoint, learners } };
    const fieldsWith = (endpoints: typeof files.endpoints) =>
      collectedOf({ ...files, endpoints })
        .events.flatMap(({ name, fields }) => fields.map((field) => ({ event: name, ...field })))
        .filter(({ names }) => names.length > 0);
    assert.deepEqual(
      fieldsWith([endpoint]).map(({ event, name, names }) => [event, name, names]),
      [
        "assignment/hand-in",
        "jupyter-collaboration/awareness",
        "jupyter-collaboration/fork",
        "jupyterhub/server-action",
      ].map((event) => [event, "username", [endpoint.endpoint.name]]),
    );
    assert.deepEqual(fieldsWith([nameless]), []);
  });
});
