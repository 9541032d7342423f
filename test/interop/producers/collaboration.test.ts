/** jupyter-collaboration: people in one room, with the client that it has in the browser. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { isObject, type JsonObject } from "../../../src/event/json.ts";
import { asking, TOKEN } from "../jupyter/server.ts";
import { installed, pythonWith } from "../support/parts.ts";
import { eventually } from "../support/running.ts";
import { notebook, visit } from "./collaboration-room.ts";
import { type Act, keyOf, runTold, startExtended, textIn, writtenBy } from "./server.ts";

const found = await pythonWith("jupyter-extensions");
const skip = "missing" in found ? found.missing : false;
const python = "missing" in found ? "" : found.python;
const client = await installed("yjs");
const yjs = "missing" in client ? "" : client.folder;

const folder = await mkdtemp(join(tmpdir(), "interop-collaboration-"));
after(() => rm(folder, { recursive: true, force: true }));

/** What no archive may hold. */
const OWN_WORDS = "words-that-are-a-learners-own";

const COURSE = "https://www.example.edu/courses/stat101";

/** Rooms are given up as soon as they are empty, and files looked at often. */
const QUICK = ["--YDocExtension.document_cleanup_delay=0.1", "--YDocExtension.file_poll_interval=0.1"];

describe("jupyter-collaboration", { skip, concurrency: 3 }, async () => {
  const service = await runTold(["jupyter-collaboration/*", "+jupyter-collaboration/session:*"]);
  const actsOf = (all: readonly Act[], ...actors: readonly string[]): readonly Act[] =>
    all.filter(({ actor }) => actors.includes(actor));

  it("tells who comes, goes and makes copies on a server that several people share, each in their own name", async () => {
    const context = await service.tokenOf("jupyterhub", "service");
    await using server = await startExtended(python, folder, service, context, {
      people: ["ada", "grace"],
      args: QUICK,
    });
    const [ada, grace] = [asking(server.url, keyOf("ada")), asking(server.url, keyOf("grace"))];
    await ada("PUT", "/api/contents/hw1.ipynb", notebook("1 + 1"));
    using first = await visit(yjs, server, "hw1.ipynb", keyOf("ada"), "ada");
    using second = await visit(yjs, server, "hw1.ipynb", keyOf("grace"), "grace");
    const { room } = first;
    await eventually(
      "they see one another",
      async () => (second.others().join() === "ada,grace" ? true : undefined),
      server,
    );
    first.type(0, "# ");
    await eventually(
      "one sees what the other types",
      async () => (second.cell(0) === "# 1 + 1" ? true : undefined),
      server,
    );
    const forked = await grace("PUT", `/api/collaboration/fork/${room}`, {
      title: "Shorter",
      description: OWN_WORDS,
    });
    const fork = textIn(forked, "fork_roomid");
    await ada("DELETE", `/api/collaboration/fork/${fork}?merge=true`);
    first[Symbol.dispose]();
    second[Symbol.dispose]();

    const all = await service.told(
      "both have left",
      (acts) => actsOf(acts, "ada", "grace").filter(({ verb }) => verb === "leave").length === 2,
      server,
    );
    const at = `https://hub.example.edu/rooms/${encodeURIComponent(room)}`;
    const copy = `https://hub.example.edu/rooms/${fork}`;
    assert.deepEqual(
      actsOf(all, "ada", "grace")
        .map(({ actor, verb, object, course }) => [actor, verb, object, course])
        .sort(),
      [
        ["ada", "delete", copy, COURSE],
        ["ada", "join", at, COURSE],
        ["ada", "leave", at, COURSE],
        ["grace", "copied", at, COURSE],
        ["grace", "join", at, COURSE],
        ["grace", "leave", at, COURSE],
      ],
    );
    assert.ok(all.some(({ actor, extensions }) => actor === "grace" && extensions["copied-to"] === copy));
    // What names nobody is nobody's there.
    const others = (await refused(service, fork, room)).filter(
      ({ reason }) => reason !== "identity.mismatch",
    );
    assert.deepEqual(
      [...new Set(others.map(({ schema, reason }) => `${schema} ${reason}`))],
      ["session identity.missing"],
    );
    assert.ok(!(await writtenBy(service)).includes(OWN_WORDS));
  });

  it("tells on a learner's own server what the room does in the learner's name, and believes of nobody else there", async () => {
    await using server = await startExtended(python, folder, service, await service.tokenOf("emmy"), {
      people: ["emmy", "katherine"],
      args: QUICK,
    });
    const emmy = asking(server.url, keyOf("emmy"));
    await emmy("PUT", "/api/contents/proofs.ipynb", notebook("1 + 1"));
    using visitor = await visit(yjs, server, "proofs.ipynb", keyOf("emmy"), "emmy");
    const { room } = visitor;
    using guest = await visit(yjs, server, "proofs.ipynb", keyOf("katherine"), "katherine");
    visitor.type(0, "# ");
    await service.told(
      "the room has saved",
      (acts) => actsOf(acts, "emmy").some(({ verb }) => verb === "save"),
      server,
    );
    guest[Symbol.dispose]();
    // A room that all leave at one moment is never given up: the server then thinks that somebody is still there.
    const guests = await eventually(
      "the guest has left",
      async () => {
        const all = await refused(service, room);
        return all.length === 2 ? all : undefined;
      },
      server,
    );
    visitor[Symbol.dispose]();
    const events = await eventually(
      "the room has been given up",
      async () => {
        const raw = (await service.kept("raw")).flatMap(({ event }) => (isObject(event) ? [event] : []));
        const here = raw.filter((event) => event.room === room);
        return here.some(({ action }) => action === "clean") ? here : undefined;
      },
      server,
    );
    const done = new Set(events.map(({ action }) => action));
    assert.deepEqual([...done].sort(), ["clean", "initialize", "load", "save"]);
    assert.ok(events.every(({ path }) => path === "proofs.ipynb"));

    const all = await service.told(
      "the learner has left",
      (acts) => actsOf(acts, "emmy").some(({ verb }) => verb === "leave"),
      server,
    );
    const file = "https://hub.example.edu/files/proofs.ipynb";
    const at = `https://hub.example.edu/rooms/${encodeURIComponent(room)}`;
    const acts = actsOf(all, "emmy").map(({ verb, object, course }) => [verb, object, course]);
    assert.deepEqual([...new Set(acts.map((act) => act.join(" ")))].sort(), [
      `join ${at} ${COURSE}`,
      `leave ${at} ${COURSE}`,
      `open ${file} ${COURSE}`,
      `save ${file} ${COURSE}`,
    ]);
    assert.deepEqual(actsOf(all, "katherine"), []);
    assert.deepEqual(guests.map(({ event, reason }) => [event.username, event.action, reason]).sort(), [
      ["katherine", "join", "identity.mismatch"],
      ["katherine", "leave", "identity.mismatch"],
    ]);
  });

  it("keeps nothing of a document in what is said of one that cannot be read", async () => {
    await using server = await startExtended(python, folder, service, await service.tokenOf("hedy"), {
      args: QUICK,
    });
    await server.ask("PUT", "/api/contents/half.ipynb", notebook("1 + 1"));
    using _visitor = await visit(yjs, server, "half.ipynb", TOKEN, "hedy");
    // Half of a character: JSON knows it, Jupyter Server fails on it, and the error's name for it is the whole text.
    const content = JSON.stringify(Object(notebook(`${OWN_WORDS} \ud800`)).content);
    await server.ask("PUT", "/api/contents/half.ipynb", { type: "file", format: "text", content });
    const failed = await eventually(
      "the room has failed",
      async () => {
        const raw = (await service.kept("raw")).flatMap(({ event }) => (isObject(event) ? [event] : []));
        return raw.find(({ level, path }) => level === "ERROR" && path === "half.ipynb");
      },
      server,
    );
    assert.equal(failed.msg, undefined);
    assert.ok(!(await writtenBy(service)).includes(OWN_WORDS));
  });

  it("calls people by names that nobody has where there is no hub, and that is not told", async () => {
    await using server = await startExtended(python, folder, service, await service.tokenOf("maria"), {
      args: QUICK,
    });
    await server.ask("PUT", "/api/contents/alone.ipynb", notebook("1 + 1"));
    using visitor = await visit(yjs, server, "alone.ipynb", TOKEN, "maria");
    visitor[Symbol.dispose]();
    const events = await eventually(
      "the visit is in quarantine",
      async () => {
        const all = await refused(service, visitor.room);
        return all.length === 2 ? all : undefined;
      },
      server,
    );
    for (const { event, reason } of events) {
      assert.match(String(event.username), /^[0-9a-f]{32}$/);
      assert.equal(reason, "identity.mismatch");
    }
    const all = await service.told("the room was loaded", (acts) => actsOf(acts, "maria").length > 0, server);
    assert.deepEqual(
      actsOf(all, "maria").map(({ verb, object }) => [verb, object]),
      [["open", "https://hub.example.edu/files/alone.ipynb"]],
    );
  });
});

interface Refused {
  readonly event: JsonObject;
  /** The kind of event: the part of its schema before the version. */
  readonly schema: string;
  readonly reason: unknown;
}

/** The events of jupyter-collaboration about these rooms that are in quarantine. */
const refused = async (
  { kept }: Pick<Awaited<ReturnType<typeof runTold>>, "kept">,
  ...rooms: readonly string[]
): Promise<readonly Refused[]> =>
  (await kept("quarantine")).flatMap(({ text, reason }) => {
    const event: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
    if (!isObject(event)) return [];
    const room = event.room ?? event.roomid ?? event.fork_roomid;
    const [schema = ""] = String(event.__schema__).split("/").slice(-2);
    return rooms.some((each) => each === room) ? [{ event, schema, reason }] : [];
  });
