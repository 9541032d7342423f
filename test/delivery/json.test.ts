import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Endpoint, RequestForm } from "../../src/endpoint/endpoint.ts";
import { body, deliverTo, endpointAt, statements } from "../support/delivering.ts";
import { listener } from "../support/listener.ts";
import { comeAgain } from "../support/translating.ts";

/** The one request that carries three records. */
const requestOf = async (request: Partial<RequestForm>, changes: Partial<Endpoint> = {}) => {
  await using server = await listener(() => ({ status: 202, text: "" }));
  const endpoint = endpointAt(`${server.url}/log/v1`, "json", {
    request: { headers: {}, body: "array", ...request },
    ...changes,
  });
  const records = statements("json", 3);
  const { settled, counts } = await deliverTo(endpoint)([body(...records)]);
  assert.deepEqual([comeAgain({ settled }), counts.delivered], [[], 3]);
  assert.equal(server.requests.length, 1);
  const [sent] = server.requests;
  assert.ok(sent !== undefined);
  return { ...sent, texts: records.map(({ text }) => text) };
};

describe("records for what is no learning store", () => {
  it("are posted as a JSON array to the endpoint's very address", async () => {
    const { path, body: sent, headers, texts } = await requestOf({});
    assert.equal(path, "/log/v1");
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers["x-experience-api-version"], undefined);
    assert.equal(sent, `[${texts.join(",")}]`);
  });

  it("stand each on a line of its own, where the file asks for NDJSON", async () => {
    const { body: sent, headers, texts } = await requestOf({ body: "ndjson" });
    assert.equal(headers["content-type"], "application/x-ndjson");
    assert.equal(sent, texts.map((text) => `${text}\n`).join(""));
  });

  it("stand in an object under the name that the file gives", async () => {
    const { body: sent, texts } = await requestOf({ within: 'bat"ch' });
    assert.deepEqual(JSON.parse(sent), { 'bat"ch': texts.map((text) => JSON.parse(text)) });
  });

  it("carry the headers that the file declares, which may name the content themselves", async () => {
    const { headers } = await requestOf({
      headers: { "X-Source": "jupyter", "Content-Type": "application/jsonl" },
    });
    assert.equal(headers["x-source"], "jupyter");
    assert.equal(headers["content-type"], "application/jsonl");
  });

  it("are sent with a secret in a header of its own, where the file says so", async () => {
    const auth = { scheme: "header", name: "Api-Key", secret: "ssm:/key" } as const;
    const { headers } = await requestOf({}, { auth });
    assert.equal(headers["api-key"], "user:password");
    assert.equal(headers.authorization, undefined);
  });
});
