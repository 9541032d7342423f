import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deliverTo, roleId, TRANSLATE } from "../../infra/names.ts";
import { roles } from "../../infra/roles.ts";
import type { Auth } from "../../src/endpoint/endpoint.ts";
import type { Trust } from "../../src/learner/trust.ts";
import { allowed, endpoints, site, type Template } from "./support.ts";

const [endpoint] = endpoints;
assert.ok(endpoint);

/** What the roles of a site allow that has to do with secrets. */
const secretsOf = (
  role: string,
  auth: Auth,
  keys: { readonly pseudonyms?: string; readonly key?: string } = {},
) => {
  const { pseudonyms = site.settings.pseudonyms.key, key } = keys;
  const trust: Trust =
    key === undefined
      ? site.settings.trust
      : { trust: "signed", keys: [{ algorithm: "HS256", secret: key }] };
  const Resources = roles({ ...site.settings, pseudonyms: { key: pseudonyms }, trust }, [
    { ...endpoint, auth },
  ]);
  return allowed({ Resources, Outputs: {} } as unknown as Template, roleId(role)).filter((each) =>
    /^(ssm|secretsmanager):/.test(each),
  );
};

const deliver = deliverTo(endpoint.name);
const ACCOUNT = "${AWS::Region}:${AWS::AccountId}";

describe("a role for secrets", () => {
  it("lets a function read the one secret that its file names, in the store where it is", () => {
    for (const [secret, right] of [
      ["ssm:/lms/a-store", `ssm:GetParameters arn:$\{AWS::Partition}:ssm:${ACCOUNT}:parameter/lms/a-store`],
      [
        "secretsmanager:lms/a-store",
        `secretsmanager:GetSecretValue arn:$\{AWS::Partition}:secretsmanager:${ACCOUNT}:secret:lms/a-store-??????`,
      ],
    ] as const) {
      assert.deepEqual(secretsOf(deliver, { scheme: "bearer", secret }), [right]);
      const oauth2: Auth = {
        scheme: "oauth2-client-credentials",
        tokenUrl: "https://login.example.edu/token",
        clientId: "us",
        method: "private_key_jwt",
        algorithm: "RS256",
        secret,
      };
      assert.deepEqual(secretsOf(deliver, oauth2), [right]);
    }
  });

  it("lets a function read none where none is named", () => {
    assert.deepEqual(secretsOf(deliver, { scheme: "none" }), []);
  });

  it("lets the first function read its keys, each in its store, and a key that is named twice once", () => {
    const both = { pseudonyms: "secretsmanager:pseudonyms", key: "ssm:/key" };
    assert.deepEqual(
      secretsOf(TRANSLATE, { scheme: "none" }, both).map((right) => right.replace(/ .*:/, " ")),
      ["ssm:GetParameters parameter/key", "secretsmanager:GetSecretValue pseudonyms-??????"],
    );
    const twice = { pseudonyms: "secretsmanager:keys", key: "secretsmanager:keys" };
    assert.equal(secretsOf(TRANSLATE, { scheme: "none" }, twice).length, 1);
  });
});
