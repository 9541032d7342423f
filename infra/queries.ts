import { createHash } from "node:crypto";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { EVENT_VIEW, eventsView } from "../src/queries/events.ts";
import type { Queries, SavedQuery } from "../src/queries/saved.ts";
import { EVENTS, type Partition, type QueryColumn, type QueryTable } from "../src/queries/tables.ts";
import type { Settings } from "../src/settings.ts";
import { BUCKET, STAGE } from "./names.ts";
import { type Resource, type Resources, ref, sub, type Value } from "./template.ts";

/** The logical ids of what a query names; `Ref` gives the names. */
export const QUERY_WORKGROUP = "QueryWorkgroup";
export const QUERY_DATABASE = "QueryDatabase";

/** Where Athena puts what it finds, below the archive's bucket. */
export const RESULTS = "results/";

/**
 * The archive as Athena has it: a database with a table for each part and each source, whose partitions are known by
 * calculation (partition projection) and not by a crawler, the view of all events, a workgroup with a limit, and the
 * saved queries. A database's name has no hyphens, which would have to be quoted everywhere.
 */
export const queryResources = (
  { retention, queries: { scanLimit } }: Settings,
  endpoints: readonly Endpoint[],
  { tables, saved }: Queries,
): Resources => ({
  [QUERY_DATABASE]: {
    Type: "AWS::Glue::Database",
    Properties: {
      CatalogId: ACCOUNT,
      DatabaseInput: {
        Name: { "Fn::Join": ["_", { "Fn::Split": ["-", STAGE] }] },
        Description: `The archive of ${STAGE}.`,
      },
    },
  },
  ...Object.fromEntries(
    tables.map((table) => [tableId(table.name), tableResource(table, retention[table.part], endpoints)]),
  ),
  [tableId(EVENTS)]: viewResource(eventsView(tables)),
  [QUERY_WORKGROUP]: {
    Type: "AWS::Athena::WorkGroup",
    Properties: {
      Name: STAGE,
      Description: `Questions to the archive of ${STAGE}.`,
      // What was asked is no reason to keep the stack.
      RecursiveDeleteOption: true,
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        PublishCloudWatchMetricsEnabled: true,
        BytesScannedCutoffPerQuery: scanLimit,
        EngineVersion: { SelectedEngineVersion: "Athena engine version 3" },
        // They are encrypted as everything in the bucket is.
        ResultConfiguration: {
          OutputLocation: sub(`s3://\${${BUCKET}}/${RESULTS}`),
          ExpectedBucketOwner: ACCOUNT,
        },
      },
    },
  },
  ...Object.fromEntries(
    [...saved, viewAgain(tables)].map((each) => [savedId(each.name), savedResource(each)] as const),
  ),
});

const ACCOUNT = ref("AWS::AccountId");

/** Names have no capitals, so that `Dash` keeps them apart. */
const tableId = (name: string): string => `QueryTable${name.replaceAll("_", "Dash")}`;

const savedId = (name: string): string =>
  `SavedQuery${name.replace(/[^A-Za-z0-9]/g, "")}${createHash("sha256").update(name).digest("hex").slice(0, 6)}`;

const tableResource = (
  { name, about, form, below, columns, partitions }: QueryTable,
  days: number,
  endpoints: readonly Endpoint[],
): Resource =>
  inDatabase({
    Name: name,
    Description: about,
    TableType: "EXTERNAL_TABLE",
    Parameters: {
      EXTERNAL: "TRUE",
      classification: form === "days" ? "parquet" : "json",
      "projection.enabled": "true",
      ...Object.assign({}, ...partitions.map((each) => projection(each, days, endpoints))),
      "storage.location.template": inBucket(below.replace(/\{(\w+)\}/g, "$${$1}")),
    },
    PartitionKeys: partitions.map((each) => ({ Name: each, Type: each === "hour" ? "int" : "string" })),
    StorageDescriptor: {
      Location: inBucket(`${below.slice(0, below.indexOf("/"))}/`),
      Columns: columns.map(({ name, type }) => ({ Name: name, Type: TYPES[type] })),
      ...(form === "days" ? PARQUET : jsonLines(columns)),
    },
  });

