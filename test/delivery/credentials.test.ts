import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { credentialsOf } from "../../src/delivery/credentials.ts";
import type { Auth } from "../../src/endpoint/endpoint.ts";

const reference = "ssm:/secret";
const basic: Auth = { scheme: "basic", secret: reference };
const bearer: Auth = { scheme: "bearer", secret: reference };
const header: Auth = { scheme: "header", name: "Api-Key", secret: reference };

const credentials = (auth: Auth, secret?: string) =>
  credentialsOf({ name: "a-store", auth }, secret, async () => {
    throw new Error("Nothing is asked for over the network.");
  });

describe("credentials", () => {
  it("are headers, as the endpoint's scheme has them", async () => {
    for (const [auth, secret, headers] of [
      [{ scheme: "none" }, undefined, {}],
      [basic, "user:päss", { authorization: "Basic dXNlcjpww6Rzcw==" }],
      [basic, "user:", { authorization: "Basic dXNlcjo=" }],
      [bearer, "token", { authorization: "Bearer token" }],
      [header, "abc-123", { "Api-Key": "abc-123" }],
      [header, "Token token=abc", { "Api-Key": "Token token=abc" }],
    ] as const) {
      assert.deepEqual(await credentials(auth, secret).headers(), { headers });
    }
  });

  it("have no white space around them: a file often ends in a line break", async () => {
    for (const [auth, headers] of [
      [basic, { authorization: "Basic YTpi" }],
      [bearer, { authorization: "Bearer a:b" }],
      [header, { "Api-Key": "a:b" }],
    ] as const) {
      assert.deepEqual(await credentials(auth, " \ta:b\r\n").headers(), { headers });
    }
  });

  it("that cannot be any wait for the administrator; what is said names the secret, and does not hold it", async () => {
    for (const [auth, secret, said] of [
      [basic, undefined, /a-store is empty/],
      [basic, " \n", /a-store is empty/],
      [bearer, "", /a-store is empty/],
      [header, "\n", /a-store is empty/],
      [{ ...basic, secret: "secretsmanager:lrs" }, "", /secretsmanager:lrs/],
      [basic, "hush", /a-store is not of the form user:password.*ssm:\/secret/],
      [bearer, "hush\nhush", /a-store is not a token/],
      [bearer, "hush hush", /a-store is not a token/],
      [bearer, "hüsh", /a-store is not a token/],
      [header, "hush\nX-Other: hush", /a-store cannot stand in a header/],
      [header, "hüsh", /a-store cannot stand in a header/],
    ] as const) {
      const given = await credentials(auth, secret).headers();
      assert.ok("answer" in given);
      assert.equal(given.answer.status, "setup");
      assert.match(given.answer.excerpt, said);
      assert.doesNotMatch(given.answer.excerpt, /h.sh/);
    }
  });

  it("that never change are not worth another try once they are refused", () => {
    for (const auth of [{ scheme: "none" }, basic, bearer, header] as const)
      assert.equal(credentials(auth, "user:password").refused({}), false);
  });
});
