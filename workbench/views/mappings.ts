import { withoutProbe } from "../../build/probe.ts";
import type { SiteEndpoint, Source } from "../../build/site.ts";
import { takes } from "../../src/endpoint/select.ts";
import type { UnderstoodTranslation } from "../../src/mapping/understand.ts";
import { PROBE_SOURCE } from "../../src/probe/event.ts";
import type { OpenEvent } from "../../src/recovery/survey.ts";
import type { MappingRow, Mappings } from "../api/mappings.ts";
import type { Desk } from "../desk.ts";
import type { SourceCounts } from "../index/archive-index.ts";

/** Every mapping of the site, with what it translates; and what no mapping takes. Test events are none of it. */
export const mappingsOf = ({ site, index }: Pick<Desk, "site" | "index">): Mappings => {
  const { files } = site();
  const { sources, endpoints } = withoutProbe(files);
  const counts = index.bySource();
  const delivered = index.byTranslation();
  const known = new Set(sources.flatMap(({ ids }) => ids));
  const unread = unreadBySchema(index.quarantine(), known);
  const unknown = [...unread]
    .filter(([schema]) => !known.has(schema))
    .map(([schema, events]) => ({ schema, events }))
    .sort((one, other) => other.events - one.events);
  const rowOf = (source: Source): MappingRow => ({
    name: source.name,
    title: source.written.title,
    ids: source.ids,
    ...(counts.get(source.name) ?? NONE),
    invalid: sumOf(source.ids.map((id) => unread.get(id) ?? 0)),
    translations: source.mapping.translations.map((translation) => ({
      name: translation.name,
      optional: translation.optional,
      delivered: delivered.get(translation.name) ?? 0,
      takenBy: takers(endpoints, translation),
    })),
  });
  return {
    reading: index.reading,
    events:
      index.totals().accepted -
      (counts.get(PROBE_SOURCE)?.events ?? 0) +
      sumOf(unknown.map(({ events }) => events)),
    rows: sources.map(rowOf),
    unknown,
    gone: goneOf(counts, new Set(files.sources.map(({ name }) => name))),
  };
};

const NONE = { events: 0, told: 0 };

/** Mappings by which events were accepted, and that the site has no more. */
const goneOf = (counts: ReadonlyMap<string, SourceCounts>, names: ReadonlySet<string>): Mappings["gone"] =>
  [...counts]
    .filter(([name, { events }]) => events > 0 && name !== PROBE_SOURCE && !names.has(name))
    .map(([name, { events }]) => ({ name, events }))
    .sort((one, other) => other.events - one.events);

/** How many events of each schema are in quarantine because of it. */
const unreadBySchema = (
  events: readonly OpenEvent[],
  known: ReadonlySet<string>,
): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { schema, reason, stays } of events) {
    // By the files as they are now, it is accepted.
    if (schema === undefined || stays === undefined) continue;
    // Of a schema that was unknown then, and is there by now, events may well be valid.
    const isSo = reason === "schema.invalid" || (reason === "schema.unknown" && !known.has(schema));
    if (isSo || OF_SCHEMA.has(stays.why)) counts.set(schema, (counts.get(schema) ?? 0) + 1);
  }
  return counts;
};

const OF_SCHEMA: ReadonlySet<string> = new Set(["schema.unknown", "schema.invalid"]);

const takers = (endpoints: readonly SiteEndpoint[], translation: UnderstoodTranslation): readonly string[] =>
  endpoints
    .filter(
      ({ endpoint, select }) =>
        translation.sides[endpoint.protocol] !== undefined && takes(select, translation),
    )
    .map(({ endpoint }) => endpoint.name);

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, each) => sum + each, 0);
