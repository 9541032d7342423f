import fc from "fast-check";
import type { JsonObject } from "../../src/event/json.ts";

const text = fc.string({ unit: "grapheme", maxLength: 12 });
const uuid = fc.uuid();
const iri = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  uuid.map((each) => `urn:uuid:${each}`),
  fc.constantFrom(
    "tag:example.org,2026:course",
    "https://example.org/hüte?a=1#b",
    "https://[2001:db8::1]:8080/",
  ),
);
const tag = fc.constantFrom(
  "en",
  "pt-BR",
  "zh-Hant-TW",
  "es-419",
  "de-CH-1996",
  "und",
  "x-ours",
  "de-a-value",
);
const texts = fc.dictionary(tag, text, { maxKeys: 3 });
const extensions = fc.dictionary(iri, fc.jsonValue(), { maxKeys: 2 });
const time = fc
  .tuple(
    fc.date({ min: new Date(0), max: new Date("2099-12-31"), noInvalidDate: true }),
    fc.constantFrom("Z", "+00:00", "-03:30", "+14:00"),
  )
  .map(([date, zone]) => date.toISOString().replace("Z", zone));

const count = fc.nat({ max: 999 });
const duration = fc.oneof(
  count.map((weeks) => `P${weeks}W`),
  fc.tuple(count, count, count).map(([years, months, days]) => `P${years}Y${months}M${days}D`),
  fc
    .tuple(count, count, fc.nat({ max: 99 }))
    .map(([hours, seconds, part]) => `PT${hours}H${seconds}.${part}S`),
);

/** An object of which each property may be left out but these. */
const some = (model: Readonly<Record<string, fc.Arbitrary<unknown>>>, ...required: readonly string[]) =>
  fc.record({ ...model }, { requiredKeys: [...required] });

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const letters = fc.string({ unit: fc.constantFrom(..."abcxyz09"), minLength: 1, maxLength: 8 });

const identifier: fc.Arbitrary<JsonObject> = fc.oneof(
  letters.map((each) => ({ mbox: `mailto:${each}@example.edu` })),
  hex(40).map((each) => ({ mbox_sha1sum: each })),
  fc.webUrl().map((each) => ({ openid: each })),
  fc.record({ homePage: iri, name: text }).map((each) => ({ account: each })),
);
const merged = (...parts: readonly fc.Arbitrary<JsonObject>[]): fc.Arbitrary<JsonObject> =>
  fc.tuple(...parts).map((all): JsonObject => Object.assign({}, ...all));

const typed = (objectType: string): fc.Arbitrary<JsonObject> => fc.constant({ objectType });
const agent = merged(some({ objectType: fc.constant("Agent"), name: text }), identifier);
const agentAsObject = merged(some({ name: text }), typed("Agent"), identifier);
const members = fc.array(agent, { minLength: 1, maxLength: 3 });
const group = fc.oneof(
  merged(typed("Group"), some({ name: text, member: members }, "member")),
  merged(typed("Group"), some({ name: text, member: members }), identifier),
);
const actor = fc.oneof(agent, group);

const components = fc.uniqueArray(some({ id: letters, description: texts }, "id"), {
  maxLength: 3,
  selector: ({ id }) => id,
});
const answers = (answer: fc.Arbitrary<string>) => fc.array(answer, { maxLength: 2 });
const interaction = (interactionType: string, answer: fc.Arbitrary<string>, ...lists: readonly string[]) =>
  merged(
    fc.constant({ interactionType }),
    some({
      correctResponsesPattern: answers(answer),
      ...Object.fromEntries(lists.map((list) => [list, components])),
    }),
  );
const interactions: fc.Arbitrary<JsonObject> = fc.oneof(
  interaction("choice", text, "choices"),
  interaction("sequencing", text, "choices"),
  interaction("likert", letters, "scale"),
  interaction("matching", fc.constantFrom("a[.]b", "a[.]b[,]c[.]d", ""), "source", "target"),
  interaction("performance", fc.constantFrom("run[.]1[:]2", "a[.]b[,]c[.]"), "steps"),
  interaction("true-false", fc.constantFrom("true", "false")),
  interaction("fill-in", text),
  interaction("long-fill-in", text),
  interaction("numeric", fc.constantFrom("4", "[:]4", "-1.5[:]", "1[:]2")),
  interaction("other", text),
);
const described = some({ name: texts, description: texts, type: iri, moreInfo: iri, extensions });
const definition = fc.oneof(described, merged(described, interactions));
const activity = some({ objectType: fc.constant("Activity"), id: iri, definition }, "id");
const reference = merged(typed("StatementRef"), fc.record({ id: uuid }));

const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const score = fc.oneof(
  some({ scaled: fc.double({ min: -1, max: 1, noNaN: true }), raw: number }),
  fc
    .uniqueArray(
      number.filter((each) => !Object.is(each, -0)),
      { minLength: 3, maxLength: 3 },
    )
    .map((numbers) => numbers.sort((one, other) => one - other))
    .map(([min, raw, max]) => ({ min, raw, max })),
);
const result = some({
  score,
  success: fc.boolean(),
  completion: fc.boolean(),
  response: text,
  duration,
  extensions,
});

const activities = fc.array(activity, { maxLength: 2 });
const surroundings = {
  registration: uuid,
  instructor: actor,
  team: group,
  contextActivities: some({
    parent: activities,
    grouping: activities,
    category: activities,
    other: activities,
  }),
  language: tag,
  statement: reference,
  extensions,
};
const context = some(surroundings);
const contextOfActivity = some({ ...surroundings, revision: text, platform: text });

const attachment = some(
  {
    usageType: iri,
    display: texts,
    description: texts,
    contentType: fc.constantFrom("text/plain", "application/pdf", "image/svg+xml"),
    length: fc.nat(),
    sha2: fc.oneof(hex(64), hex(96), hex(128)),
    fileUrl: iri,
  },
  ...["usageType", "display", "contentType", "length", "sha2"],
);

const verb = some({ id: iri, display: texts }, "id");
const common = { actor, verb, result, timestamp: time, attachments: fc.array(attachment, { maxLength: 2 }) };
const about = (object: fc.Arbitrary<JsonObject>, surrounding: fc.Arbitrary<unknown>) =>
  some({ ...common, object, context: surrounding }, "actor", "verb", "object");
const simple = fc.oneof(
  about(activity, contextOfActivity),
  about(fc.oneof(agentAsObject, group, reference), context),
);
const own = some({
  id: uuid,
  stored: time,
  version: fc.constant("1.0.0"),
  authority: agent,
});

/** A statement as it arrives: through JSON, which knows neither objects without a prototype nor -0. */
const sent = (statement: JsonObject): JsonObject => JSON.parse(JSON.stringify(statement));

/** Statements that are well-formed in xAPI 1.0.3. */
export const statements: fc.Arbitrary<JsonObject> = fc
  .oneof(merged(simple, own), merged(about(merged(simple, typed("SubStatement")), context), own))
  .map(sent);
