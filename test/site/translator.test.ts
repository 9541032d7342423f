import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { complaints, endpointFile, type Files, SITE, TRANSLATOR } from "../mapping/support.ts";

const EVENT_SCHEMA = "mappings/told/schema.v1.yml";
const STORE = "endpoints/store-xapi.yml";
const replaced = (part: string, by: string): Files => ({ [STORE]: endpointFile("xapi").replace(part, by) });

const CASES: readonly (readonly [what: string, files: Files, expected: readonly string[]])[] = [
  [
    "refuses an alias",
    { "translator.yml": "hub: &h { id: https://h.example, name: H }\ninstitution: *h\n" },
    ["translator.yml:2:14 Write the value out instead of referring to it by *h."],
  ],
  [
    "refuses an alias of nothing",
    { "translator.yml": "hub: *h\n" },
    ["translator.yml:1:6 Write the value out instead of referring to it by *h."],
  ],
  [
    "refuses a tag",
    { "translator.yml": TRANSLATOR.replace("Example Hub", "!!binary aGk=") },
    ["translator.yml:1:43 This is not valid YAML: Unresolved tag: tag:yaml.org,2002:binary."],
  ],
  [
    "refuses addresses that are no IRIs",
    {
      "translator.yml": TRANSLATOR.replace(
        "https://hub.example.edu",
        '"https://hub.example.edu/a b"',
      ).replace("https://www.example.edu", "https://www.example.edu/%zz"),
    },
    [
      'translator.yml:1:13 "hub.id" must be an IRI: a space and the like are written as %20.',
      'translator.yml:2:14 "institution" must be an IRI: a space and the like are written as %20.',
    ],
  ],
  [
    "asks for the file itself",
    { "translator.yml": undefined },
    ["translator.yml:1:1 This file is missing: it says who you are and whom you trust."],
  ],
  [
    "asks for all that it needs",
    { "translator.yml": "hub: { id: https://h.example }\n" },
    [
      'translator.yml:1:1 The file lacks "institution".',
      'translator.yml:1:1 The file lacks "learners".',
      'translator.yml:1:6 "hub" lacks "name".',
    ],
  ],
  [
    "suggests the trust that was meant, and asks for nothing else",
    { "translator.yml": TRANSLATOR.replace("signed", "sgned") },
    ['translator.yml:3:20 "learners.trust" must be one of signed, attributes; did you mean "signed"?'],
  ],
  [
    "asks for the attributes where those are trusted",
    { "translator.yml": TRANSLATOR.replace("signed", "attributes") },
    ['translator.yml:3:11 "learners" lacks "attributes".'],
  ],
  [
    "asks for the key of signed contexts",
    { "translator.yml": TRANSLATOR.replace("key: ssm:/key, ", "") },
    ['translator.yml:3:11 "learners" needs key, keys or jwks: what the hub signs learner contexts with.'],
  ],
  [
    "knows the algorithms that the hub may sign with",
    {
      "translator.yml": TRANSLATOR.replace("key: ssm:/key", "keys: [{ algorithm: none, secret: ssm:/a }]"),
    },
    ['translator.yml:3:48 "learners.keys.0.algorithm" must be one of HS256, EdDSA.'],
  ],
  [
    "takes a key in place of another with the day from which it holds, and nothing less",
    { "translator.yml": TRANSLATOR.replace("ssm:/pseudonyms", "{ key: ssm:/b, former: ssm:/a }") },
    [
      'translator.yml:3:55 "learners.pseudonyms" must name a secret, such as ssm:/path; or hold key, former and since: the new one, the one before it, and the first day of the new one.',
    ],
  ],
  [
    "refuses a key that would follow itself",
    {
      "translator.yml": TRANSLATOR.replace(
        "ssm:/pseudonyms",
        "{ key: ssm:/a, former: ssm:/a, since: 2027-01-15 }",
      ),
    },
    ["translator.yml:3:78 The former key is another secret than the new one."],
  ],
  [
    "takes a site to trust signatures where it does not say",
    { "translator.yml": TRANSLATOR.replace("trust: signed, ", "") },
    [],
  ],
  [
    "refuses a day that there is not",
    {
      "translator.yml": TRANSLATOR.replace(
        "ssm:/pseudonyms",
        "{ key: ssm:/b, former: ssm:/a, since: 2027-02-30 }",
      ),
    },
    ['translator.yml:3:93 "since" is no day of the calendar.'],
  ],
  [
    "refuses a rule for courses of which nobody could tell where the course ends",
    {
      "translator.yml": `${TRANSLATOR}courses: [{ group: "{course}*" }, { group: "{course}-x" }, { server: lab }]\n`,
    },
    [
      'translator.yml:4:21 "courses.0.group" must hold {course} once, and something between it and each *.',
      'translator.yml:4:70 "courses.2.server" must hold {course} once, and something between it and each *.',
    ],
  ],
  [
    "wants to know which folders are courses, and what tells them",
    { "translator.yml": `${TRANSLATOR}courses: [{ path: "{course}/*" }, { among: [a] }]\n` },
    [
      'translator.yml:4:11 "courses.0" lacks "among".',
      'translator.yml:4:35 "courses.1" needs path, server or group: what tells the course.',
    ],
  ],
  [
    "knows the policies of consent",
    { "translator.yml": `${TRANSLATOR}consent: { policy: optout }\n` },
    [
      'translator.yml:4:20 "consent.policy" must be one of opt-in, opt-out, required-by-site; did you mean "opt-out"?',
    ],
  ],
  [
    "refuses a time without a unit",
    { "translator.yml": `${TRANSLATOR}archive: { raw: 400, rw: 5d }\n` },
    [
      'translator.yml:4:22 There is no key "rw" in "archive"; did you mean "raw"?',
      'translator.yml:4:17 "archive.raw" must be a time such as 20s, 5m or 30d.',
    ],
  ],
  [
    "refuses a hub that is no address",
    { "translator.yml": TRANSLATOR.replace("https://hub", "hub") },
    [
      'translator.yml:1:12 "hub.id" must be an https address without a password in it (http only for this machine itself).',
    ],
  ],
  [
    "tells all the mistakes of all files at once",
    {
      "translator.yml": "hub: 5\n",
      ...replaced("protocol: xapi", "protocol: x"),
      [EVENT_SCHEMA]: "a: [",
      "endpoints/c.yml": "title: [",
    },
    [
      'translator.yml:1:1 The file lacks "institution".',
      'translator.yml:1:1 The file lacks "learners".',
      'translator.yml:1:6 "hub" must be a mapping of keys.',
      "mappings/told/schema.v1.yml:1:5 This is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].",
      "endpoints/c.yml:1:9 This is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].",
      'endpoints/store-xapi.yml:2:11 "protocol" must be one of caliper, xapi, json.',
    ],
  ],
  [
    "tells what is missing where there is no site at all",
    Object.fromEntries(Object.keys(SITE).map((k) => [k, undefined])),
    [
      "endpoints/:1:1 There is no folder endpoints/ here.",
      "mappings/:1:1 There is no folder mappings/ here.",
      "translator.yml:1:1 This file is missing: it says who you are and whom you trust.",
    ],
  ],
];

describe("The check of translator.yml", () => {
  for (const [what, files, expected] of CASES) {
    it(what, async () => assert.deepEqual(await complaints(files), expected));
  }
});
