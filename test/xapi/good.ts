import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { project } from "../../build/bundle.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { textOf } from "../support/editor.ts";

const ID = "52d29653-c860-5006-8bf0-3b05a86b15ed";
const OTHER_ID = "827cc625-a08e-573f-b61e-cdcc337df88e";

const agent = { objectType: "Agent", account: { homePage: "https://hub.example.edu", name: "1f43fa5a" } };
const mail = { name: "Ada Example", mbox: "mailto:ada.example@example.edu" };
const hash = { mbox_sha1sum: "ebd31e95054c018b10727ccffd2ef2ec3a016ee9" };
const openid = { openid: "https://ada.openid.example.org/" };
const group = { objectType: "Group", name: "Team", member: [agent, mail] };
const identified = { objectType: "Group", mbox: "mailto:team@example.edu", member: [hash, openid] };
const verb = { id: "http://activitystrea.ms/schema/1.0/save", display: { en: "saved", "pt-BR": "salvou" } };
const activity = { id: "https://hub.example.edu/files/hw1.ipynb" };
const reference = { objectType: "StatementRef", id: OTHER_ID };
const extensions = { "https://example.org/extensions/any": { empty: null, list: [null, 1, { deep: [[]] }] } };
const plain = { actor: agent, verb, object: activity };

const interaction = (interactionType: string, more: JsonObject): JsonObject => ({
  ...plain,
  object: { id: "https://example.org/q1", definition: { interactionType, ...more } },
});
const components = (...ids: readonly string[]): readonly JsonObject[] =>
  ids.map((id) => ({ id, description: { en: `Choice ${id}` } }));

const attachment = {
  usageType: "http://example.org/attachments/essay",
  display: { en: "Essay" },
  description: { "en-GB": "An essay" },
  contentType: "text/plain; charset=utf-8",
  length: 27,
  sha2: "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a",
  fileUrl: "https://example.org/essays/1",
};

const context = {
  registration: "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
  instructor: agent,
  team: identified,
  contextActivities: {
    parent: [{ objectType: "Activity", id: "https://example.org/course/1" }],
    grouping: [activity, { id: "urn:example:grouping" }],
    category: [activity],
    other: [],
  },
  language: "en-GB",
  statement: reference,
  extensions,
};

const inner = { objectType: "SubStatement", ...plain, context, timestamp: "2027-01-01T00:00:00Z" };

/** Statements that both versions allow, and that together have each feature of xAPI 1.0.3. */
export const good: Readonly<Record<string, JsonObject>> = {
  plain,
  whole: {
    id: ID,
    actor: mail,
    verb,
    object: {
      objectType: "Activity",
      id: "https://hub.example.edu/files/h%C3%BCte.ipynb",
      definition: {
        name: { en: "hw1.ipynb" },
        description: { "zh-Hant-TW": "筆記本" },
        type: "http://activitystrea.ms/schema/1.0/file",
        moreInfo: "https://hub.example.edu/about",
        extensions,
      },
    },
    result: {
      score: { scaled: -0.5, raw: 10, min: 0, max: 20 },
      success: true,
      completion: false,
      response: "42",
      duration: "PT1H0M12.34S",
      extensions,
    },
    context: { ...context, revision: "2", platform: "Example Hub" },
    timestamp: "2026-11-20T09:00:12.000Z",
    stored: "2026-11-20T10:00:13+01:00",
    authority: agent,
    version: "1.0.0",
    attachments: [attachment],
  },
  group: { ...plain, actor: group },
  identified: { ...plain, actor: identified, authority: { objectType: "Group", member: [agent, mail] } },
  hash: { ...plain, actor: hash, result: { duration: "P3Y1M29DT4H35M59S" } },
  openid: { ...plain, actor: openid, result: { duration: "P4W", score: { scaled: 1 } } },
  "about an agent": { ...plain, object: agent, context },
  "about a group": { ...plain, object: group },
  "about a statement": { ...plain, object: reference },
  voiding: { ...plain, verb: { id: "http://adlnet.gov/expapi/verbs/voided" }, object: reference },
  "sub-statement": { ...plain, object: inner },
  "sub-statement about an agent": {
    ...plain,
    object: { ...inner, object: agent, attachments: [attachment] },
  },
  choice: interaction("choice", {
    choices: components("a", "b"),
    correctResponsesPattern: ["a[,]b"],
    type: "http://adlnet.gov/expapi/activities/cmi.interaction",
  }),
  sequencing: interaction("sequencing", { choices: components("a", "b") }),
  likert: interaction("likert", { scale: components("1", "2"), correctResponsesPattern: ["1"] }),
  matching: interaction("matching", {
    source: components("a"),
    target: components("1"),
    correctResponsesPattern: ["a[.]1"],
  }),
  performance: interaction("performance", {
    steps: components("run"),
    correctResponsesPattern: ["run[.]:10[,]jump[.]"],
  }),
  "true-false": interaction("true-false", { correctResponsesPattern: ["true"] }),
  "fill-in": interaction("fill-in", { correctResponsesPattern: ["{case_matters=true}Ada[,]Eve"] }),
  "long-fill-in": interaction("long-fill-in", {
    correctResponsesPattern: ["{lang=en}To store and retrieve"],
  }),
  numeric: interaction("numeric", { correctResponsesPattern: ["4[:]", "[:]5", "1.5[:]2", "-3"] }),
  other: interaction("other", { correctResponsesPattern: ["(35.9,-86.8)"] }),
  signed: {
    ...plain,
    attachments: [
      {
        ...attachment,
        usageType: "http://adlnet.gov/expapi/attachments/signature",
        contentType: "application/octet-stream",
      },
    ],
  },
};

const relevantTypes = ["https://example.org/types/assistant"];

/** Statements that only 2.0.0 allows. */
export const goodInTwo: Readonly<Record<string, JsonObject>> = {
  "context's agents": {
    ...plain,
    context: { contextAgents: [{ objectType: "contextAgent", agent: mail, relevantTypes }] },
  },
  "context's groups": {
    ...plain,
    context: {
      contextGroups: [
        { objectType: "contextGroup", group: identified, relevantTypes },
        { objectType: "contextGroup", group },
      ],
    },
  },
  "its own version": { ...plain, version: "2.0.0" },
  "a space in the time": { ...plain, timestamp: "2008-09-15 15:53:00.601+00:00" },
  "small letters in the time": { ...plain, timestamp: "2008-09-15t15:53:00.601z" },
  "context's agents within": {
    ...plain,
    object: { ...inner, context: { contextAgents: [{ objectType: "contextAgent", agent: hash }] } },
  },
};

/** The statements that the examples beside the mappings expect, by where they are. */
export const examples = (): Readonly<Record<string, JsonObject>> => {
  const files = readdirSync(join(project, "mappings"), { recursive: true, encoding: "utf8" });
  const entries = files
    .filter((path) => path.endsWith("examples.yml"))
    .flatMap((path) => xapiOf(parse(textOf(join("mappings", path))), path));
  return Object.fromEntries(entries);
};

const xapiOf = (value: unknown, path: string): readonly (readonly [string, JsonObject])[] => {
  if (Array.isArray(value)) return value.flatMap((each, index) => xapiOf(each, `${path} ${index}`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    if (key !== "xapi") return xapiOf(each, `${path} ${key}`);
    return [each].flat().flatMap((one, index) => (isObject(one) ? [[`${path} ${index}`, one] as const] : []));
  });
};
