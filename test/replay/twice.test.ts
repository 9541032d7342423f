import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import type { EventMessage } from "../../src/intake.ts";
import { intoTables } from "../support/tables.ts";
import { cells, type Deployed, deployed, LRS, saved, sumOf, world } from "./support.ts";

const MAPPING = "mappings/jupyter-server/contents/mapping.yml";
const CELL = "mappings/jupyter-server-nbmodel/cell-execution/mapping.yml";
const NEW = "new-lrs";
/** So that it is noted how far a replay has come after every event. */
const STEPS = { together: 1, noted: 1 };

let sandbox: Sandbox;
let first: Deployed;
let edited: Deployed;
let again: Deployed;
let cellsEdited: Deployed;

before(async () => {
  const read = (path: string): string => readFileSync(join(project, path), "utf8");
  const mapping = read(MAPPING).replace("  - name: saved\n", "  - name: saved\n    within: 5s\n");
  const another = { [`endpoints/${NEW}.yml`]: read(`endpoints/${LRS}.yml`) };
  sandbox = await startSandbox();
  first = await deployed({ [MAPPING]: mapping });
  edited = await deployed({ [MAPPING]: mapping.replace("verb: save", "verb: update"), ...another });
  again = await deployed({ [MAPPING]: mapping.replace("verb: save", "verb: open"), ...another });
  cellsEdited = await deployed({ [CELL]: read(CELL).replace(/verb: \w+/g, "verb: open") });
});
after(() => sandbox.stop());

type World = ReturnType<typeof world>;

const rawKeys = ({ bucket }: World): readonly string[] =>
  [...bucket.objects.keys()].filter((key) => key.startsWith("raw/")).sort();

/** Puts an object in another place, as whoever lists the archive meets it earlier or later there. */
const move = async ({ bucket }: World, from: string, to: string): Promise<void> => {
  const body = await bucket.get(from);
  await bucket.remove(from);
  await bucket.put(to, body);
};

/** Batches, each in an object that is read after the one before it. */
const takeInOrder = async (at: World, batches: readonly (readonly EventMessage[])[]): Promise<void> => {
  for (const [hour, batch] of batches.entries()) {
    const had = rawKeys(at);
    await at.take(first, batch);
    for (const key of rawKeys(at))
      if (!had.includes(key)) await move(at, key, key.replace(/hour=\d\d/, `hour=0${hour}`));
  }
};

const second = (seconds: number) => ({ __timestamp__: `2026-11-22T01:07:${seconds}.000000Z` });

/** One event came in two batches; in the second it repeats another, and is told nothing of. */
const cameTwice = async (): Promise<World> => {
  const at = world(sandbox);
  const twice = await saved("hw.ipynb", second(42));
  const before = await saved("hw.ipynb", second(41));
  const [y, z] = [await saved("y.ipynb", second(42)), await saved("z.ipynb", second(42))];
  await takeInOrder(at, [
    [twice, z],
    [before, { ...twice, id: "again" }, y],
  ]);
  return at;
};

const toldTo = (at: World, endpoint: string): readonly string[] =>
  at
    .told(endpoint)
    .map((each) => {
      const { verb, object, timestamp } = each as unknown as {
        readonly verb: { readonly id: string };
        readonly object: { readonly id: string };
        readonly timestamp: string;
      };
      return [verb.id.split("/").at(-1), object.id.split("/").at(-1), timestamp].join(" ");
    })
    .sort();

/** A replay whose queue takes so many messages, and no more. */
const cutOff = async (at: World, by: Deployed, options: object, messages: number): Promise<void> => {
  let left = messages;
  const send: World["send"] = async (...args) => (left-- > 0 ? at.send(...args) : args[1].map(() => false));
  await assert.rejects(at.replay(by, options, { ...STEPS, on: at.stage(at.bucket, send) }), /did not take/);
};

describe("an event that came in two batches", () => {
  for (const options of [{ endpoint: NEW }, { endpoint: LRS }, { endpoint: LRS, retract: true }])
    it(`is told by both of them, wherever the replay was cut off: ${JSON.stringify(options)}`, async () => {
      const [whole, cut] = [await cameTwice(), await cameTwice()];
      await whole.replay(edited, options, STEPS);
      await whole.deliver(edited);
      await cutOff(cut, edited, options, 1);
      await cut.replay(edited, options, STEPS);
      await cut.deliver(edited);
      assert.equal(toldTo(whole, options.endpoint).length, 4);
      assert.deepEqual(toldTo(cut, options.endpoint), toldTo(whole, options.endpoint));
      assert.deepEqual(await cut.faults(LRS, NEW), []);
    });

  it("is not retracted where only the batch in which it repeats another can be read, or is meant", async () => {
    for (const hide of [
      async (at: World, key: string) => at.bucket.put(key, new Uint8Array([1, 2, 3])),
      async (at: World, key: string) => move(at, key, key.replace(/dt=[0-9-]+/, "dt=2026-11-30")),
    ]) {
      const at = await cameTwice();
      const before = toldTo(at, LRS);
      await hide(at, rawKeys(at)[0] ?? assert.fail());
      await at.replay(first, { endpoint: LRS, retract: true });
      await at.deliver(first);
      assert.deepEqual(toldTo(at, LRS), before);
    }
  });

  it("keeps the form that stands, in whatever order its batches are read", async () => {
    for (const swap of [false, true]) {
      const at = world(sandbox);
      const [begun, ended] = [await cells("ada", [["start", 0]]), await cells("ada", [["end", 0]])];
      const batches = [[begun, ended], [{ ...ended, id: "again" }]];
      await takeInOrder(at, swap ? batches.toReversed() : batches);
      const revised: number[] = [];
      for (const step of [async () => {}, async () => {}, async () => intoTables(at.bucket)]) {
        await step();
        revised.push(sumOf(await at.replay(cellsEdited, { endpoint: LRS }), LRS, "revised"));
        await at.deliver(cellsEdited);
      }
      assert.deepEqual(revised.slice(1), [0, 0]);
    }
  });
});

describe("a replay that was cut off", () => {
  it("does not go on from where it was once another has been there", async () => {
    const at = world(sandbox);
    for (const name of ["1", "2", "3", "4"]) await at.take(first, [await saved(`${name}.ipynb`)]);
    await cutOff(at, edited, { endpoint: LRS }, 2);
    await at.deliver(edited);
    for (const by of [again, edited]) {
      await at.replay(by, { endpoint: LRS }, STEPS);
      await at.deliver(by);
    }
    assert.deepEqual(
      toldTo(at, LRS).map((each) => each.split(" ")[0]),
      ["update", "update", "update", "update"],
    );
  });
});

describe("receipts that cannot be read", () => {
  it("hold back what would take the place of something", async () => {
    const at = world(sandbox);
    await at.take(first, [await saved("a.ipynb")]);
    const before = new Set(at.bucket.objects.keys());
    await at.replay(edited, { endpoint: LRS });
    await at.deliver(edited);
    for (const key of at.bucket.objects.keys())
      if (!before.has(key) && key.startsWith(`receipts/endpoint=${LRS}/`))
        await at.bucket.put(key, new Uint8Array([1, 2, 3]));
    const said = await at.replay(again, { endpoint: LRS });
    await at.deliver(again);
    assert.equal(said.code, 1);
    assert.equal(toldTo(at, LRS).length, 1);
  });
});
