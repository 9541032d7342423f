import type { SiteEndpoint, Source } from "../build/site.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { takes } from "../src/endpoint/select.ts";
import { type Use, usesOf } from "../src/mapping/disclosure.ts";
import { explainMapping } from "../src/mapping/explain.ts";
import { filledOfNobody } from "../src/mapping/filled.ts";
import type { UnderstoodTranslation } from "../src/mapping/understand.ts";
import { joined, pathName, type Way } from "./sent.ts";

/** An endpoint, and what it gets besides the events' fields. */
export interface CatalogEndpoint {
  readonly name: string;
  readonly title: string;
  readonly protocol: string;
  readonly version: string;
  readonly learners: Endpoint["learners"];
  /** What becomes of personal data. */
  readonly personalData: Endpoint["personalData"];
  /** The condition that an event must meet. */
  readonly where?: string;
  /** What the translator itself fills in. */
  readonly filledIn: readonly { readonly path: string; readonly says: string }[];
  /** What mappings put in besides the event's fields, such as `course.title`. */
  readonly known: readonly { readonly name: string; readonly ways: readonly Way[] }[];
  /** The fields in which mappings have texts of their own, the same for every event. */
  readonly fixed: readonly string[];
}

/** Sent only where the endpoint's file asks for it, and then it undoes the pseudonym. */
const LMS = "federatedSession";
const TELLS =
  "the LMS's own session, for learners who came from there: whoever has the LMS's records can tell by it who you are";

/** What an endpoint gets besides the events' fields. */
export const endpointOf = (site: SiteEndpoint, sources: readonly Source[]): CatalogEndpoint => {
  const { name, title, protocol, version, learners, personalData, federatedSession } = site.endpoint;
  const origins = sources.flatMap((source) => {
    const taken = new Set(translationsFor(source, site).map((each) => each.name));
    const all = explainMapping(source.written, source.mapping)
      .translations.filter((each) => taken.has(each.name))
      .flatMap(({ sides }) => sides[protocol] ?? []);
    return isNobodys(source) ? all.flatMap((each) => filledOfNobody(each) ?? []) : all;
  });
  const filledIn = new Map(
    origins
      .filter(({ place, path: [root] }) => place === undefined && (root !== LMS || federatedSession))
      .map(({ path, says }) => ({ path: pathName(path), says: path[0] === LMS ? TELLS : says }))
      .map((filled) => [`${filled.path} ${filled.says}`, filled]),
  );
  const known = new Map<string, Way[]>();
  const besides = sources.flatMap((source) =>
    usesFor(source, site).filter(
      ({ from: [root = ""] }) => BESIDES.has(root) && !(isNobodys(source) && OF_LEARNERS.has(root)),
    ),
  );
  for (const { from, form, by, to, translation } of besides) {
    const way = { form, by, to: to.length === 0 ? [] : [pathName(to)], translations: [translation] };
    known.set(pathName(from), [...(known.get(pathName(from)) ?? []), way]);
  }
  const fixed = origins.filter(({ place, fields }) => place !== undefined && fields.length === 0);
  return {
    name,
    title,
    protocol,
    version,
    learners,
    personalData,
    ...(site.select.where !== undefined && { where: site.select.where }),
    filledIn: [...filledIn.values()],
    known: [...known].map(([variable, ways]) => ({ name: variable, ways: joined(ways) })),
    fixed: [...new Set(fixed.map(({ path }) => pathName(path)))],
  };
};

/** The translations of a mapping that an endpoint gets something by. */
export const translationsFor = (
  { mapping }: Source,
  { endpoint, select }: SiteEndpoint,
): readonly UnderstoodTranslation[] =>
  mapping.translations.filter((each) => takes(select, each) && each.sides[endpoint.protocol] !== undefined);

/** What an endpoint gets of a mapping, field by field. */
export const usesFor = (source: Source, site: SiteEndpoint): readonly Use[] =>
  translationsFor(source, site).flatMap((each) => usesOf(source.mapping, each, site.endpoint.protocol));

/** What mappings know besides the event; whatever else they read is an event's. */
const BESIDES: ReadonlySet<string> = new Set(["learner", "sender", "course", "session", "hub", "time"]);

/** Those of them that an event which is nobody's does not have, or has for nobody. */
const OF_LEARNERS: ReadonlySet<string> = new Set(["learner", "sender", "course", "session"]);

/** Whether an event is nobody's. */
export const isNobodys = ({ schemas }: Source): boolean => schemas.some(({ anonymous }) => anonymous);

/** The tables of a mapping are its own texts. */
const TABLES = "lookup";

/** Whether it is a field of an event that is used. */
export const isOfEvent = ({ from: [root = ""] }: Use): boolean => !BESIDES.has(root) && root !== TABLES;
