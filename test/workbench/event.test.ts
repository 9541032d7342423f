import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { columnsOf } from "../../build/columns.ts";
import { valuesReader } from "../../src/compaction/values.ts";
import { isObject } from "../../src/event/json.ts";
import type { EventDetail } from "../../workbench/api/event.ts";
import { Overtaken } from "../../workbench/trouble.ts";
import { eventOf } from "../../workbench/views/event.ts";
import { learnerShown } from "../../workbench/views/event-learner.ts";
import { compacted } from "../compaction/support.ts";
import { exampleMessages } from "../retell/support.ts";
import { message, serverAction } from "../support/events.ts";
import { everyEndpoint } from "../support/every-endpoint.ts";
import { ARRIVED, serviceToken } from "../support/tokens.ts";
import { endingAt, idsIn, sandbox, shipped, theEvent } from "./event-support.ts";
import { type Archived, archive, deskOver, type OwnSite, ownSite } from "./support.ts";

/** Of what her own server tells. */
const isGraces = ({ learner, source }: EventDetail): boolean =>
  learner.username === "grace" && source.startsWith("jupyter-server/");

describe("all shipped events, at endpoints of every protocol and version", () => {
  let own: OwnSite;
  let archived: Archived;
  let details: readonly EventDetail[];
  before(async () => {
    const all = everyEndpoint(shipped.files.sources);
    own = await ownSite(
      Object.fromEntries(Object.entries(all).filter(([path]) => !path.startsWith("endpoints/refuse-"))),
    );
    archived = await archive(own);
    const messages = await exampleMessages(own.site);
    for (let at = 0; at < messages.length; at += 40) await archived.translate(messages.slice(at, at + 40));
    for (const { name } of own.site.endpoints) await archived.deliver(name, sandbox);
    const desk = await deskOver(archived, own);
    const found: EventDetail[] = [];
    for (const id of await idsIn(archived.bucket)) found.push(await eventOf(desk, id));
    details = found;
  });

  it("show exactly what was sent, byte by byte, with its receipt", () => {
    for (const { name } of own.site.endpoints) {
      const sent = new Map(archived.statements(name).map(({ id, text }) => [id, text]));
      const shown = details.flatMap((detail) => endingAt(detail, name).statements);
      assert.deepEqual(new Set(shown.map(({ id }) => id)), new Set(sent.keys()), name);
      assert.ok(shown.length > 100, name);
      for (const { id, as, state, statement, receipt } of shown) {
        assert.deepEqual([as, state, receipt?.status !== undefined], ["sent", "delivered", true], name);
        assert.equal(JSON.stringify(statement), sent.get(id));
      }
    }
  });

  it("show what the stores have", () => {
    for (const { name, protocol } of own.site.endpoints) {
      const store = archived.storeOf(name);
      const kept = { xapi: sandbox.statements, caliper: sandbox.caliper, json: sandbox.records }[protocol](
        store,
      );
      const byId = new Map(kept.map((each) => [String(each.id).replace("urn:uuid:", ""), each]));
      for (const { id, statement } of details.flatMap((detail) => endingAt(detail, name).statements)) {
        const there = byId.get(id);
        assert.ok(there !== undefined && isObject(statement), name);
        for (const [key, value] of Object.entries(statement))
          assert.deepEqual(there[key], value, `${name} ${key}`);
      }
    }
  });

  it("say of each field where it comes from", () => {
    const own = details.flatMap(({ endpoints }) => endpoints.flatMap(({ statements }) => statements));
    for (const { statement, fields } of own) {
      assert.ok(fields.length > 0);
      for (const { path, value } of fields) {
        let at = statement;
        for (const step of path) at = Object(at)[step];
        assert.deepEqual(at, value);
      }
      assert.ok(fields.some(({ place }) => place?.file.startsWith("mappings/")));
      assert.ok(fields.some(({ says, place }) => place === undefined && says !== ""));
    }
  });

  it("show each event as it came, whose it is, and that it came with others", async () => {
    const raw = new Map((await archived.bucket.records("raw")).map((record) => [record.id, record]));
    for (const detail of details) {
      assert.deepEqual(detail.raw, raw.get(detail.id));
      assert.ok(detail.data !== undefined && detail.time !== undefined && detail.unreadable === undefined);
      assert.equal(detail.unmade, undefined);
    }
    assert.ok(details.some(({ batch }) => batch > 5));
    const { learner, course, title } = details.find(isGraces) ?? {};
    assert.equal(learner?.proven, true);
    assert.equal(learner?.sender, "It was sent with the learner's own token.");
    assert.deepEqual(course, { id: "data8", label: "DATA 8", title: "Foundations of data science" });
    assert.ok(title !== undefined && !title.includes("/"));
  });

  it("say in a sentence why an endpoint is told nothing", () => {
    for (const { endpoints } of details)
      for (const { state, nothing, statements } of endpoints) {
        assert.equal(statements.length === 0, state === "filtered");
        if (state === "filtered") assert.match(nothing ?? "", /^It is told nothing: .*\.$/);
        else assert.equal(nothing, undefined);
      }
    const sentences = new Set(details.flatMap(({ endpoints }) => endpoints.map(({ nothing }) => nothing)));
    assert.ok(sentences.size > 2, [...sentences].join("\n"));
  });
});

