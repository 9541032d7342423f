import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSettings } from "../../src/settings.ts";
import { TRANSLATOR } from "../mapping/support.ts";

const FILE = "translator.yml";

const policyOf = (ingest: string, translator = TRANSLATOR) => {
  const read = readSettings(FILE, `${translator}${ingest}`);
  return "settings" in read
    ? read.settings.ingest
    : read.map(({ line, column, message }) => `${line}:${column} ${message}`);
};

describe("What translator.yml says of events from outside", () => {
  it("lets nothing in where it says nothing", () => {
    const closed = { https: false, origins: [], accounts: [] };
    assert.deepEqual(policyOf(""), closed);
    assert.deepEqual(policyOf("ingest: {}\n"), closed);
  });

  it("lets in what it names", () => {
    const ingest = {
      https: true,
      origins: ["https://hub.example.edu", "https://lab.example.edu:8443", "http://localhost:8888"],
      accounts: ["123456789012", "012345678901"],
    };
    assert.deepEqual(policyOf(`ingest: ${JSON.stringify(ingest)}\n`), ingest);
  });

  const cases: readonly (readonly [what: string, ingest: string, problems: readonly string[]])[] = [
    [
      "an account that is a number to YAML, or none",
      'ingest: { accounts: [123456789012, "12345", "arn:aws:iam::123456789012:root"] }\n',
      [
        '4:22 "ingest.accounts.0" must be the twelve digits of an AWS account, in quotes: "123456789012".',
        '4:37 "ingest.accounts.1" must be the twelve digits of an AWS account, in quotes: "123456789012".',
        '4:46 "ingest.accounts.2" must be the twelve digits of an AWS account, in quotes: "123456789012".',
      ],
    ],
    [
      "an origin with a path, a wildcard, a capital or no TLS",
      'ingest: { https: true, origins: ["https://a.example/", "https://*.example", "https://A.example", "http://a.example"] }\n',
      [35, 57, 78, 99].map(
        (column, at) =>
          `4:${column} "ingest.origins.${at}" must be an origin such as https://hub.example.edu: in small letters, with no path and no slash at its end.`,
      ),
    ],
    [
      "an origin that no browser sends so",
      'ingest: { https: true, origins: ["https://a.example:443", "https://a..example:99999"] }\n',
      [35, 60].map(
        (column) =>
          `4:${column} No browser sends this origin: look at its host, and leave out the port where it is the usual one.`,
      ),
    ],
    [
      "origins where nothing can be posted",
      'ingest: { origins: ["https://a.example"] }\n',
      ["4:20 Origins are for posting events over HTTPS: say https: true as well, or leave them out."],
    ],
    [
      "a key that there is not",
      "ingest: { htps: true }\n",
      ['4:11 There is no key "htps" in "ingest"; did you mean "https"?'],
    ],
  ];
  for (const [what, ingest, problems] of cases)
    it(`refuses ${what}`, () => assert.deepEqual(policyOf(ingest), problems));

  it("refuses posts where nothing that is signed tells whose events they are", () => {
    const attributes = TRANSLATOR.replace(
      "trust: signed, key: ssm:/key",
      "trust: attributes, attributes: { user: u }",
    );
    assert.deepEqual(policyOf("ingest: { https: true }\n", attributes), [
      "4:18 Events can be posted only where learners.trust is signed: else anybody on the internet could speak for anybody.",
    ]);
    assert.deepEqual(policyOf('ingest: { accounts: ["123456789012"] }\n', attributes), {
      https: false,
      origins: [],
      accounts: ["123456789012"],
    });
  });
});
