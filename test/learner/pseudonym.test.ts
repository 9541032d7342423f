import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { endpointSecrets, type Pseudonym } from "../../src/learner/pseudonym.ts";

const name = fc.string({ unit: "grapheme", minLength: 1 });
const endpoint = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);

const pseudonyms = (key: string, store: string): Pseudonym => endpointSecrets(key, store).learner;

describe("a pseudonym", () => {
  it("is stable: the same learner has the same one in every instance of the function", () => {
    fc.assert(
      fc.property(name, endpoint, (username, store) => {
        const of = pseudonyms("key", store);
        assert.equal(of(username), of(username));
        assert.equal(pseudonyms("key", store)(username), of(username));
      }),
    );
    // Written down, because stores would take a learner for a new one if it ever changed.
    assert.equal(pseudonyms("key", "campus-lrs")("ada"), "6e2b6a4143e8e133db2354cbf986e8ea");
  });

  it("differs between learners, endpoints and keys, so that two stores cannot be joined", () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2 }), endpoint, endpoint, (usernames, one, other) => {
        const made = usernames.map(pseudonyms("key", one));
        assert.equal(new Set(made).size, usernames.length);
        const elsewhere = usernames.map(pseudonyms("key", other));
        if (one !== other) assert.ok(elsewhere.every((each) => !made.includes(each)));
        const rekeyed = usernames.map(pseudonyms("another key", one));
        assert.ok(rekeyed.every((each) => !made.includes(each)));
      }),
    );
  });

  it("is 32 hexadecimal digits, and never the name, not even of one who is named like a pseudonym", () => {
    fc.assert(
      fc.property(fc.oneof(name, fc.stringMatching(/^[0-9a-f]{32}$/)), (username) => {
        const made = pseudonyms("key", "campus-lrs")(username);
        assert.match(made, /^[0-9a-f]{32}$/);
        assert.notEqual(made, username);
      }),
    );
  });

  it("is another for a learner, a session and a text of one name", () => {
    fc.assert(
      fc.property(name, endpoint, (text, store) => {
        const { learner, session, text: other } = endpointSecrets("key", store);
        assert.equal(new Set([learner(text), session(text), other(text)]).size, 3);
      }),
    );
  });
});

describe("an endpoint's name space", () => {
  it("is 16 bytes of its own, which no other endpoint or key has", () => {
    const spaces = [
      endpointSecrets("key", "one"),
      endpointSecrets("key", "two"),
      endpointSecrets("other", "one"),
    ].map(({ statements }) => statements.toString("hex"));
    assert.equal(new Set(spaces).size, 3);
    for (const space of spaces) assert.match(space, /^[0-9a-f]{32}$/);
    // Written down, because every statement would be sent anew if it ever changed.
    assert.equal(
      endpointSecrets("key", "campus-lrs").statements.toString("hex"),
      "a23880f54fb2cf19c5bdf91c28034838",
    );
  });
});
