import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { folder } from "./support.ts";

const run = promisify(execFile);

/** Calls the packaged function as an HTTP API does, where nothing answers for Parameter Store. */
const answerTo = async (rawPath: string) => {
  const event = {
    version: "2.0",
    rawPath,
    rawQueryString: "",
    headers: {},
    requestContext: { http: { method: "GET" } },
    isBase64Encoded: false,
  };
  const script = `require(process.argv[1]).handler(JSON.parse(process.argv[2]), { getRemainingTimeInMillis: () => 30000 })
    .then((answer) => { process.stdout.write("\\n" + JSON.stringify(answer), () => process.exit()); });`;
  const env = {
    ARCHIVE_BUCKET: "archive",
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "nobody",
    AWS_SECRET_ACCESS_KEY: "nothing",
    AWS_ENDPOINT_URL_SSM: "http://127.0.0.1:9",
    AWS_MAX_ATTEMPTS: "1",
  };
  const bundle = join(folder, "dist", "consent", "index.cjs");
  const { stdout, stderr } = await run(process.execPath, ["-e", script, bundle, JSON.stringify(event)], {
    env,
  });
  return { log: stdout + stderr, answer: JSON.parse(stdout.trim().split("\n").at(-1) ?? "") };
};

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
