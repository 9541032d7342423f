import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { visible } from "../../cli/visible.ts";
import { itSaid, quoted } from "../../src/doctor/quote.ts";

const letters = fc.string({ minLength: 4, maxLength: 60 });

/** What one sees of a text: without what is between letters, in one case. */
const seen = (text: string): string => text.replace(/[\s\\\p{C}\p{Z}]/gu, "").toLowerCase();

/** What may stand between the letters of a secret that is quoted. */
const between = fc.constantFrom("", " ", "\u200b", "\u00ad", "\t", "\n", "\u0000", "\\", "\u202e");

describe("what an endpoint said", () => {
  it("is shown without any secret, and without four characters of one in a row, however they are written", () => {
    fc.assert(
      fc.property(
        letters,
        fc.string(),
        fc.string(),
        fc.nat(),
        between,
        fc.nat({ max: 5 }),
        fc.boolean(),
        (secret, before, after, cut, gap, every, isLoud) => {
          const piece = secret.slice(cut % 3, secret.length - (cut % 2));
          const apart = [...piece].map((one, at) => (at % (every + 1) === every ? one + gap : one)).join("");
          const written = isLoud ? apart.toUpperCase() : apart;
          const shown = seen(quoted(`${before}${written}${after}${secret}`, [secret]));
          const parts = seen(secret);
          for (let at = 0; at + 4 <= parts.length; at++)
            assert.ok(!shown.includes(parts.slice(at, at + 4)), shown);
        },
      ),
    );
  });

  it("is shown without a user or a password of three characters", () => {
    const secrets = ["abc:xyz", "abc", "xyz"];
    assert.equal(quoted("user ABC, password x\u200byz; abcde, ab", secrets), "user …, password …; …de, ab");
    assert.equal(quoted("Basic realm; Bearer", ["Basic dXM6bm8=", "Bearer token"]), "Basic …; Bearer");
  });

  it("is one line that a terminal only shows, of some 200 characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2000 }), (text) => {
        const shown = quoted(text, []);
        assert.equal(visible(shown), shown);
        assert.doesNotMatch(shown, /[\r\n]/);
        assert.ok([...shown].length <= 201);
      }),
    );
    assert.equal(quoted("\u001b[31mred\u001b[0m\r\n\u202ereversed\u0007", []), "[31mred[0m reversed");
    assert.equal(quoted("x".repeat(1_000_000), []), `${"x".repeat(200)}…`);
  });

  it("has no secret behind the escapes of JSON", () => {
    const text = '{"error":"\\u0063anary-pass \\u0063\\u0061nary"}';
    const headers = { "content-type": "application/json" };
    assert.equal(itSaid({ status: 400, headers, text }, ["canary-pass"]), ' It said: {"error":"… …"}');
  });
});
