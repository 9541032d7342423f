import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { assertRefused, fresh, sandbox, sendXapi, statement, without } from "./support.ts";

describe("an xAPI store", () => {
  const activity = { id: "https://x.example/a" };
  const mbox = "mailto:ada@example.edu";
  const bad: readonly (readonly [string, unknown, string])[] = [
    ["a body that is not JSON", "{", ""],
    ["a statement that is no object", "1", ""],
    ["no actor", without(statement(), "actor"), "/actor"],
    ["no verb", without(statement(), "verb"), "/verb"],
    ["no object", without(statement(), "object"), "/object"],
    ["a property that nobody knows", statement({ mood: "good" }), "/mood"],
    ["an id that is no UUID", statement({ id: "12" }), "/id"],
    ["an actor without identifier", statement({ actor: { name: "Ada" } }), "/actor"],
    ["an actor with two identifiers", statement({ actor: { mbox, openid: "https://x.example" } }), "/actor"],
    ["an actor with another property", statement({ actor: { mbox, age: 3 } }), "/actor/age"],
    ["an actor of another kind", statement({ actor: { objectType: "Robot", mbox } }), "/actor/objectType"],
    ["an mbox that is no mailto", statement({ actor: { mbox: "ada@example.edu" } }), "/actor/mbox"],
    ["an mbox_sha1sum that is none", statement({ actor: { mbox_sha1sum: "12" } }), "/actor/mbox_sha1sum"],
    ["an openid that is no IRI", statement({ actor: { openid: "ada" } }), "/actor/openid"],
    [
      "an account without home page",
      statement({ actor: { account: { name: "a" } } }),
      "/actor/account/homePage",
    ],
    [
      "an account without name",
      statement({ actor: { account: { homePage: "https://x.example" } } }),
      "/actor/account/name",
    ],
    ["an anonymous group without members", statement({ actor: { objectType: "Group" } }), "/actor"],
    [
      "a group in a group",
      statement({ actor: { objectType: "Group", member: [{ objectType: "Group", mbox }] } }),
      "/actor/member/0/objectType",
    ],
    ["a verb that is no IRI", statement({ verb: { id: "saved" } }), "/verb/id"],
    [
      "a display that is a string",
      statement({ verb: { id: "https://x.example/v", display: "saved" } }),
      "/verb/display",
    ],
    [
      "a display whose key is no language",
      statement({ verb: { id: "https://x.example/v", display: { "not a tag": "x" } } }),
      "/verb/display/not a tag",
    ],
    [
      "a name that is a string",
      statement({ object: { ...activity, definition: { name: "a" } } }),
      "/object/definition/name",
    ],
    [
      "a name that is no text in a language",
      statement({ object: { ...activity, definition: { name: { en: 1 } } } }),
      "/object/definition/name/en",
    ],
    [
      "a type that is no IRI",
      statement({ object: { ...activity, definition: { type: "file" } } }),
      "/object/definition/type",
    ],
    [
      "a definition with another property",
      statement({ object: { ...activity, definition: { size: 1 } } }),
      "/object/definition/size",
    ],
    [
      "choices without an interaction",
      statement({ object: { ...activity, definition: { choices: [] } } }),
      "/object/definition/interactionType",
    ],
    ["an activity whose id is no IRI", statement({ object: { id: "a.ipynb" } }), "/object/id"],
    [
      "an object of another kind",
      statement({ object: { ...activity, objectType: "File" } }),
      "/object/objectType",
    ],
    ["a reference without id", statement({ object: { objectType: "StatementRef" } }), "/object/id"],
    [
      "a sub-statement with an id",
      statement({ object: { objectType: "SubStatement", ...statement() } }),
      "/object/id",
    ],
    [
      "a sub-statement in a sub-statement",
      statement({
        object: {
          objectType: "SubStatement",
          ...without(statement(), "id"),
          object: { objectType: "SubStatement" },
        },
      }),
      "/object/object",
    ],
    ["a timestamp that is no time", statement({ timestamp: "yesterday" }), "/timestamp"],
    ["a timestamp that does not exist", statement({ timestamp: "2026-02-30T10:15:00Z" }), "/timestamp"],
    [
      "a timestamp with the offset -00:00",
      statement({ timestamp: "2026-01-30T10:15:00-00:00" }),
      "/timestamp",
    ],
    [
      "a context extension whose key is no IRI",
      statement({ context: { extensions: { kernel: 1 } } }),
      "/context/extensions/kernel",
    ],
    [
      "a result extension whose key is no IRI",
      statement({ result: { extensions: { "a/b": 1 } } }),
      "/result/extensions/a~1b",
    ],
    [
      "an activity extension whose key is no IRI",
      statement({ object: { ...activity, definition: { extensions: { k: 1 } } } }),
      "/object/definition/extensions/k",
    ],
    [
      "a context activity that is not in an array",
      statement({ context: { contextActivities: { parent: activity } } }),
      "/context/contextActivities/parent",
    ],
    [
      "a context activity of another relation",
      statement({ context: { contextActivities: { child: [activity] } } }),
      "/context/contextActivities/child",
    ],
    [
      "a registration that is no UUID",
      statement({ context: { registration: "12" } }),
      "/context/registration",
    ],
    ["a team that is no group", statement({ context: { team: { mbox } } }), "/context/team"],
    [
      "a revision where the object is an agent",
      statement({ object: { objectType: "Agent", mbox }, context: { revision: "1" } }),
      "/context/revision",
    ],
    [
      "a platform where the object is a reference",
      statement({ object: { objectType: "StatementRef", id: randomUUID() }, context: { platform: "x" } }),
      "/context/platform",
    ],
    ["a language that is none", statement({ context: { language: "e" } }), "/context/language"],
    ["null in a verb", statement({ verb: { id: "https://x.example/v", display: null } }), "/verb/display"],
    [
      "null in an array",
      statement({ context: { contextActivities: { parent: [null] } } }),
      "/context/contextActivities/parent/0",
    ],
    ["extensions that are null", statement({ context: { extensions: null } }), "/context/extensions"],
    ["a success that is a string", statement({ result: { success: "true" } }), "/result/success"],
    ["a duration that is none", statement({ result: { duration: "5 minutes" } }), "/result/duration"],
    ["a scaled score above 1", statement({ result: { score: { scaled: 1.1 } } }), "/result/score/scaled"],
    [
      "a score below its minimum",
      statement({ result: { score: { raw: -1, min: 0, max: 9 } } }),
      "/result/score/raw",
    ],
    [
      "an attachment without its place",
      statement({
        attachments: [
          { usageType: "https://x.example/u", display: {}, contentType: "a/b", length: 1, sha2: "a" },
        ],
      }),
      "/attachments/0/fileUrl",
    ],
    ["a version that is not the request's", statement({ version: "2.0.0" }), "/version"],
  ];
  for (const [what, body, at] of bad) {
    it(`refuses ${what} with 400`, async () => {
      const store = fresh();
      await assertRefused(await sendXapi(store, body), 400, at);
      assert.equal(sandbox.statements(store).length, 0);
    });
  }
});
