import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { assertRefused, fresh, putXapi, sandbox, sendXapi, statement, without } from "./support.ts";

describe("an xAPI store", () => {
  it("takes one statement or several, and answers their ids in order", async () => {
    const store = fresh();
    const [one, two, three] = [statement(), statement(), without(statement(), "id")];
    assert.deepEqual(await (await sendXapi(store, one)).json(), [one.id]);
    const ids = (await (await sendXapi(store, [two, three])).json()) as readonly string[];
    assert.equal(ids[0], two.id);
    assert.match(String(ids[1]), /^[0-9a-f-]{36}$/);
    assert.deepEqual(
      sandbox.statements(store).map(({ id }) => id),
      [one.id, ...ids],
    );
  });

  it("takes a statement by PUT with 204, and again", async () => {
    const store = fresh();
    const said = statement();
    assert.equal((await putXapi(store, String(said.id), said)).status, 204);
    assert.equal((await putXapi(store, String(said.id), without(said, "id"))).status, 204);
    assert.equal(sandbox.statements(store).length, 1);
    await assertRefused(await putXapi(store, String(said.id), { ...said, result: { success: true } }), 409);
    await assertRefused(await putXapi(store, randomUUID(), said), 400, "/id");
    await assertRefused(await putXapi(store, "nonsense", said), 400);
    await assertRefused(await putXapi(store, randomUUID(), [statement()]), 400);
  });

  it("takes everything that a full statement can say", async () => {
    const full = statement({
      actor: {
        objectType: "Group",
        member: [{ mbox: "mailto:ada@example.edu" }, { openid: "https://id.example" }],
      },
      result: {
        score: { scaled: -1, raw: 3, min: 0, max: 10 },
        success: true,
        duration: "PT4H35M59.14S",
        extensions: { "https://x.example/e": null },
      },
      context: {
        registration: randomUUID(),
        instructor: { mbox_sha1sum: "a".repeat(40) },
        team: { objectType: "Group", account: { homePage: "https://x.example", name: "t" } },
        contextActivities: { parent: [{ id: "https://x.example/course" }] },
        revision: "1",
        platform: "Jupyter",
        language: "en-GB",
        statement: { objectType: "StatementRef", id: randomUUID() },
      },
      version: "1.0.3",
      attachments: [
        {
          usageType: "https://x.example/u",
          display: { en: "a" },
          contentType: "text/plain",
          length: 1,
          sha2: "ab",
          fileUrl: "https://x.example/f",
        },
      ],
    });
    const nested = statement({
      object: { objectType: "SubStatement", ...without(without(statement(), "id"), "timestamp") },
    });
    const question = statement({
      object: {
        id: "https://x.example/q",
        definition: {
          interactionType: "choice",
          choices: [{ id: "a", description: { en: "A" } }],
          correctResponsesPattern: ["a"],
        },
      },
    });
    const response = await sendXapi(fresh(), [full, nested, question]);
    assert.equal(response.status, 200, await response.text());
  });
});
