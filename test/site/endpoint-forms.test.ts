import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readEndpoint } from "../../src/endpoint/read.ts";
import { complaints, endpointFile, type Files, mappingFile } from "../mapping/support.ts";

const STORE = "endpoints/store-xapi.yml";
const withAuth = (auth: string): Files => ({
  [STORE]: endpointFile("xapi").replace("{ scheme: none }", auth),
});
const withMore = (more: string): Files => ({ [STORE]: endpointFile("xapi", more) });

/** A site with an endpoint for records, and a mapping that has some. */
const records = (more: string): Files => ({
  "endpoints/store-caliper.yml": undefined,
  [STORE]: endpointFile("xapi").replace("protocol: xapi\nversion: 1.0.3", "protocol: json") + more,
  "mappings/told/mapping.yml": mappingFile({ json: "event: told" }),
});

const CASES: readonly (readonly [what: string, files: Files, expected: readonly string[]])[] = [
  ["takes a header of its own", withAuth("{ scheme: header, name: Api-Key, secret: ssm:/key }"), []],
  [
    "takes a secret out of Secrets Manager",
    withAuth("{ scheme: basic, secret: secretsmanager:jupyter-lms/lrs }"),
    [],
  ],
  [
    "takes OAuth 2 client credentials",
    withAuth(
      "{ scheme: oauth2-client-credentials, tokenUrl: https://login.example.edu/token, clientId: me, secret: ssm:/key, method: private_key_jwt, algorithm: ES256, keyId: k, scope: a b }",
    ),
    [],
  ],
  [
    "asks for what a scheme needs",
    withAuth("{ scheme: oauth2-client-credentials, secret: ssm:/key }"),
    [
      'endpoints/store-xapi.yml:5:7 "auth" lacks "tokenUrl".',
      'endpoints/store-xapi.yml:5:7 "auth" lacks "clientId".',
    ],
  ],
  [
    "refuses what has no place beside a scheme",
    withAuth("{ scheme: basic, secret: ssm:/key, name: Api-Key }"),
    ['endpoints/store-xapi.yml:5:42 The name "name" has no place beside the scheme basic.'],
  ],
  [
    "refuses a token's address that anybody can read along",
    withAuth(
      "{ scheme: oauth2-client-credentials, tokenUrl: http://login.example.edu/token, clientId: me, secret: ssm:/key }",
    ),
    [
      'endpoints/store-xapi.yml:5:54 "auth.tokenUrl" must be an https address without a password in it (http only for this machine itself).',
    ],
  ],
  [
    "refuses a header that the connection sets",
    withAuth("{ scheme: header, name: Content-Length, secret: ssm:/key }"),
    ["endpoints/store-xapi.yml:5:31 The translator itself sets this header."],
  ],
  [
    "refuses a secret among the headers",
    withMore("request: { headers: { X-Api-Key: abc, Host: elsewhere } }\n"),
    [
      'endpoints/store-xapi.yml:7:23 "X-Api-Key" sounds like a secret, which does not belong in a file. Use auth: { scheme: header, name: X-Api-Key, secret: … }.',
      'endpoints/store-xapi.yml:7:39 The translator itself sets the header "Host".',
    ],
  ],
  [
    "refuses a header of several lines",
    withMore('request: { headers: { X-Source: "a\\nb" } }\n'),
    ['endpoints/store-xapi.yml:7:34 "request.headers.X-Source" must be a text on one line, in ASCII.'],
  ],
  [
    "knows who says how a body is written",
    withMore("request: { body: ndjson }\n"),
    ["endpoints/store-xapi.yml:7:12 xapi says itself how a body is written."],
  ],
  [
    "takes records, which have one version only",
    records("request: { within: batch, headers: { X-Source: hub } }\n"),
    [],
  ],
  [
    "refuses lines within an object",
    records("request: { body: ndjson, within: batch }\n"),
    ["endpoints/store-xapi.yml:6:26 Only an array can stand in an object."],
  ],
  [
    "asks for the version of what has several",
    { [STORE]: endpointFile("xapi").replace("version: 1.0.3\n", "") },
    ['endpoints/store-xapi.yml:1:1 The file lacks "version".'],
  ],
  [
    "refuses a pace that is none",
    withMore("limits: { requestsPerSecond: 0 }\n"),
    ['endpoints/store-xapi.yml:7:30 "limits.requestsPerSecond" must be more than 0.'],
  ],
];

describe("The check of how an endpoint is reached", () => {
  for (const [what, files, expected] of CASES) {
    it(what, async () => assert.deepEqual(await complaints(files), expected));
  }
});

describe("An endpoint's file", () => {
  it("has defaults that are safe", () => {
    const read = readEndpoint("store", "store.yml", endpointFile("xapi"));
    assert.ok("endpoint" in read);
    const { network, request, limits, learners } = read.endpoint;
    assert.deepEqual([network, learners], ["public", "pseudonym"]);
    assert.deepEqual(request, { headers: {}, body: "array" });
    assert.equal(limits.requestsPerSecond, undefined);
  });
});
