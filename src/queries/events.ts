import type { QueryColumn, QueryTable } from "./tables.ts";

/** The columns of the view `events`, in their order. */
export const EVENT_VIEW: readonly QueryColumn[] = [
  { name: "id", type: "string" },
  { name: "arrived", type: "string" },
  { name: "time", type: "timestamp" },
  { name: "source", type: "string" },
  { name: "username", type: "string" },
  { name: "tag", type: "string" },
  { name: "course", type: "string" },
  { name: "learner", type: "json" },
  { name: "event", type: "json" },
  { name: "kept_as", type: "string" },
  { name: "dt", type: "string" },
];

/**
 * The view `events`: all of them, whether they lie in objects of lines or in tables, each id once on its day. In SQL that
 * Athena and, with its macros, DuckDB take. What the days are of a query, and its source, is known before anything is
 * read: both are what the events are counted once by, and each table's source is a constant.
 */
export const eventsView = (tables: readonly QueryTable[]): string => `with lines as (
  select id, arrived, dt, source, learner, event,
    json_extract_scalar(learner, '$.username') as username,
    ${TOLD} as told
  from raw
  where id is not null
), timed as (
  select id, arrived, dt, source, learner, event, username, ${utc("from_iso8601_timestamp(arrived)")} as came,
    coalesce(
      try(${utc(`from_iso8601_timestamp(${TEXT})`)}),
      try(${utc(`from_unixtime(${NUMBER})`)})) as happened
  from lines
), every as (
  select ${COLUMNS}, 1 as precedence from (
    select id, arrived, ${TIME} as time, source, username,
      coalesce(json_extract_scalar(learner, '$.tag'), case when username is null then 'nobody' else 'unknown' end) as tag,
      json_extract_scalar(learner, '$.course.id') as course, learner, event, cast('object' as varchar) as kept_as, dt
    from timed
  ) as of_lines
${tables.flatMap(fromTable).join("")}), counted as (
  select ${COLUMNS},
    row_number() over (partition by dt, source, id order by precedence, arrived) as times
  from every
)
select ${COLUMNS}
from counted
where times = 1`;

const COLUMNS = EVENT_VIEW.map(({ name }) => name).join(", ");

const fromTable = ({ name, source }: QueryTable): readonly string[] =>
  source === undefined
    ? []
    : [
        `  union all
  select id, arrived, cast(time as timestamp(3)), cast(${quoted(source)} as varchar), username, tag, course, learner, event,
    cast('table' as varchar), dt, 0
  from "${name}"
`,
      ];

/** As SQL writes a text. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const at = (path: string): string => `json_extract_scalar(event, '${path}')`;

/**
 * What an envelope tells of an event's time, by its form, as `src/event/dialect/` knows them: what else lies beside it may
 * be called as another form's time. A table has the time as the translator understood it; of lines this is as near as SQL
 * comes to it.
 */
const TOLD = `case
      when ${at("$.__schema__")} is not null then ${at("$.__timestamp__")}
      when ${at("$.schema_id")} is not null then case when ${at("$.version")} is not null then ${at("$.timestamp")} end
      when ${at("$.schema")} is not null then
        case when ${at("$.revision")} is not null then coalesce(${at("$.dt")}, ${at("$.timestamp")})
          else coalesce(${at("$.timestamp")}, ${at("$.publishTime")}) end
      when ${at("$.type")} = 'track' then coalesce(${at("$.timestamp")}, ${at("$.originalTimestamp")})
      else coalesce(${at("$.eventDetail.eventTime")}, ${at("$.data.eventDetail.eventTime")})
    end`;

/** Jupyter's times have a `Z` after their offset, which no engine takes; and Athena knows milliseconds. */
const TEXT = String.raw`replace(regexp_extract(told, '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,3})?'), ' ', 'T') || regexp_extract(told, '(Z|[+-]\d\d:?\d\d)Z?$', 1)`;

/** Seconds, or milliseconds: as \`timeOf\` tells them apart. */
const NUMBER =
  "try_cast(told as double) / case when abs(try_cast(told as double)) < 1e11 then 1 else 1000 end";

const utc = (time: string): string => `cast(${time} at time zone 'UTC' as timestamp(3))`;

/** What tells none happened when it arrived; and so did what would have been refused: see `eventReader`. */
const TIME = "case when happened <= came + interval '10' minute then happened else came end";