describe("the same events, once their day is compacted into tables", () => {
  it("show exactly what was sent still, as tables keep the batches", async () => {
    const archived = await archive(shipped);
    const messages = await exampleMessages(shipped.site);
    for (let at = 0; at < messages.length; at += 40) await archived.translate(messages.slice(at, at + 40));
    for (const { name } of shipped.site.endpoints) await archived.deliver(name, sandbox);
    const desk = await deskOver(archived, shipped);
    const { days } = await compacted(archived.bucket, {
      columns: columnsOf(shipped.files),
      readValues: valuesReader(shipped.site.schemas),
      now: () => ARRIVED + 3 * 86_400_000,
    });
    assert.deepEqual(
      days.map(({ end }) => end),
      ["done"],
    );
    const [first] = archived.statements("campus-lrs");
    await assert.rejects(eventOf(desk, first?.event ?? ""), Overtaken);
    await desk.refresh();
    for (const { name } of shipped.site.endpoints) {
      const sent = archived.statements(name);
      assert.ok(sent.length > 50);
      for (const { event, id, text } of sent.filter((_, at) => at % 5 === 0)) {
        const { statements } = endingAt(await eventOf(desk, event), name);
        const shown = statements.find((each) => each.id === id);
        assert.deepEqual([shown?.as, JSON.stringify(shown?.statement)], ["sent", text]);
      }
    }
  });
});

describe("whose an event is", () => {
  it("is told with who sent it, as far as that is known", async () => {
    const archived = await archive(shipped);
    await archived.translate([
      await message(serverAction(), { token: await serviceToken({ initiator: "admin" }) }),
    ]);
    const { learner } = await theEvent(archived.bucket, await deskOver(archived, shipped));
    assert.equal(
      learner.sender,
      "A service, such as the hub, sent it with its own token. An administrator caused it.",
    );
    const unproven = { username: "ada", roles: ["Learner", 3], proven: false, sender: { role: "learner" } };
    assert.deepEqual(learnerShown(unproven), {
      username: "ada",
      roles: ["Learner"],
      proven: false,
      sender: "The message named the learner, and no signature proves it.",
    });
    assert.match(
      learnerShown({ ...unproven, sender: {} }).sender ?? "",
      /^The event itself names its learner/,
    );
  });

  it("is nobody where it is nobody's, and damaged records tell nothing", () => {
    const nobody = { roles: [], proven: true };
    assert.deepEqual(learnerShown({ ...nobody, sender: {} }), nobody);
    assert.deepEqual(learnerShown(undefined), { roles: [], proven: false });
    assert.deepEqual(learnerShown({ sender: { role: "service", initiator: "toString" } }), {
      roles: [],
      proven: false,
      sender: "A service, such as the hub, sent it with its own token.",
    });
  });
});
