import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { complaints, endpointFile, type Files, mappingFile, XAPI } from "../mapping/support.ts";

const MAPPING = "mappings/told/mapping.yml";
const STORE = "endpoints/store-xapi.yml";
const withMore = (more: string): Files => ({ [STORE]: endpointFile("xapi", more) });
const replaced = (part: string, by: string): Files => ({ [STORE]: endpointFile("xapi").replace(part, by) });

const CASES: readonly (readonly [what: string, files: Files, expected: readonly string[]])[] = [
  [
    "suggests the key that was meant",
    withMore("lerners: pseudonym\n"),
    ['endpoints/store-xapi.yml:7:1 There is no key "lerners" in the file; did you mean "learners"?'],
  ],
  [
    "stands at the key, where its value is further down",
    withMore("lerners:\n  - pseudonym\n"),
    ['endpoints/store-xapi.yml:7:1 There is no key "lerners" in the file; did you mean "learners"?'],
  ],
  [
    "refuses plain http to a public host",
    replaced("https://store", "http://store"),
    [
      'endpoints/store-xapi.yml:4:6 "url" must be an https address without a password in it (http only for this machine itself).',
    ],
  ],
  [
    "refuses a password in an address",
    replaced("https://store", "https://me:pass@store"),
    [
      'endpoints/store-xapi.yml:4:6 "url" must be an https address without a password in it (http only for this machine itself).',
    ],
  ],
  [
    "refuses an address in a private network, however it is spelt, unless the file says that it is meant",
    replaced("https://store.example.edu", "https://0xa.1"),
    [
      'endpoints/store-xapi.yml:4:6 "url" leads into a private network; write network: private if that is meant.',
    ],
  ],
  [
    "takes an address in a private network where the file says so",
    { [STORE]: `${endpointFile("xapi").replace("store.example.edu", "[fc00::1]")}network: private\n` },
    [],
  ],
  ["takes an address of this machine", replaced("https://store.example.edu", "http://127.0.0.1:8080"), []],
  [
    "refuses a link-local address in any network",
    {
      [STORE]: `${endpointFile("xapi").replace("store.example.edu", "[::ffff:169.254.169.254]")}network: private\n`,
    },
    [
      `endpoints/store-xapi.yml:4:6 "url" leads to where no endpoint can be: it is link-local, or a cloud's metadata service.`,
    ],
  ],
  [
    "refuses tokens from a private network",
    replaced(
      "{ scheme: none }",
      '{ scheme: oauth2-client-credentials, clientId: a, secret: "ssm:/a", tokenUrl: "https://10.0.0.1/" }',
    ),
    [
      'endpoints/store-xapi.yml:5:86 "auth.tokenUrl" leads into a private network; write network: private if that is meant.',
    ],
  ],
  [
    "refuses a secret that is written down, without repeating it",
    replaced("{ scheme: none }", "{ scheme: basic, secret: user:pass }"),
    [
      "endpoints/store-xapi.yml:5:32 \"auth.secret\" must name a secret, not hold it: ssm:/ and the parameter's path, or secretsmanager: and the secret's name.",
    ],
  ],
  [
    "asks for the secret of a scheme that needs one",
    replaced("{ scheme: none }", "{ scheme: basic }"),
    ['endpoints/store-xapi.yml:5:7 "auth" lacks "secret".'],
  ],
  [
    "suggests the scheme that was meant",
    replaced("{ scheme: none }", "{ scheme: basik }"),
    [
      'endpoints/store-xapi.yml:5:17 "auth.scheme" must be one of basic, bearer, header, oauth2-client-credentials, none; did you mean "basic"?',
    ],
  ],
  [
    "suggests the protocol that was meant",
    replaced("protocol: xapi", "protocol: xap"),
    ['endpoints/store-xapi.yml:2:11 "protocol" must be one of caliper, xapi, json; did you mean "xapi"?'],
  ],
  [
    "knows the versions of a protocol",
    replaced("1.0.3", "1.0.2"),
    ["endpoints/store-xapi.yml:3:10 The versions of xapi are 1.0.3, 2.0.0."],
  ],
  [
    "refuses a version that is a list",
    replaced("1.0.3", "[]"),
    ['endpoints/store-xapi.yml:3:10 "version" must be a text or a number.'],
  ],
  [
    "suggests the translation that was meant",
    replaced('["*", "+*"]', '["tld:told", "told:tol*"]'),
    ['endpoints/store-xapi.yml:6:27 No mapping has a translation "tld:told"; did you mean "told:told"?'],
  ],
  [
    "asks for a plus before an optional translation",
    {
      [MAPPING]: mappingFile({ xapi: XAPI }).replace("told\n", "told\n    optional: true\n"),
      ...replaced('["*", "+*"]', '["told:told"]'),
      "endpoints/store-caliper.yml": undefined,
    },
    ['endpoints/store-xapi.yml:6:27 "told:told" is optional; write "+told:told" to take it.'],
  ],
  [
    "refuses quantities that are none",
    withMore("batch: { events: 0, bytes: 512 KB, wait: 20 }\n"),
    [
      'endpoints/store-xapi.yml:7:18 "batch.events" must be at least 1.',
      'endpoints/store-xapi.yml:7:28 "batch.bytes" must be a size such as 512KB.',
      'endpoints/store-xapi.yml:7:42 "batch.wait" must be a time such as 20s, 5m or 30d.',
    ],
  ],
  [
    "knows the bounds of quantities",
    withMore("batch: { bytes: 5MB, wait: 6m }\nlimits: { concurrency: 1, timeout: 5y }\n"),
    [
      'endpoints/store-xapi.yml:8:24 "limits.concurrency" must be at least 2.',
      'endpoints/store-xapi.yml:8:36 "limits.timeout" must be a time such as 20s, 5m or 30d.',
    ],
  ],
  [
    "bounds the timeout of a request",
    withMore("limits: { timeout: 90d }\n"),
    ["endpoints/store-xapi.yml:7:20 The timeout is at most 5m."],
  ],
  [
    "refuses answers that are none",
    withMore("answers: { done: [700, 299-200, abc, 404-999], foo: [1] }\n"),
    [
      'endpoints/store-xapi.yml:7:48 There is no key "foo" in "answers".',
      'endpoints/store-xapi.yml:7:19 "answers.done.0" must be a status code, or a range of them such as 500-599.',
      'endpoints/store-xapi.yml:7:33 "answers.done.2" must be a status code, or a range of them such as 500-599.',
      'endpoints/store-xapi.yml:7:38 "answers.done.3" must be a status code, or a range of them such as 500-599.',
    ],
  ],
  [
    "refuses that no answer at all is taken for a delivery, or for a refusal",
    withMore("answers: { done: [network], split: [network] }\n"),
    [
      'endpoints/store-xapi.yml:7:19 "answers.done.0" must be a status code, or a range of them such as 500-599.',
      'endpoints/store-xapi.yml:7:37 "answers.split.0" must be a status code, or a range of them such as 500-599.',
    ],
  ],
  [
    "refuses an answer that means two things",
    withMore("answers: { retry: [404, 503], setAside: [404] }\n"),
    ["endpoints/store-xapi.yml:7:42 404 stands in retry already; it can mean one thing only."],
  ],
  [
    "refuses a range that is turned round",
    withMore("answers: { done: [299-200] }\n"),
    ["endpoints/store-xapi.yml:7:19 A range begins with its smaller status code."],
  ],
  [
    "checks the types of where",
    replaced('"+*"] }', '"+*"], where: course.id == 5 }'),
    ['endpoints/store-xapi.yml:6:45 "==" does not go with a text and a whole number.'],
  ],
  [
    "refuses a where that reads the event",
    replaced('"+*"] }', '"+*"], where: event.text == "a" }'),
    ['endpoints/store-xapi.yml:6:45 There is no variable "event".'],
  ],
  [
    "refuses a where that is a text",
    replaced('"+*"] }', '"+*"], where: course.id }'),
    ["endpoints/store-xapi.yml:6:45 This must be true or false, but it is a text."],
  ],
  [
    "refuses a file name that no queue could have",
    { "endpoints/My_LRS.yml": endpointFile("xapi") },
    [
      "endpoints/My_LRS.yml:1:1 An endpoint's file is named in lower-case words joined by hyphens, at most 40 letters.",
    ],
  ],
  [
    "refuses a file name whose queue would be another's dead letters'",
    { "endpoints/store-dead-letters.yml": endpointFile("xapi") },
    ['endpoints/store-dead-letters.yml:1:1 The name of an endpoint\'s file cannot end in "-dead-letters".'],
  ],
  [
    "refuses an empty endpoint",
    { [STORE]: "" },
    ["endpoints/store-xapi.yml:1:1 The file must be a mapping of keys."],
  ],
  [
    "asks for all that an endpoint needs",
    { [STORE]: "title: x\n" },
    [
      'endpoints/store-xapi.yml:1:1 The file lacks "version".',
      'endpoints/store-xapi.yml:1:1 The file lacks "protocol".',
      'endpoints/store-xapi.yml:1:1 The file lacks "url".',
      'endpoints/store-xapi.yml:1:1 The file lacks "auth".',
      'endpoints/store-xapi.yml:1:1 The file lacks "select".',
    ],
  ],
  [
    "refuses an empty title",
    replaced("title: Store", 'title: ""'),
    ['endpoints/store-xapi.yml:1:9 "title" must not be empty.'],
  ],
  [
    "does not pass over an endpoint in a folder of its own",
    { "endpoints/sub/x.yml": "" },
    ["endpoints/sub/x.yml:1:1 Move this file up: endpoints are read from endpoints/ itself."],
  ],
];

describe("The check of endpoints", () => {
  for (const [what, files, expected] of CASES) {
    it(what, async () => assert.deepEqual(await complaints(files), expected));
  }
});
