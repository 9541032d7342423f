import assert from "node:assert/strict";
import { test } from "node:test";
import type { MappingDetail } from "../../workbench/api/mappings.ts";
import { ServerTrouble } from "../../workbench/page/app.ts";
import { pathOf, type SavingParts, savingOf } from "../../workbench/page/editor/saving.ts";

const detail = (text: string, hash: string): MappingDetail => ({
  name: "a b/c",
  file: "mappings/a b/c/mapping.yml",
  text,
  hash,
  schemas: [],
  hub: { id: "https://hub.example.edu", name: "Hub" },
  versions: { caliper: "1.2", xapi: "1.0.3", json: "" },
  isPseudonymised: true,
  samples: [],
});

interface Told {
  readonly put: unknown[];
  readonly said: string[];
  readonly saved: string[];
}

/** Saving "mine" over the text "old", by a server that answers so. */
const saving = (
  answer: () => unknown,
  against?: string,
): { readonly told: Told; readonly parts: SavingParts } => {
  const told: Told = { put: [], said: [], saved: [] };
  const app = {
    put: async (path: string, body: unknown) => {
      told.put.push([path, body]);
      return answer();
    },
    get: async () => detail("theirs", "2"),
    draw: () => undefined,
    say: (text: string) => told.said.push(text),
  };
  const parts: SavingParts = {
    app: app as unknown as SavingParts["app"],
    detail: () => detail("old", "1"),
    text: () => "mine",
    against: () => against,
    save: () => undefined,
    saved: (text, hash) => told.saved.push(`${text} ${hash}`),
    overtaken: () => undefined,
    goTo: () => undefined,
  };
  return { told, parts };
};

/** What is shown, as text. */
const shown = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(shown).join("");
  if (typeof value !== "object" || value === null) return typeof value === "string" ? value : "";
  const { strings = [], values = [] } = value as { strings?: readonly string[]; values?: readonly unknown[] };
  return strings
    .map((each, at) => each + shown(values[at]))
    .join("")
    .replace(/\s+/g, " ");
};

test("a text is saved with the hash of the one that it replaces, and what the server says is told", async () => {
  const { told, parts } = saving(() => ({ hash: "9", told: "It is saved." }));
  const { save, draw } = savingOf(parts);
  await save();
  assert.deepEqual(told.put, [["/api/mappings/a%20b/c", { text: "mine", hash: "1" }]]);
  assert.deepEqual(told.saved, ["mine 9"]);
  assert.deepEqual(told.said, ["It is saved."]);
  assert.match(shown(draw()), /It is saved\./);
});

test("what stands against it is said, and nothing is sent", async () => {
  const { told, parts } = saving(() => ({}), "1 problem.");
  const { save, draw } = savingOf(parts);
  await save();
  assert.deepEqual(told.put, []);
  assert.deepEqual(told.said, ["Not saved. 1 problem."]);
  assert.match(shown(draw()), /1 problem\./);
});

test("it is sent once, however often somebody asks meanwhile", async () => {
  const { told, parts } = saving(() => ({ hash: "9", told: "It is saved." }));
  const { save } = savingOf(parts);
  await Promise.all([save(), save()]);
  assert.equal(told.put.length, 1);
});

test("where the file has changed since, one may take its text or keep one's own", async () => {
  const { parts } = saving(() => {
    throw new ServerTrouble(409, "Changed.");
  });
  const { save, draw } = savingOf(parts);
  await save();
  assert.match(
    shown(draw()),
    /The file has changed since you opened it\..*Take the file’s text.*Keep editing mine/,
  );
});

test("what is wrong with the site is shown with its places, also in other files", async () => {
  const problem = { file: "endpoints/lrs.yml", line: 3, column: 7, message: "There is no such translation." };
  const { told, parts } = saving(() => {
    throw new ServerTrouble(422, "The files have mistakes.", [problem]);
  });
  const { save, draw } = savingOf(parts);
  await save();
  assert.deepEqual(told.said, ["Not saved. The files have mistakes."]);
  assert.match(shown(draw()), /Not saved\..*There is no such translation\./);
  assert.doesNotMatch(shown(draw()), /Take the file’s text/);
});

test("a name is written into an address without becoming another one", () => {
  assert.equal(pathOf("a/b c?d#e"), "/api/mappings/a/b%20c%3Fd%23e");
});
