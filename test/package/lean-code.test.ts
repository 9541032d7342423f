import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ValidateFunction } from "ajv";
import type { Plugin } from "esbuild";
import { asModule } from "../../build/as-module.ts";
import { project } from "../../build/bundle.ts";
import { plainFunctions } from "../../build/plain-functions.ts";
import { rulesOnly } from "../../build/rules-only.ts";
import { validatorsCode } from "../../src/event/schema.ts";
import { bundled } from "./bundled.ts";

/** A module that exists in memory only. */
const inMemory = (name: string, contents: string): Plugin => ({
  name,
  setup(bundler) {
    bundler.onResolve({ filter: new RegExp(`^${name}$`) }, ({ path }) => ({ path, namespace: name }));
    bundler.onLoad({ filter: /.*/, namespace: name }, () => ({
      contents,
      loader: "js",
      resolveDir: project,
    }));
  },
});

describe("validators in a bundle", () => {
  it("say what they say elsewhere, with all that they need", async () => {
    const schema = {
      type: "object",
      properties: {
        time: { type: "string", format: "date-time" },
        name: { type: "string", minLength: 2 },
        cells: { type: "array", uniqueItems: true, items: { type: "object" } },
      },
    };
    const code = validatorsCode(new Map([["schema0", schema]]));
    assert.match(code, /require\(/);
    interface Validators {
      readonly default: { readonly schema0: ValidateFunction };
    }
    const { default: ours } = await bundled<Validators>(asModule(code), "validators", []);
    const { default: theirs } = await bundled<Validators>(
      `import validators from "validators"; export default validators;`,
      "validators-before",
      [inMemory("validators", code)],
    );
    for (const event of [
      { time: "2026-11-20T09:00:05Z", name: "é🙂", cells: [{ a: 1 }, { a: 2 }] },
      { time: "yesterday" },
      { name: "🙂" },
      { cells: [{ a: [1] }, { a: [1] }] },
    ]) {
      const valid = theirs.schema0(event);
      assert.equal(ours.schema0(event), valid);
      assert.deepEqual(ours.schema0.errors, theirs.schema0.errors);
      assert.equal(valid, "time" in event && "name" in event);
    }
  });
});

describe("the schemas of a bundle", () => {
  it("lose what is said to people, and no rule", () => {
    const described = {
      title: "An event",
      description: "What happened.",
      type: "object",
      required: ["title", "description"],
      properties: {
        title: { type: "string", description: "What it is called." },
        description: true,
        kind: { $comment: "Of two.", enum: [{ title: "a", description: "b" }, "description"] },
        all: { const: { title: "c" } },
      },
      definitions: { part: { title: "A part", items: [{ description: "One.", type: "null" }] } },
    };
    assert.deepEqual(rulesOnly(described), {
      type: "object",
      required: ["title", "description"],
      properties: {
        title: { type: "string" },
        description: true,
        kind: { enum: [{ title: "a", description: "b" }, "description"] },
        all: { const: { title: "c" } },
      },
      definitions: { part: { items: [{ type: "null" }] } },
    });
  });
});

describe("plain functions", () => {
  const plain = plainFunctions();

  it("stand for arrow functions", async () => {
    const code = await plain("export const add = (a, b = 1) => a + b;", "add.js");
    assert.doesNotMatch(code, /=>/);
    const { add } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    assert.deepEqual([add(1), add(1, 2)], [2, 3]);
  });

  it("do not, in a module where one uses what is around it", async () => {
    for (const code of [
      "export class A extends B { constructor() { const f = () => this.a; super(f); } }",
      "export function f() { return () => arguments; }",
      "export const o = { m() { return () => this; } };",
    ])
      assert.equal(await plain(code, "this.js"), code);
  });
});
