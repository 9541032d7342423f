import type { SiteEndpoint, SiteFiles, Source } from "../build/site.ts";
import { isPersonal } from "../src/event/marks.ts";
import { personalInAny } from "../src/event/personal.ts";
import type { ArchivePart, Settings } from "../src/settings.ts";
import {
  type CatalogEndpoint,
  endpointOf,
  isNobodys,
  isOfEvent,
  translationsFor,
  usesFor,
} from "./endpoint.ts";
import { type Field, fieldsOf, newestFirst } from "./fields.ts";
import { droppedByEnvelopes, KEEPS, KEPT_BESIDE } from "./kept.ts";
import { joined, pathName, type Way, waysOf } from "./sent.ts";

/** What a site collects, and who gets what of it: all that `jlt catalog` prints. */
export interface Catalog {
  readonly hub: Settings["hub"];
  readonly institution: string;
  readonly trust: Settings["trust"]["trust"];
  readonly archive: readonly { readonly part: ArchivePart; readonly keeps: string; readonly days: number }[];
  /** What is kept with an event of whose it is, where it is known. */
  readonly keptBeside: readonly string[];
  readonly endpoints: readonly CatalogEndpoint[];
  readonly events: readonly CatalogEvent[];
  /** What is taken out of events before they are kept or sent. */
  readonly neverStored: readonly { readonly event: string; readonly fields: readonly string[] }[];
  /** What is taken out of what some producers wrap around their events, whatever event it is. */
  readonly neverStoredAround: ReturnType<typeof droppedByEnvelopes>;
  /** The events that are stored, but of which no endpoint gets anything. */
  readonly sentNowhere: readonly string[];
}

export interface CatalogEvent {
  /** The folder below mappings/. */
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly ids: readonly string[];
  readonly versions: readonly string[];
  /** Whether all of it is personal data. */
  readonly personal: boolean;
  /** Whether it is nobody's. */
  readonly anonymous: boolean;
  /** By endpoint; none of its translations where nothing of it is sent there. */
  readonly sent: readonly { readonly endpoint: string; readonly translations: readonly string[] }[];
  readonly fields: readonly CatalogField[];
}

export interface CatalogField {
  readonly name: string;
  readonly meaning?: string;
  /** Only where not every version has it. */
  readonly versions?: readonly string[];
  readonly personal: boolean;
  /** Where its schema says that it is none, although the event is. */
  readonly cleared?: boolean;
  readonly learner: boolean;
  /** `in part`: some versions of the event, or something inside of it, are never stored. */
  readonly stored: "yes" | "no" | "in part";
  /** The versions of the event in which it is never stored, where there are others. */
  readonly neverIn?: readonly string[];
  /** Whether the same fields come again inside of it, as deep as an event goes. */
  readonly again: boolean;
  readonly sent: readonly {
    readonly endpoint: string;
    readonly ways: readonly Way[];
    /** Whether something inside of it is sent. */
    readonly inside: boolean;
  }[];
}

/** Puts together what a site collects; `only` leaves one endpoint. The same files give the same catalog. */
export const catalogOf = ({ settings, endpoints, sources }: SiteFiles, only?: string): Catalog => {
  const asked = endpoints.filter(({ endpoint }) => only === undefined || endpoint.name === only);
  const events = sources.map((source) => eventOf(source, asked));
  const isSent = (source: Source): boolean =>
    endpoints.some((each) => translationsFor(source, each).length > 0);
  return {
    hub: settings.hub,
    institution: settings.institution,
    trust: settings.trust.trust,
    archive: PARTS.map((part) => ({ part, keeps: KEEPS[part], days: settings.retention[part] })),
    keptBeside: Object.values(KEPT_BESIDE),
    endpoints: asked.map((each) => endpointOf(each, sources)),
    events,
    neverStored: events.flatMap(({ name, fields }) => {
      const never = fields.filter(({ stored }) => stored === "no").map((field) => field.name);
      return never.length === 0 ? [] : [{ event: name, fields: never }];
    }),
    neverStoredAround: droppedByEnvelopes(),
    sentNowhere: sources.filter((source) => !isSent(source)).map(({ name }) => name),
  };
};

const PARTS: readonly ArchivePart[] = ["raw", "quarantine", "failed", "receipts", "ledger"];

const eventOf = (source: Source, endpoints: readonly SiteEndpoint[]): CatalogEvent => {
  const { name, ids, schemas, written } = source;
  const event = fieldsOf(schemas);
  const description = newestFirst(schemas).find(({ schema }) => schema.description !== undefined)?.schema
    .description;
  const sent = endpoints.map((site) => ({
    endpoint: site.endpoint,
    translations: translationsFor(source, site).map((each) => each.name.slice(name.length + 1)),
    ways: waysOf(
      event,
      usesFor(source, site).filter(isOfEvent),
      site.endpoint.personalData === "allow" ? "free" : personalInAny(schemas),
    ),
  }));
  return {
    name,
    title: written.title,
    ...(typeof description === "string" && { description }),
    ids,
    versions: newestFirst(schemas).map(({ version }) => version),
    personal: schemas.some(({ schema }) => isPersonal(schema)),
    anonymous: isNobodys(source),
    sent: sent.map(({ endpoint, translations }) => ({ endpoint: endpoint.name, translations })),
    fields: rowsOf(event, [], { event, sent }),
  };
};

interface About {
  readonly event: Field;
  readonly sent: readonly {
    readonly endpoint: SiteEndpoint["endpoint"];
    readonly translations: readonly string[];
    readonly ways: ReadonlyMap<Field, readonly Way[]>;
  }[];
}

const rowsOf = (field: Field, path: readonly string[], about: About): readonly CatalogField[] =>
  [...field.inside.values()].flatMap((inner) => {
    const at = [...path, inner.step];
    return [rowOf(inner, at, about), ...rowsOf(inner, at, about)];
  });

const rowOf = (field: Field, path: readonly string[], { event, sent }: About): CatalogField => {
  const isNever = isNeverStored(field);
  const versions = [...field.versions];
  return {
    name: pathName(path),
    ...(field.meaning !== undefined && { meaning: field.meaning }),
    ...(versions.length < event.versions.size && { versions }),
    personal: field.personal,
    ...(field.cleared && { cleared: true }),
    learner: field.learner,
    stored: isNever ? "no" : isKeptBack(field) ? "in part" : "yes",
    ...(!isNever && field.neverStored.size > 0 && { neverIn: [...field.neverStored] }),
    again: field.again,
    sent: sent.map(({ endpoint, translations, ways }) => {
      const named: Way = {
        form: "learner",
        by: endpoint.learners === "pseudonym" ? ["pseudonym"] : [],
        to: [],
        translations,
      };
      // What is never stored is taken out before it is translated; whose event it is, is known by then.
      return {
        endpoint: endpoint.name,
        ways: joined([
          ...(field.learner && translations.length > 0 ? [named] : []),
          ...(isNever ? [] : (ways.get(field) ?? [])),
        ]),
        inside: isSentInside(field, ways),
      };
    }),
  };
};

const isNeverStored = ({ versions, neverStored }: Field): boolean => neverStored.size === versions.size;

const isKeptBack = ({ neverStored, inside }: Field): boolean =>
  neverStored.size > 0 || [...inside.values()].some(isKeptBack);

const isSentInside = ({ inside }: Field, ways: ReadonlyMap<Field, readonly Way[]>): boolean =>
  [...inside.values()].some(
    (each) =>
      (!isNeverStored(each) && (ways.get(each) ?? []).some(({ form }) => form !== "decides")) ||
      isSentInside(each, ways),
  );
