import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/event/json.ts";
import {
  checkHeaders,
  checkStatement,
  checkXapi,
  type XapiProblem,
  type XapiRule,
} from "../../src/xapi/check.ts";
import { good } from "./good.ts";

const { plain = {}, whole = {} } = good;
const agent = { mbox: "mailto:ada@example.edu" };
const activity = (definition: unknown): JsonObject => ({
  ...plain,
  object: { id: "https://example.org/q", definition },
});
const about = (object: unknown, more: JsonObject = {}): JsonObject => ({ ...plain, ...more, object });
const reference = { objectType: "StatementRef", id: "827cc625-a08e-573f-b61e-cdcc337df88e" };
const version = { "x-experience-api-version": "1.0.3" };
const json = { "content-type": "application/json" };
const [attachment = {}] = [whole.attachments].flat();

const found = (problems: readonly XapiProblem[]): readonly string[] =>
  problems.map(({ rule, pointer }) => `${rule} ${pointer}`);
const inStatement = (statement: unknown): readonly string[] => found(checkXapi(statement, "1.0.3"));

/** Each rule of the closed list, with what breaks it, and what is then told. */
const RULES: Readonly<Record<XapiRule, readonly [readonly string[], readonly string[]]>> = {
  "wrong-kind": [inStatement({ ...plain, result: { success: "true" } }), ["wrong-kind /result/success"]],
  "null-value": [inStatement({ ...plain, result: null }), ["null-value /result"]],
  "unknown-property": [inStatement({ ...plain, "a/b~c": 1 }), ["unknown-property /a~1b~0c"]],
  "missing-property": [inStatement({ actor: agent }), ["missing-property ", "missing-property "]],
  "not-in-version": [
    inStatement({ ...plain, context: { contextAgents: [] } }),
    ["not-in-version /context/contextAgents"],
  ],
  text: [inStatement({ ...plain, result: { response: 42 } }), ["text /result/response"]],
  number: [inStatement({ ...plain, result: { score: { raw: "1" } } }), ["number /result/score/raw"]],
  uuid: [inStatement({ ...plain, id: "1" }), ["uuid /id"]],
  iri: [inStatement({ ...plain, verb: { id: "saved" } }), ["iri /verb/id"]],
  uri: [inStatement({ ...plain, actor: { openid: "ada" } }), ["uri /actor/openid"]],
  mailto: [inStatement({ ...plain, actor: { mbox: "ada@example.edu" } }), ["mailto /actor/mbox"]],
  sha1: [inStatement({ ...plain, actor: { mbox_sha1sum: "ab" } }), ["sha1 /actor/mbox_sha1sum"]],
  sha2: [
    inStatement({ ...plain, attachments: [{ ...Object(attachment), sha2: "ab" }] }),
    ["sha2 /attachments/0/sha2"],
  ],
  "language-tag": [
    inStatement(activity({ name: { en_GB: "a" } })),
    ["language-tag /object/definition/name/en_GB"],
  ],
  timestamp: [inStatement({ ...plain, timestamp: "2026-02-30T00:00:00Z" }), ["timestamp /timestamp"]],
  duration: [inStatement({ ...plain, result: { duration: "1h" } }), ["duration /result/duration"]],
  "media-type": [
    inStatement({ ...plain, attachments: [{ ...Object(attachment), contentType: "text" }] }),
    ["media-type /attachments/0/contentType"],
  ],
  version: [inStatement({ ...plain, version: "2.0.0" }), ["version /version"]],
  "object-type": [inStatement(about({ objectType: "Person", id: 1 })), ["object-type /object/objectType"]],
  "identifier-count": [
    inStatement({ ...plain, actor: { ...agent, openid: "https://example.org/ada" } }),
    ["identifier-count /actor"],
  ],
  "group-members": [
    inStatement({
      ...plain,
      actor: { objectType: "Group", member: [{ objectType: "Group", member: [agent] }] },
    }),
    ["group-members /actor/member/0/objectType"],
  ],
  "authority-members": [
    inStatement({ ...plain, authority: { objectType: "Group", member: [agent, agent] } }),
    ["authority-members /authority"],
  ],
  "voiding-object": [
    inStatement({ ...plain, verb: { id: "http://adlnet.gov/expapi/verbs/voided" } }),
    ["voiding-object "],
  ],
  "nested-sub-statement": [
    inStatement(about({ objectType: "SubStatement", ...about({ objectType: "SubStatement", ...plain }) })),
    ["nested-sub-statement /object/object"],
  ],
  "interaction-type": [inStatement(activity({ choices: [] })), ["interaction-type /object/definition"]],
  "interaction-components": [
    inStatement(activity({ interactionType: "likert", choices: [] })),
    ["interaction-components /object/definition/choices"],
  ],
  "component-ids": [
    inStatement(activity({ interactionType: "likert", scale: [{ id: "1" }, { id: "1" }] })),
    ["component-ids /object/definition/scale/1/id"],
  ],
  "response-pattern": [
    inStatement(activity({ interactionType: "true-false", correctResponsesPattern: ["true", "yes"] })),
    ["response-pattern /object/definition/correctResponsesPattern/1"],
  ],
  "score-range": [
    inStatement({ ...plain, result: { score: { min: 5, max: 4, raw: 6 } } }),
    ["score-range /result/score/min", "score-range /result/score/raw"],
  ],
  "activity-only": [
    inStatement(about(reference, { context: { platform: "Hub", revision: "1" } })),
    ["activity-only /context/revision", "activity-only /context/platform"],
  ],
  "context-activities": [
    inStatement({ ...plain, context: { contextActivities: { parent: { id: "https://example.org/" } } } }),
    ["context-activities /context/contextActivities/parent"],
  ],
  "relevant-types": [
    found(
      checkXapi(
        { ...plain, context: { contextAgents: [{ objectType: "contextAgent", agent, relevantTypes: [] }] } },
        "2.0.0",
      ),
    ),
    ["relevant-types /context/contextAgents/0/relevantTypes"],
  ],
  "extension-key": [
    inStatement({ ...plain, result: { extensions: { course: 1 } } }),
    ["extension-key /result/extensions/course"],
  ],
  "signature-type": [
    inStatement({
      ...plain,
      attachments: [{ ...Object(attachment), usageType: "http://adlnet.gov/expapi/attachments/signature" }],
    }),
    ["signature-type /attachments/0/contentType"],
  ],
  "duplicate-id": [
    inStatement([whole, { ...whole, id: String(whole.id).toUpperCase() }]),
    ["duplicate-id /1/id"],
  ],
  "missing-header": [found(checkHeaders(json, "1.0.3")), ["missing-header "]],
  "repeated-header": [
    found(checkHeaders({ ...version, ...json, "Content-Type": "application/json" }, "1.0.3")),
    ["repeated-header "],
  ],
  "version-header": [
    found(checkHeaders({ ...version, ...json }, "2.0.0")),
    ["version-header /x-experience-api-version"],
  ],
  "content-type-header": [
    found(checkHeaders({ ...version, "content-type": "text/plain" }, "1.0.3")),
    ["content-type-header /content-type"],
  ],
};

