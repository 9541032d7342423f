import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answerOf } from "./calling.ts";

const answerTo = (path: string) => answerOf("consent", { path }, { ARCHIVE_BUCKET: "archive" });

describe("the packaged page whose secrets cannot be read", () => {
  it("says so as a page and as data, with the headers of every answer, and logs a name", async () => {
    const { log, answer } = await answerTo("/");
    assert.equal(answer.statusCode, 503);
    assert.match(answer.headers["content-type"], /^text\/html/);
    assert.match(answer.headers["content-security-policy"], /^default-src 'none'/);
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.match(answer.body, /role="alert">This does not work at the moment/);
    assert.match(log, /could not answer.*error: '\w+'/s);
    const { answer: api } = await answerTo("/api/choice");
    assert.deepEqual([api.statusCode, api.headers["content-type"]], [503, "application/json"]);
    assert.equal(JSON.parse(api.body).error.reason, "trouble");
  });
});
