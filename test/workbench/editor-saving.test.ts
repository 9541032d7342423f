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
  { against, now = detail("theirs", "2") }: { against?: string; now?: MappingDetail } = {},
): { readonly told: Told; readonly parts: SavingParts } => {
  const told: Told = { put: [], said: [], saved: [] };
  const app = {
    put: async (path: string, body: unknown) => {
      told.put.push([path, body]);
      return answer();
    },
    get: async () => now,
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
  const { told, parts } = saving(() => ({}), { against: "1 problem." });
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

test("where something else is done to the service just now, that is said, and the file is as it was", async () => {
  const refused = () => {
    throw new ServerTrouble(409, "Events are being recovered. Let that end, and try again.");
  };
  const { told, parts } = saving(refused, { now: detail("old", "1") });
  const { save, draw } = savingOf(parts);
  await save();
  assert.deepEqual(told.said, ["Not saved. Events are being recovered. Let that end, and try again."]);
  assert.doesNotMatch(shown(draw()), /has changed|Take the file’s text/);
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

const unheard = (error: Error, now?: MappingDetail) =>
  saving(
    () => {
      throw error;
    },
    now === undefined ? {} : { now },
  );

test("where nobody has answered, the file tells whether it was saved", async () => {
  for (const error of [
    new ServerTrouble(0, "The workbench does not answer."),
    new SyntaxError("half an answer"),
  ]) {
    const { told, parts } = unheard(error, detail("mine", "9"));
    const { save, draw } = savingOf(parts);
    await save();
    assert.deepEqual(told.saved, ["mine 9"]);
    assert.match(shown(draw()), /It is saved: the file holds this text\./);
    assert.doesNotMatch(shown(draw()), /Not saved/);
  }
});

test("where nobody has answered, and the file is another or as it was, it was not saved", async () => {
  const gone = new ServerTrouble(0, "The workbench does not answer.");
  for (const [now, words] of [
    [detail("old", "1"), /Not saved\..*The file is as it was\. Save it again\./],
    [detail("theirs", "2"), /Not saved\..*The file has changed.*Take the file’s text/],
  ] as const) {
    const { told, parts } = unheard(gone, now);
    const { save, draw } = savingOf(parts);
    await save();
    assert.deepEqual(told.saved, []);
    assert.match(shown(draw()), words);
  }
});

test("where nobody answers at all, nobody knows whether it was saved", async () => {
  const { told, parts } = unheard(new ServerTrouble(0, "The workbench does not answer."));
  const silent = { ...parts, app: { ...parts.app, get: () => Promise.reject(new Error("gone")) } };
  const { save, draw } = savingOf(silent);
  await save();
  assert.deepEqual(told.saved, []);
  assert.match(told.said[0] ?? "", /^Nobody knows whether it was saved\./);
  assert.match(shown(draw()), /Nobody knows whether it was saved\..*Is it still running\?/);
  assert.doesNotMatch(shown(draw()), /Not saved/);
});

test("a name is written into an address without becoming another one", () => {
  assert.equal(pathOf("a/b c?d#e"), "/api/mappings/a/b%20c%3Fd%23e");
});