/** A text with `${dt}` in it, which is Athena's to fill in and not CloudFormation's. */
const inBucket = (path: string): Value => ({ "Fn::Join": ["", ["s3://", ref(BUCKET), `/${path}`]] });

const projection = (
  partition: Partition,
  days: number,
  endpoints: readonly Endpoint[],
): Readonly<Record<string, string>> => {
  const property = (key: string): string => `projection.${partition}.${key}`;
  switch (partition) {
    case "dt":
      return {
        [property("type")]: "date",
        [property("format")]: "yyyy-MM-dd",
        // An object that an erasure rewrote is kept for a full term from then on: see docs/archive.md.
        [property("range")]: `NOW-${2 * days + 1}DAYS,NOW`,
        [property("interval")]: "1",
        [property("interval.unit")]: "DAYS",
      };
    case "hour":
      return { [property("type")]: "integer", [property("range")]: "0,23", [property("digits")]: "2" };
    case "endpoint": {
      const names = endpoints.map(({ name }) => name);
      return { [property("type")]: "enum", [property("values")]: names.join(",") || "none" };
    }
  }
};

const TYPES: Readonly<Record<QueryColumn["type"], string>> = {
  string: "string",
  json: "string",
  integer: "bigint",
  number: "double",
  boolean: "boolean",
  timestamp: "timestamp",
};

/**
 * Columns of text get what is nested as its JSON. Names are taken as they are: otherwise this SerDe could make lower case
 * of those inside of an event, too (https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html).
 */
const jsonLines = (columns: readonly QueryColumn[]): Readonly<Record<string, Value>> => ({
  InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
  SerdeInfo: {
    SerializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
    Parameters: {
      "case.insensitive": "false",
      "ignore.malformed.json": "true",
      ...Object.fromEntries(
        columns.flatMap(({ name, property }) =>
          property === undefined ? [] : [[`mapping.${name}`, property]],
        ),
      ),
    },
  },
});

const PARQUET: Readonly<Record<string, Value>> = {
  InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  OutputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  SerdeInfo: {
    SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    Parameters: { "serialization.format": "1" },
  },
};

/** A view as Athena itself keeps one in Glue: its SQL and its columns as JSON in base64, in a comment. */
const viewResource = (sql: string): Resource => {
  const view = {
    originalSql: sql,
    catalog: "awsdatacatalog",
    schema: "${Database}",
    columns: EVENT_VIEW.map(({ name, type }) => ({
      name,
      type: type === "timestamp" ? "timestamp(3)" : "varchar",
    })),
  };
  const text: Value = { "Fn::Sub": [JSON.stringify(view), { Database: ref(QUERY_DATABASE) }] };
  return inDatabase({
    Name: EVENTS,
    Description: "All events, whether their day is a table or not, each once on its day.",
    TableType: "VIRTUAL_VIEW",
    Parameters: { presto_view: "true", comment: "Presto View" },
    ViewOriginalText: { "Fn::Join": ["", ["/* Presto View: ", { "Fn::Base64": text }, " */"]] },
    ViewExpandedText: "/* Presto View */",
    StorageDescriptor: {
      Columns: EVENT_VIEW.map(({ name, type }) => ({ Name: name, Type: TYPES[type] })),
      SerdeInfo: {},
    },
  });
};

const inDatabase = (table: Value): Resource => ({
  Type: "AWS::Glue::Table",
  Properties: { CatalogId: ACCOUNT, DatabaseName: ref(QUERY_DATABASE), TableInput: table },
});

/** AWS documents no template of a view: should Athena not take the one above, this makes it. */
const viewAgain = (tables: readonly QueryTable[]): SavedQuery => ({
  name: "_view-of-events",
  title: `Makes the view ${EVENTS} again`,
  about: "Only where Athena says that the view is none, or is stale. It needs the right to change it.",
  sql: `create or replace view ${EVENTS} as\n${eventsView(tables)}`,
});

const savedResource = ({ name, title, about, sql }: SavedQuery): Resource => ({
  Type: "AWS::Athena::NamedQuery",
  Properties: {
    Name: name,
    Description: about === "" ? title : `${title}\n${about}`,
    Database: ref(QUERY_DATABASE),
    WorkGroup: ref(QUERY_WORKGROUP),
    QueryString: sql,
  },
});
