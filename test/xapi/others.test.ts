import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/event/json.ts";
import { checkXapi } from "../../src/xapi/check.ts";
import { learningLockerRefuses, tinCanRefuses } from "../support/xapi-validators.ts";
import { good } from "./good.ts";

const { plain = {}, whole = {} } = good;
const [attachment] = [whole.attachments].flat();
const attached = (contentType: string): JsonObject => ({
  ...plain,
  attachments: [{ ...Object(attachment), contentType }],
});
const verb = (id: string): JsonObject => ({ ...plain, verb: { id } });
const lasting = (duration: string): JsonObject => ({ ...plain, result: { duration } });

/** Statements that the standard allows and Learning Locker's validator does not: a store of theirs will refuse them. */
const learningLockerIsWrong: Readonly<Record<string, JsonObject>> = {
  "the specification's own example of an id: variant 2 is only recommended (Part Two, 4.4)": {
    ...plain,
    id: "12345678-1234-5678-1234-567812345678",
  },
  "a scheme with a sign in it (RFC 3986, 3.1)": verb("git+ssh://example.org/verbs/pushed"),
  "a media type of a later kind (RFC 8081)": attached("font/woff2"),
  "an address without a dot in its domain (RFC 5321, 2.3.5)": { ...plain, actor: { mbox: "mailto:ada@hub" } },
  "an address in another script (a mailto IRI)": { ...plain, actor: { mbox: "mailto:ådå@example.edu" } },
  "a fraction of another unit than seconds (ISO 8601:2004, 4.4.3.2)": lasting("PT1.5H"),
  "a fraction with a comma (ISO 8601:2004, 4.2.2.4)": lasting("PT1,5S"),
  "an authority with a name (Part Two, 2.4.2.2)": {
    ...plain,
    authority: {
      objectType: "Group",
      name: "Hub and Ada",
      member: [
        { account: { homePage: "https://hub.example.edu", name: "hub" } },
        { mbox: "mailto:a@example.edu" },
      ],
    },
  },
};

/** The same of Rustici's schema. */
const tinCanIsWrong: Readonly<Record<string, JsonObject>> = {
  "a duration of more than 0.01 seconds' precision: a store SHOULD* NOT reject it (4.6)": lasting("PT1.234S"),
  "a fraction of another unit than seconds (ISO 8601:2004, 4.4.3.2)": lasting("P1.5W"),
  "a media type with two parameters (RFC 2045, 5.1)": attached("text/plain; charset=utf-8; format=flowed"),
};

describe("What the standard allows and others refuse", () => {
  for (const [what, statement] of Object.entries(learningLockerIsWrong))
    it(`passes here, unlike in Learning Locker's validator: ${what}`, () => {
      assert.deepEqual(checkXapi(statement, "1.0.3"), []);
      assert.equal(learningLockerRefuses(statement), true);
    });
  for (const [what, statement] of Object.entries(tinCanIsWrong))
    it(`passes here, unlike in Rustici's schema: ${what}`, () => {
      assert.deepEqual(checkXapi(statement, "1.0.3"), []);
      assert.equal(tinCanRefuses(statement), true);
    });
});

describe("Rules that neither of the others has", () => {
  const stricter: Readonly<Record<string, JsonObject>> = {
    "min is less than max (Part Two, 2.4.5.1)": { ...plain, result: { score: { min: 1, max: 1 } } },
    "components' ids are distinct (2.4.4.1)": {
      ...plain,
      object: {
        id: "https://example.org/q",
        definition: { interactionType: "choice", choices: [{ id: "a" }, { id: "a" }] },
      },
    },
    "an answer has its interaction's form (2.4.4.1)": {
      ...plain,
      object: {
        id: "https://example.org/q",
        definition: { interactionType: "numeric", correctResponsesPattern: ["many"] },
      },
    },
    "the application in an OAuth authority is known by an account (2.4.9)": {
      ...plain,
      authority: {
        objectType: "Group",
        member: [{ mbox: "mailto:a@example.edu" }, { mbox: "mailto:b@example.edu" }],
      },
    },
  };
  for (const [what, statement] of Object.entries(stricter))
    it(`are kept here: ${what}`, () => {
      assert.equal(learningLockerRefuses(statement), false);
      assert.equal(tinCanRefuses(statement), false);
      assert.equal(checkXapi(statement, "1.0.3").length, 1);
    });
});
