/**
 * The archive as tables, for whichever engine reads them: what they are called, what is in them, and where they lie.
 * Names are in lower case, with digits and underscores, as every engine takes them without quotes.
 */
import { DAY_COLUMNS, type EventColumn } from "../archive/day-file.ts";
import type { ArchivePart } from "../settings.ts";

export interface QueryTable {
  readonly name: string;
  readonly about: string;
  readonly part: ArchivePart;
  /** Objects of lines, each of which is JSON; or tables of a day's events of one source. */
  readonly form: "lines" | "days";
  /** Of a table of events: its source. */
  readonly source?: string;
  /** Where its objects lie: a prefix with its partitions in braces, such as `raw/dt={dt}/hour={hour}/`. */
  readonly below: string;
  readonly columns: readonly QueryColumn[];
  readonly partitions: readonly Partition[];
}

export interface QueryColumn {
  readonly name: string;
  /** `json`: its text. */
  readonly type: "string" | "integer" | "number" | "boolean" | "timestamp" | "json";
  /** The property of a line, where it is called otherwise. */
  readonly property?: string;
}

export type Partition = "dt" | "hour" | "endpoint";

/** By sources, the columns that their events have: see `columnsOf`. */
export type SourceColumns = Readonly<Record<string, readonly EventColumn[]>>;

/** All tables: those of the archive's parts, and one for each source. */
export const tablesOf = (columns: SourceColumns): readonly QueryTable[] => {
  const taken = new Set<string>([...parts.map(({ name }) => name), EVENTS]);
  const sources = Object.keys(columns).sort();
  return [...parts, ...sources.map((source) => dayTable(source, tableName(source, taken), columns[source]))];
};

/** The name of the view that has the events of all tables. */
export const EVENTS = "events";

const string = (name: string, property?: string): QueryColumn => column(name, "string", property);
const json = (name: string): QueryColumn => column(name, "json");
const column = (name: string, type: QueryColumn["type"], property?: string): QueryColumn => ({
  name,
  type,
  ...(property !== undefined && { property }),
});

/**
 * As `src/archive/records.ts` and `src/ledger/ledger.ts` write them; but what SQL has as words of its own, such as `at`,
 * is called otherwise. An endpoint's name is a partition already.
 */
const parts: readonly QueryTable[] = [
  {
    name: "raw",
    about: "Accepted events, as they came, of days that are not tables yet.",
    part: "raw",
    form: "lines",
    below: "raw/dt={dt}/hour={hour}/",
    columns: [string("id"), string("arrived"), string("source"), json("learner"), json("event")],
    partitions: ["dt", "hour"],
  },
  {
    name: "quarantine",
    about: "What could not be accepted: its text, and why.",
    part: "quarantine",
    form: "lines",
    below: "quarantine/dt={dt}/",
    columns: [
      ...["id", "learner", "arrived", "reason", "detail", "text"].map((name) => string(name)),
      json("sender"),
      string("nobodys"),
      string("recovered"),
      column("withheld", "boolean"),
    ],
    partitions: ["dt"],
  },
  {
    name: "ledger",
    about: "What became of each event, for each endpoint.",
    part: "ledger",
    form: "lines",
    below: "ledger/dt={dt}/",
    columns: [
      string("event"),
      string("learner"),
      column("made", "json", "to"),
      column("withheld", "boolean"),
      string("recovered"),
    ],
    partitions: ["dt"],
  },
  {
    name: "failed",
    about: "What an endpoint did not get, and why.",
    part: "failed",
    form: "lines",
    below: "failed/endpoint={endpoint}/dt={dt}/",
    columns: [
      ...["id", "event", "learner"].map((name) => string(name)),
      string("set_aside_at", "at"),
      string("mapping"),
      string("mapping_hash", "mappingHash"),
      ...["translation", "class", "reason", "detail"].map((name) => string(name)),
      column("status", "integer"),
      string("answer"),
      string("since"),
      column("tries", "integer"),
      string("place", "to"),
      json("statement"),
      string("replaced_by", "replacedBy"),
    ],
    partitions: ["endpoint", "dt"],
  },
  {
    name: "receipts",
    about: "What an endpoint accepted, and when.",
    part: "receipts",
    form: "lines",
    below: "receipts/endpoint={endpoint}/dt={dt}/",
    columns: [
      ...["id", "event", "learner", "translation"].map((name) => string(name)),
      string("mapping_hash", "mappingHash"),
      string("content"),
      string("accepted_at", "at"),
      column("status", "integer"),
      string("place", "to"),
      column("voids", "boolean"),
    ],
    partitions: ["endpoint", "dt"],
  },
];

const dayTable = (source: string, name: string, columns: readonly EventColumn[] = []): QueryTable => ({
  name,
  about: `Events of ${source}, of days that are tables.`,
  part: "raw",
  form: "days",
  source,
  below: `raw/dt={dt}/source=${source.replaceAll("/", ".")}/`,
  columns: [
    ...DAY_COLUMNS.map((each) => column(each, DAY_TYPES[each] ?? "string")),
    ...columns.map(({ name, type }) => column(name, type)),
  ],
  partitions: ["dt"],
});

const DAY_TYPES: Readonly<Partial<Record<(typeof DAY_COLUMNS)[number], QueryColumn["type"]>>> = {
  time: "timestamp",
  learner: "json",
  event: "json",
};

const tableName = (source: string, taken: Set<string>): string => {
  const plain = source.toLowerCase().replace(/[^a-z0-9]/g, "_");
  let name = plain;
  for (let count = 2; taken.has(name); count++) name = `${plain}_${count}`;
  taken.add(name);
  return name;
};
