import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject, type JsonObject, parseJson } from "../../src/event/json.ts";

/**
 * Writes bundles into `out` that are the functions in `built`, but log as in Lambda where its log format is JSON: what
 * goes to console is a line of JSON with a level, and what goes to the output itself is left as it is.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export const loggingAsLambda = async (
  built: string,
  out: string,
  names: readonly string[],
): Promise<string> => {
  for (const name of names) {
    await mkdir(join(out, name), { recursive: true });
    await writeFile(join(out, name, "index.cjs"), bundle(name, join(built, name, "index.cjs")));
  }
  return out;
};

const bundle = (name: string, original: string): string => `
const { format } = require("node:util");
const levels = { trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" };
for (const [method, level] of Object.entries(levels))
  console[method] = (...said) => {
    const message = said.length === 1 ? said[0] : format(...said);
    process.stdout.write(JSON.stringify({ timestamp: new Date().toISOString(), level, message }) + "\\n");
  };
process.env.AWS_LAMBDA_FUNCTION_NAME = [${JSON.stringify(name)}, process.env.ENDPOINT].filter(Boolean).join("-");
module.exports = require(${JSON.stringify(original)});
`;

/** What a log holds: what functions say, and what they measure. Throws where a line is neither. */
export interface Logged {
  readonly text: string;
  /** What went to console. */
  readonly said: readonly { readonly level: string; readonly message: unknown }[];
  /** Lines in CloudWatch's embedded format, without what only that needs. */
  readonly measured: readonly JsonObject[];
}

export const readLog = async (file: string): Promise<Logged> => logged(await readFile(file, "utf8"));

export const logged = (text: string): Logged => {
  // The last line may be just being written.
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  const values = lines.filter((line) => line !== "").map(objectOf);
  return {
    text,
    said: values.flatMap(({ level, message }) => (typeof level === "string" ? [{ level, message }] : [])),
    measured: values.flatMap(({ _aws, ...values }) => (_aws === undefined ? [] : [values])),
  };
};

const objectOf = (line: string): JsonObject => {
  const read = parseJson(line);
  if ("value" in read && isObject(read.value) && ("_aws" in read.value || "level" in read.value))
    return read.value;
  throw new Error(`A line of the log is neither what a function says nor what it measures: ${line}`);
};

/** The sum of a metric's totals, or where `by` says so, of its parts: all, or those of one function. */
export const totalOf = ({ measured }: Logged, metric: string, fn?: string): number =>
  sumOf(
    measured.filter(
      (line) => !("Reason" in line || "Why" in line) && (fn ?? line.FunctionName) === line.FunctionName,
    ),
    metric,
  );

/** The sums of a metric's parts, by what tells them apart. */
export const partsOf = (
  { measured }: Logged,
  metric: string,
  dimension: "Reason" | "Why",
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(measured, (line) => line[dimension])].flatMap(([value, lines]) => {
      const sum = sumOf(lines, metric);
      return typeof value === "string" && sum > 0 ? [[value, sum]] : [];
    }),
  );

const sumOf = (lines: readonly JsonObject[], metric: string): number =>
  lines.reduce((sum, line) => sum + Number(line[metric] ?? 0), 0);
