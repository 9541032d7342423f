/** Trino has names with a hyphen in brackets, `$["a-b"]`; DuckDB has them in quotes, `$."a-b"`. */
const PATH = String.raw`regexp_replace(path, '\["([^"]*)"\]', '."\1"', 'g')`;

/**
 * What DuckDB lacks of the functions that Athena (Trino) has, or understands otherwise: with these, the saved queries run
 * in both as they are. Whatever else a query uses must be the same in both.
 */
export const MACROS: readonly string[] = [
  // Trino has nothing for an object or a list, nor for what is no JSON; DuckDB would give a text, and fail.
  `json_extract_scalar(json, path) as case when not json_valid(json) then null when json_type(json, ${PATH}) in ('OBJECT', 'ARRAY') then null else json_extract_string(json, ${PATH}) end`,
  `json_extract(json, path) as case when json_valid(json) then json_extract_path(json, ${PATH}) end`,
  `json_parse(text) as cast(text as json)`,
  `from_iso8601_timestamp(text) as cast(text as timestamptz)`,
  `from_unixtime(seconds) as to_timestamp(seconds)`,
  // Whole units that have passed; DuckDB's own counts the boundaries between them.
  `date_diff(unit, one, other) as date_sub(unit, one, other)`,
  // For the letters that both know alike, such as %Y-%m-%d.
  `date_format(moment, form) as strftime(moment, form)`,
  `approx_percentile(value, share) as quantile_disc(value, share)`,
  // Nothing where nothing fits; DuckDB would give an empty text.
  `regexp_extract(text, pattern) as regexp_extract_all(text, pattern)[1], (text, pattern, part) as regexp_extract_all(text, pattern, part)[1]`,
  `regexp_like(text, pattern) as regexp_matches(text, pattern)`,
];
