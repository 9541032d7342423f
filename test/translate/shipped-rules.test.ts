import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { JsonObject } from "../../src/event/json.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import type { Site } from "../../src/site.ts";
import { contents, envelope, message } from "../support/events.ts";
import { siteWith } from "../support/site.ts";
import { learnerToken } from "../support/tokens.ts";
import { type Translating, translating } from "../support/translating.ts";

const RUN = "https://events.jupyter.org/jupyter_server_nbmodel/cell_execution/v1";

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 22, 1) + seconds * 1000).toISOString();

const run = (kind: "start" | "end", seconds: number, more: JsonObject = {}): JsonObject => ({
  ...envelope(RUN, { event_type: `execution_${kind}`, cell_id: "c1", document_id: "json:notebook:1" }),
  __timestamp__: at(seconds),
  timestamp: at(seconds),
  ...(kind === "end" && { success: true }),
  ...more,
});

const opened = (seconds: number, more: JsonObject = {}): JsonObject =>
  contents({ __timestamp__: at(seconds), action: "get", ...more });

const pioneer = (eventName: string, seconds: number, ...cells: readonly string[]): JsonObject => ({
  eventDetail: {
    eventName,
    eventTime: Date.parse(at(seconds)),
    eventInfo: { cells: cells.map((id, index) => ({ id, index })), success: true },
  },
  notebookState: { notebookPath: "hw1.ipynb" },
});

const store = (protocol: string, version: string): string => `title: Store
protocol: ${protocol}
version: "${version}"
url: https://store.example.edu/${protocol}
auth: { scheme: none }
select: { translations: ["*", "+*"] }
`;

describe("what the shipped mappings declare about several events", () => {
  let site: Site;
  before(async () => {
    site = await siteWith({
      "endpoints/all-caliper.yml": store("caliper", "1.2"),
      "endpoints/all-xapi.yml": store("xapi", "1.0.3"),
    });
  });

  const translate = async (...bodies: readonly (readonly [unknown, string?])[]): Promise<Translating> => {
    const one = await translating({ site });
    const messages = await Promise.all(
      bodies.map(([body, token]) => message(body, token === undefined ? {} : { token })),
    );
    const { counts } = await one.translate(messages);
    assert.deepEqual(counts.quarantined, {});
    return one;
  };

  /** How long each run of a cell took, in the order of their ends; undefined where that is not known. */
  const durations = ({ statements }: Translating): readonly unknown[] =>
    statements("all-xapi")
      .filter(({ translation }) => translation === "jupyter-server-nbmodel/cell-execution:run")
      .map(({ text }) => JSON.parse(text))
      .sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))
      .map(({ result }) => result.duration);

  it("tells how long a cell ran, where its start and end are in one batch, in whatever order and messages", async () => {
    const [start, end] = [run("start", 0), run("end", 1.5)];
    for (const bodies of [[[[start, end]]], [[[end, start]]], [[start], [end]], [[end], [start]]] as const)
      assert.deepEqual(durations(await translate(...bodies)), ["PT1.5S"]);
    assert.deepEqual(durations(await translate([end])), [undefined]);
    assert.deepEqual(durations(await translate([[start, end, run("end", 4)]])), ["PT1.5S", undefined]);
  });

  it("does not tell it by the start of another's run, or of another cell, notebook or server", async () => {
    const [ada, lab] = [await learnerToken("ada"), await learnerToken("ada", { server: "lab" })];
    for (const [other, token] of [
      [run("start", 0), await learnerToken("grace")],
      [run("start", 0), lab],
      [run("start", 0, { cell_id: "c2" }), ada],
      [run("start", 0, { document_id: "json:notebook:2" }), ada],
      [run("start", 9), ada],
    ] as const)
      assert.deepEqual(durations(await translate([other, token], [run("end", 1.5), ada])), [undefined]);
  });

  it("tells repeats once, says so in the ledger, and the accounts balance", async () => {
    const other = await learnerToken("grace");
    const one = await translate(
      [
        [
          opened(0),
          opened(1),
          opened(4.999),
          opened(5),
          opened(6, { path: "b.ipynb" }),
          opened(7, { action: "delete" }),
        ],
      ],
      [opened(2), other],
      [opened(3)],
    );
    for (const endpoint of ["all-caliper", "all-xapi"]) {
      const times = one.statements(endpoint).map(({ text }) => {
        const { eventTime, timestamp } = JSON.parse(text);
        return eventTime ?? timestamp;
      });
      assert.deepEqual(times.sort(), [at(0), at(2), at(5), at(6), at(7)]);
      const ledger = (await one.bucket.records("ledger")).map(({ to }) => Object(to)[endpoint]);
      assert.equal(ledger.filter((made) => made === "repeat").length, 3);
    }
    const { accepted, endpoints, unaccounted } = await readAccounts(one.bucket, ["all-caliper", "all-xapi"]);
    assert.equal(accepted, 8);
    assert.equal(unaccounted, 0);
    for (const { received, delivered, filtered, setAside, waiting, unexplained } of endpoints) {
      assert.equal(filtered.repeat, 3);
      assert.equal(waiting, 5);
      const silent = Object.values(filtered).reduce((sum, each) => sum + each, 0);
      assert.equal(received, delivered + silent + setAside + waiting);
      assert.deepEqual([received, unexplained], [8, 0]);
    }
  });

  it("does not fold what comes in different batches", async () => {
    const one = await translating({ site });
    await one.translate([await message(opened(0))]);
    await one.translate([await message(opened(1))]);
    assert.equal(one.statements("all-xapi").length, 2);
  });

  it("tells every run of a cell, and every command: the second may have mended the first", async () => {
    const run = (seconds: number): JsonObject => pioneer("CellExecuteEvent", seconds, "a");
    const command = (seconds: number): JsonObject => ({
      schema: "lab.jupyter.org/command-invocations",
      version: 1,
      timestamp: at(seconds),
      command_id: "notebook:run",
    });
    const { statements } = await translate([[run(0), run(1), command(0), command(1)]]);
    for (const endpoint of ["all-xapi", "all-caliper"]) assert.equal(statements(endpoint).length, 4);
  });

  it("tells once that a cell is looked at, and each of two cells", async () => {
    const focus = (seconds: number, cell: string): JsonObject =>
      pioneer("ActiveCellChangeEvent", seconds, cell);
    const { statements } = await translate([[focus(0, "a"), focus(1, "b"), focus(2, "a"), focus(31, "a")]]);
    for (const endpoint of ["all-xapi", "all-caliper"]) assert.equal(statements(endpoint).length, 3);
  });
});
