import { takes } from "../src/endpoint/select.ts";
import { isObject } from "../src/event/json.ts";
import { marked } from "../src/event/marks.ts";
import { type Use, usesOf } from "../src/mapping/disclosure.ts";
import type { Collected, CollectedEvent, CollectedField } from "../src/page/collected.ts";
import type { SiteEndpoint, SiteFiles, Source } from "./site.ts";

/** What the learner's page tells of a site: each event in its own words, and who gets something of which field. */
export const collectedOf = ({ endpoints, sources }: SiteFiles): Collected => ({
  endpoints: endpoints.map(({ endpoint, select }) => {
    const { name, title, protocol, learners, personalData } = endpoint;
    return { name, title, protocol, learners, personalData, conditional: select.where !== undefined };
  }),
  events: sources.map((source) => eventOf(source, endpoints)),
});

const eventOf = (source: Source, endpoints: readonly SiteEndpoint[]): CollectedEvent => {
  const told = endpoints.flatMap((each) => {
    const taken = source.mapping.translations.filter(
      (translation) =>
        takes(each.select, translation) && translation.sides[each.endpoint.protocol] !== undefined,
    );
    if (taken.length === 0) return [];
    const uses = taken.flatMap((translation) => usesOf(source.mapping, translation, each.endpoint.protocol));
    const { name, learners } = each.endpoint;
    return [{ name, learners, uses }];
  });
  const naming = told.filter(({ learners }) => learners !== "anonymous");
  const learner = fieldsOfLearner(source);
  return {
    name: source.name,
    title: source.written.title,
    anonymous: source.schemas.some(({ anonymous }) => anonymous),
    fields: fieldsOf(source).map(({ name, ...field }) => {
      const isStored = field.neverStored !== "whole";
      const getting = told.filter(({ uses }) => isStored && uses.some((use) => tells(use, name)));
      return {
        name,
        ...field,
        told: getting.map((each) => each.name),
        names: isStored && learner.has(name) ? naming.map((each) => each.name) : [],
      };
    }),
    told: told.map(({ name }) => name),
  };
};

/** The fields in which, or in a part of which, an event names its learner: statements' actors are made of it. */
const fieldsOfLearner = ({ schemas }: Source): ReadonlySet<string> =>
  new Set(
    schemas
      .filter(({ anonymous }) => !anonymous)
      .flatMap(({ schema }) => marked(schema, "learner").flatMap(([name = ""]) => name)),
  );

/** Whether something of a field is sent: what only decides whether anything is, is not told. */
const tells = ({ from: [root = "", field], form, deep }: Use, name: string): boolean =>
  form !== "decides" && !BESIDES.has(root) && (field === name || (field === undefined && deep));

/** What mappings know besides the event; whatever else they read is an event's. */
const BESIDES: ReadonlySet<string> = new Set([
  "learner",
  "sender",
  "course",
  "session",
  "hub",
  "time",
  "lookup",
]);

const inside = (property: unknown): CollectedField["neverStored"] =>
  marked(property, "never-store").length > 0 ? "part" : "no";

/** What one version lets be stored, may be stored. */
const joined = (
  one: CollectedField["neverStored"] | undefined,
  other: CollectedField["neverStored"],
): CollectedField["neverStored"] => (one === undefined || one === other ? other : "part");

type Described = Omit<CollectedField, "told" | "names">;

/** The fields of an event, as its schemas have them together. */
const fieldsOf = ({ schemas }: Source): readonly Described[] => {
  const fields = new Map<string, Described>();
  for (const { schema } of schemas) {
    for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
      const known = fields.get(name);
      const { description, "never-store": never } = isObject(property) ? property : {};
      const meaning = typeof description === "string" ? description : known?.meaning;
      fields.set(name, {
        name,
        ...(meaning !== undefined && { meaning }),
        neverStored: joined(known?.neverStored, never === true ? "whole" : inside(property)),
      });
    }
  }
  return [...fields.values()];
};