describe("Each rule", () => {
  for (const [rule, [told, expected]] of Object.entries(RULES))
    it(`is told at its place: ${rule}`, () => {
      assert.ok(told.some((each) => each.startsWith(`${rule} `)));
      assert.deepEqual(told, expected);
    });
});

describe("A batch", () => {
  it("may be empty, and may have statements without ids", () => {
    assert.deepEqual(inStatement([]), []);
    assert.deepEqual(inStatement([plain, plain]), []);
  });

  it("has each problem at its statement", () =>
    assert.deepEqual(inStatement([plain, null, [], { ...plain, id: 1 }]), [
      "wrong-kind /1",
      "wrong-kind /2",
      "uuid /3/id",
    ]));

  it("is no statement", () => assert.deepEqual(found(checkStatement([plain], "1.0.3")), ["wrong-kind "]));
});

describe("Every problem", () => {
  const wrong = {
    actor: { mbox: "ada@secret.example", openid: "secret ada" },
    verb: { id: "secret verb" },
    object: { id: "secret activity", definition: { interactionType: "secret", choices: "secret" } },
    result: { response: 7, duration: "secret", score: { raw: "secret" }, extensions: { plain: "secret" } },
    context: { registration: "secret", language: "secret language", contextActivities: { parent: "secret" } },
    timestamp: "secret",
    attachments: [{ contentType: "secret" }],
  };

  it("is found, not the first only", () => assert.ok(checkXapi(wrong, "1.0.3").length >= 20));

  it("names its section, and quotes no value", () => {
    for (const standard of ["1.0.3", "2.0.0"] as const)
      for (const { message, section, pointer } of checkXapi(wrong, standard)) {
        assert.doesNotMatch(`${message} ${pointer}`, /secret/);
        assert.match(message, /^[A-Z"].*\.$/);
        assert.match(
          section,
          standard === "1.0.3"
            ? /^xAPI 1\.0\.3 Part (Two|Three), \d(\.\d+)+$/
            : /^xAPI 2\.0\.0 \(IEEE 9274\.1\.1\), \d(\.\d+)+$/,
        );
      }
  });
});
