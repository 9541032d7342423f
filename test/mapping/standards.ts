import { checkCaliper } from "../../src/caliper/check.ts";
import { isObject } from "../../src/event/json.ts";
import { checkXapi } from "../../src/xapi/check.ts";

/** What a standard's checker says of a statement, or our docs of a record, each problem as `pointer message`. */
export const problemsOf = (
  statement: unknown,
  { protocol, version }: { readonly protocol: string; readonly version: string },
): readonly string[] => {
  if (protocol === "json") return recordProblems(statement);
  const found =
    protocol === "caliper"
      ? checkCaliper(statement, version === "1.1" ? "1.1" : "1.2")
      : checkXapi(statement, version === "2.0.0" ? "2.0.0" : "1.0.3");
  return found.map(({ pointer, message }) => `${pointer} ${message}`);
};

/** What docs/mappings.md promises of a record: who, when and by which translation, and nothing deep but the course. */
const recordProblems = (record: unknown): readonly string[] => {
  if (!isObject(record)) return ["/ This is no object."];
  const missing = Object.entries(FILLED).flatMap(([key, form]) =>
    form.test(String(record[key])) ? [] : [`/${key} This is not ${form}.`],
  );
  const deep = Object.entries(record).flatMap(([key, value]) =>
    typeof value === "object" && key !== "course" ? [`/${key} This is no plain value.`] : [],
  );
  return [...missing, ...deep];
};

const FILLED: Readonly<Record<string, RegExp>> = {
  id: /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  translation: /^[a-z-]+\/[a-z-]+:[a-z-]+$/,
  learner: /^https:\/\/hub\.example\.edu\/(learner\/[0-9a-f]{32}|user\/.+|anonymous)$/,
  event: /^[a-z]+\.[a-z]+$/,
};
