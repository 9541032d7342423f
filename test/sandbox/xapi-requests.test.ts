import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  assertRefused,
  fresh,
  sandbox,
  sendXapi,
  statement,
  v2Headers,
  without,
  xapiHeaders,
} from "./support.ts";

describe("an xAPI store", () => {
  it("refuses with 401 without Basic or Bearer", async () => {
    await assertRefused(
      await sendXapi(fresh(), statement(), without(xapiHeaders, "Authorization") as Record<string, string>),
      401,
    );
    await assertRefused(
      await sendXapi(fresh(), statement(), { ...xapiHeaders, Authorization: "Digest x" }),
      401,
    );
    await assertRefused(await sendXapi("guarded", statement()), 401);
    assert.equal(
      (await sendXapi(fresh(), statement(), { ...xapiHeaders, Authorization: "Bearer x" })).status,
      200,
    );
  });

  it("refuses with 400 a request without a version that it knows, and answers in the version it was asked in", async () => {
    await assertRefused(
      await sendXapi(
        fresh(),
        statement(),
        without(xapiHeaders, "X-Experience-API-Version") as Record<string, string>,
      ),
      400,
    );
    await assertRefused(
      await sendXapi(fresh(), statement(), { ...xapiHeaders, "X-Experience-API-Version": "0.95" }),
      400,
    );
    const response = await sendXapi(fresh(), statement(), v2Headers);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("X-Experience-API-Version"), "2.0.0");
  });

  it("refuses another content type with 400, another method with 405, another resource with 404", async () => {
    await assertRefused(
      await sendXapi(fresh(), statement(), { ...xapiHeaders, "Content-Type": "text/plain" }),
      400,
    );
    await assertRefused(
      await fetch(`${sandbox.url}/xapi/x/statements`, { method: "DELETE", headers: xapiHeaders }),
      405,
    );
    await assertRefused(await fetch(`${sandbox.url}/xapi/x/agents`, { headers: xapiHeaders }), 404);
  });
});
