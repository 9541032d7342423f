import { eventsView, quoted } from "../src/queries/events.ts";
import { EVENTS, type Partition, type QueryColumn, type QueryTable } from "../src/queries/tables.ts";

/** What makes DuckDB's views of all tables, with nothing in them, and the view of all events. */
export const emptyViews = (tables: readonly QueryTable[]): readonly string[] => [
  ...tables.map((table) => `create view "${table.name}" as ${emptyTable(table)}`),
  `create view "${EVENTS}" as ${eventsView(tables)}`,
];

/** What makes views anew of tables with their files, by the tables' names. */
export const viewsOf = (
  tables: readonly QueryTable[],
  files: ReadonlyMap<string, readonly string[]>,
): readonly string[] =>
  tables.flatMap((table) => {
    const some = files.get(table.name);
    if (some === undefined) return [];
    if (some.length === 0) return [`create or replace view "${table.name}" as ${emptyTable(table)}`];
    // A list of its own, as a view is read again by every query: it may hold thousands of names.
    const variable = `files_of_${table.name}`;
    const view = table.form === "days" ? dayTable(table, variable) : lineTable(table, variable);
    return [
      `set variable "${variable}" = [${some.map(quoted).join(", ")}]`,
      `create or replace view "${table.name}" as ${view}`,
    ];
  });

const TYPES: Readonly<Record<QueryColumn["type"], string>> = {
  string: "varchar",
  json: "varchar",
  integer: "bigint",
  number: "double",
  boolean: "boolean",
  timestamp: "timestamp",
};

const PARTITIONS: Readonly<Record<Partition, string>> = {
  dt: "varchar",
  hour: "integer",
  endpoint: "varchar",
};

const partitionTypes = ({ partitions }: QueryTable): readonly (readonly [string, string])[] =>
  partitions.map((name) => [name, PARTITIONS[name]]);

const emptyTable = (table: QueryTable): string => {
  const all = [
    ...table.columns.map(({ name, type }) => [name, TYPES[type]] as const),
    ...partitionTypes(table),
  ];
  return `select ${all.map(([name, type]) => `cast(null as ${type}) as "${name}"`).join(", ")} where false`;
};

/** Lines are read as text, by characters that are in no JSON. */
const lineTable = ({ columns, partitions }: QueryTable, variable: string): string => {
  const read = `read_csv(getvariable('${variable}'), filename = '${FILE}', hive_partitioning = false, columns = {'line': 'varchar'}, header = false, auto_detect = false, delim = chr(1), quote = '', escape = '', comment = '', new_line = '\\n', strict_mode = false, max_line_size = ${LONGEST_LINE}, compression = 'gzip')`;
  const values = columns.map(({ name, type, property = name }) => {
    const text = `json_extract_string(json, '$.${property}')`;
    return type === "string" || type === "json"
      ? `${text} as "${name}"`
      : `try_cast(${text} as ${TYPES[type]}) as "${name}"`;
  });
  return `select ${[...values, ...partitions.map(partition)].join(", ")} from (select ${whole("line")} as json, "${FILE}" from ${read})`;
};

/** DuckDB knows no text with half a surrogate pair, which JSON has room for: it is shown as what stands for no character. */
const whole = (json: string): string =>
  String.raw`case when ${json} is null or json_valid(${json}) then ${json} else regexp_replace(${json}, '\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '\\ufffd', 'g') end`;

/** Bytes. A message has 256 KB at most; of what is no JSON, each byte may be six in the quarantine's line. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** A column that no file has yet, or that one has in another type, is there all the same. */
const dayTable = ({ columns, partitions }: QueryTable, variable: string): string => {
  const read = `read_parquet(getvariable('${variable}'), union_by_name = true, filename = '${FILE}', hive_partitioning = false)`;
  const none = columns.map(({ name }) => `null as "${name}"`).join(", ");
  const values = columns.map(({ name, type }) => {
    if (type === "timestamp")
      return `cast(cast("${name}" as timestamptz) at time zone 'UTC' as ${TYPES[type]}) as "${name}"`;
    const value = `try_cast("${name}" as ${TYPES[type]})`;
    return `${type === "json" ? whole(value) : value} as "${name}"`;
  });
  return `select ${[...values, ...partitions.map(partition)].join(", ")} from (select ${none} where false union all by name select * from ${read})`;
};

/** An event may have a column that is called `filename`; this has a letter that no column's name has. */
const FILE = "the file";

/**
 * A partition, as the end of a file's path tells it: the folder that the archive lies in may have such names, too. DuckDB
 * reads no more of the files than by itself.
 */
const partition = (name: Partition): string =>
  `cast(regexp_extract("${FILE}", '^(?s:.*)/${name}=([^/]*)/', 1) as ${PARTITIONS[name]}) as "${name}"`;
