/** jupyter-server-nbmodel: cells that a real kernel runs for the server, and what its own logger says of them. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { isObject } from "../../../src/event/json.ts";
import { type JupyterServer, TOKEN } from "../jupyter/server.ts";
import { installed, pythonWith } from "../support/parts.ts";
import { eventually } from "../support/running.ts";
import { notebook, visit } from "./collaboration-room.ts";
import { runTold, startExtended, textIn, writtenBy } from "./server.ts";

const found = await pythonWith("jupyter-extensions");
const skip = "missing" in found ? found.missing : false;
const python = "missing" in found ? "" : found.python;
const client = await installed("yjs");
const yjs = "missing" in client ? "" : client.folder;

const folder = await mkdtemp(join(tmpdir(), "interop-nbmodel-"));
after(() => rm(folder, { recursive: true, force: true }));

/** What no archive may hold. */
const OWN_WORDS = "words-that-are-a-learners-own";

const COURSE = "https://www.example.edu/courses/stat101";

/** A cell that runs well, one that fails, and one that is interrupted. */
const CELLS = [
  "1 + 1",
  `raise ValueError("${OWN_WORDS}")`,
  "import time\nprint(1, flush=True)\nwhile True: time.sleep(0.1)",
];

describe("jupyter-server-nbmodel", { skip }, () => {
  it("tells which cells of a notebook in a room were run, and how that ended", async () => {
    const service = await runTold(["jupyter-server-nbmodel/*", "+jupyter-server-nbmodel/cell-execution:*"]);
    await using server = await startExtended(python, folder, service, await service.tokenOf("ada"));
    await server.ask("PUT", "/api/contents/hw1.ipynb", notebook(...CELLS));
    using visitor = await visit(yjs, server, "hw1.ipynb", TOKEN, "ada");
    const { room } = visitor;
    const kernel = textIn(await server.ask("POST", "/api/kernels"), "id");
    const run = (at: number, document?: string): Promise<string> =>
      ask(server, kernel, CELLS[at], { cell_id: `cell-${at}`, ...(document && { document_id: document }) });

    assert.equal((await answerTo(server, await run(0, room))).status, "ok");
    assert.equal((await answerTo(server, await run(1, room))).status, "error");
    const endless = await run(2, room);
    await eventually("the cell runs", async () => (visitor.outputs(2) > 0 ? true : undefined), server);
    await server.ask("POST", `/api/kernels/${kernel}/interrupt`);
    assert.equal((await answerTo(server, endless)).status, "error");
    // Of what belongs to no document, or to one that is in no room, it does not tell.
    assert.equal((await answerTo(server, await run(0))).status, "ok");
    assert.equal((await answerTo(server, await run(0, "json:notebook:nowhere"))).status, "ok");
    assert.equal((await answerTo(server, await run(0, room))).status, "ok");

    const all = await service.told("all four runs have been told", (acts) => acts.length >= 8, server);
    const at = `https://hub.example.edu/rooms/${encodeURIComponent(room)}`;
    const begunAndRun = (cell: number, success: boolean): readonly unknown[] => [
      ["launched", `${at}/cells/cell-${cell}`, undefined],
      ["interacted", `${at}/cells/cell-${cell}`, success],
    ];
    const ends = [...begunAndRun(0, true), ...begunAndRun(1, false), ...begunAndRun(2, false)];
    assert.deepEqual(
      all.map(({ verb, object, success }) => [verb, object, success]).sort(),
      [...ends, ...begunAndRun(0, true)].sort(),
    );
    for (const { actor, course, parent } of all)
      assert.deepEqual({ actor, course, parent }, { actor: "ada", course: COURSE, parent: at });

    assert.deepEqual(
      (await service.kept("quarantine")).filter(({ reason }) => reason !== "identity.mismatch"),
      [],
    );
    const failed = (await service.kept("raw")).flatMap(({ source, event }) =>
      source === "jupyter-server-nbmodel/cell-execution" && isObject(event) && event.success === false
        ? [event.kernel_error]
        : [],
    );
    assert.deepEqual(failed, [undefined, undefined]);
    assert.ok(!(await writtenBy(service)).includes(OWN_WORDS));
  });
});

/** Has a kernel run code, as the part in the browser does; gives where its answer will be. */
const ask = async (
  server: JupyterServer,
  kernel: string,
  code: string | undefined,
  metadata: Readonly<Record<string, string>>,
): Promise<string> =>
  textIn(await server.ask("POST", `/api/kernels/${kernel}/execute`, { code, metadata }), "request_url");

const answerTo = (server: JupyterServer, request: string): Promise<Record<string, unknown>> =>
  eventually(
    "a cell has run",
    async () => {
      const answer = Object(await server.ask("GET", request));
      return answer.pending === false ? answer : undefined;
    },
    server,
  );
