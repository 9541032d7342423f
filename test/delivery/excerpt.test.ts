import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { excerptOf, withoutSecrets } from "../../src/delivery/excerpt.ts";
import { body, delivering, statement } from "../support/delivering.ts";
import { messageOf } from "../support/delivery-queue.ts";
import { listener } from "../support/listener.ts";

const STATEMENT = JSON.stringify({
  id: "3f0c1a52-9c6a-5d1e-8f34-0a5d3c1b2e4f",
  actor: { objectType: "Agent", account: { homePage: "https://hub.example.edu", name: "ada-lovelace" } },
  verb: { id: "http://activitystrea.ms/schema/1.0/save", display: { en: "saved" } },
  object: {
    id: "https://hub.example.edu/files/stat101/hw1/my%20grief.ipynb",
    definition: { name: { en: "my grief.ipynb" } },
  },
  result: { response: 'Line one\nwith "quotes"' },
});

describe("what is kept of an endpoint's answer", () => {
  it("holds nothing that the statement says of the learner, whole or in part, however it is written", () => {
    for (const [answer, kept] of [
      ["The account ada-lovelace is not known.", "The account … is not known."],
      ["bad name: my grief.ipynb", "bad name: …"],
      [
        "3f0c1a52-9c6a-5d1e-8f34-0a5d3c1b2e4f is conflicting",
        "3f0c1a52-9c6a-5d1e-8f34-0a5d3c1b2e4f is conflicting",
      ],
      ['{"error":"Line one\\nwith \\"quotes\\""}', '{"error":"…"}'],
      ["no file stat101 in hw1 of my%20grief.ipynb", "no file … in … of …"],
    ] as const)
      assert.equal(excerptOf(answer, [STATEMENT]), kept);
  });

  it("holds nothing of it in the forms in which servers write texts", () => {
    const about = JSON.stringify({
      object: ["Jürgen Müller", "hw1/lösung.ipynb", "Seán O'Brien & co", "ada", 87.5, "<b>"],
    });
    for (const [answer, kept] of [
      ['{"name":"J\\u00fcrgen M\\u00fcller"}', '{"name":"…"}'],
      ['{"path":"hw1\\/l\\u00f6sung.ipynb"}', '{"path":"…"}'],
      ["<p>Seán O&#39;Brien &amp; co</p>", "<p>…</p>"],
      ["no ada here, nor in canada; 87.5 is too much", "no … here, nor in canada; … is too much"],
    ] as const)
      assert.equal(excerptOf(answer, [about]), kept);
  });

  it("holds nothing of a value that is longer than what is kept, wherever it is cut off", () => {
    const long = "PRIVATE".repeat(700);
    for (const before of [0, 3000, 4000, 4090])
      assert.doesNotMatch(excerptOf(`${"x ".repeat(before / 2)}${long}`, [JSON.stringify([long])]), /PRIV/);
  });

  it("keeps what the standard itself names, as it tells what is wrong", () => {
    const answer = 'The verb http://activitystrea.ms/schema/1.0/save is not in the profile; "Agent" neither.';
    assert.equal(excerptOf(answer, [STATEMENT]), answer);
  });

  it("never holds a text of the statement of four letters or more, whatever the answer quotes", () => {
    const text = fc.string({
      minLength: 4,
      maxLength: 40,
      unit: fc.constantFrom("a", "b", "é", '"', "\\", " ", "/", "…"),
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), fc.string(), (names, around) => {
        const said = names.map((name) => `${around}<${name}>`).join("");
        const kept = excerptOf(said, [JSON.stringify({ object: names })]);
        for (const name of names) assert.ok(!kept.includes(`<${name}>`));
      }),
    );
  });

  it("is short, and what was cut off in the middle of a name does not stay", () => {
    const long = `${"x".repeat(4090)}ada-lovelace is wrong`;
    const kept = excerptOf(long, [STATEMENT]);
    assert.ok(kept.length <= 500 && !kept.includes("ada"));
    assert.ok(
      !excerptOf(`${"my grief.ipynb ".repeat(273)}ada-lov`.slice(0, 4096), [STATEMENT]).includes("ada"),
    );
  });

  it("takes no long time, whatever an endpoint answers", { timeout: 20_000 }, () => {
    for (const part of ["a", "eyJ-", "Bearer ", "a@", "@a.", "eyJ.", "Basic a"])
      withoutSecrets(part.repeat(65_536 / part.length), ["Basic dXNlcjpwYXNzd29yZA=="]);
  });
});

describe("secrets in an endpoint's answer", () => {
  it("are taken out: what was sent as one, and what has the form of one", () => {
    const sent = `Basic ${Buffer.from("translator:s3cret-of-ours").toString("base64")}`;
    for (const [answer, kept] of [
      [`You sent ${sent}!`, "You sent …!"],
      ["user translator, password s3cret-of-ours", "user …, password …"],
      ["Authorization: Bearer abc.def.ghi", "Authorization: Bearer …"],
      ["token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl.", "token …."],
      ["ask ada.lovelace@example.edu", "ask …"],
      ["the password s3cret-of-ours&amp; is wrong", "the password …&amp; is wrong"],
    ] as const)
      assert.equal(withoutSecrets(answer, [sent]), kept);
  });

  it("are neither in failed/ nor in what is logged, though the endpoint answers with all that it got", async () => {
    await using server = await listener((_, text, headers) => ({
      status: 400,
      text: JSON.stringify({ headers, text }),
    }));
    const { deliver, bucket } = delivering({ url: server.url }, "xapi", {
      secret: "translator:s3cret-of-ours",
    });
    const { counts } = await deliver([body(statement("xapi", "lovelace-notes.ipynb"))]);
    assert.equal(counts.setAside, 1);
    const [record] = await bucket.records("failed", "a-store");
    assert.doesNotMatch(String(record?.answer), /s3cret|translator|dHJhbnNsYXRvcj|lovelace/);
    assert.match(String(record?.answer), /content-type/);
    assert.doesNotMatch(JSON.stringify(counts), /s3cret|lovelace/);
  });
});

describe("an answer that quotes what others said", () => {
  it("is kept without the others' values, also of those that still wait", async () => {
    await using server = await listener((_, text) => ({ status: 503, text }));
    const { deliverMessages, bucket } = delivering({ url: server.url }, "xapi");
    const old = Date.now() - 14 * 86_400_000;
    await deliverMessages([
      messageOf(body(statement("xapi", "of-an-old-one")), { sent: old }),
      messageOf(body(statement("xapi", "of-another-learner"))),
    ]);
    const [record, ...others] = await bucket.records("failed", "a-store");
    assert.equal(others.length, 0);
    assert.doesNotMatch(String(record?.answer), /of-another-learner|of-an-old-one/);
    assert.match(String(record?.answer), /activitystrea/);
  });
});
