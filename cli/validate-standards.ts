import { checkCaliper } from "../src/caliper/check.ts";
import { isObject } from "../src/event/json.ts";
import { checkXapi } from "../src/xapi/check.ts";

/** Something that a standard does not allow, at a JSON pointer. */
export interface Finding {
  readonly pointer: string;
  readonly rule: string;
  readonly section: string;
  readonly message: string;
}

/** What was found in one envelope, event, entity or statement, and the version by which it was checked. */
export interface Judged {
  readonly version: string;
  readonly problems: readonly Finding[];
}

/** A standard that values can be checked by. */
export interface Standard {
  readonly name: string;
  readonly versions: readonly string[];
  /** What is found in each value: an array is many of them. Pointers begin at the array. */
  judge(value: unknown, version: string | undefined): readonly Judged[];
}

const CALIPER = ["1.1", "1.2"] as const;
const XAPI = ["1.0.3", "2.0.0"] as const;

/** Each item of an array is an envelope, event or entity by itself (Caliper 1.2, Envelope). */
const judgeCaliper = (value: unknown, asked: string | undefined): readonly Judged[] => {
  const one = (each: unknown, above = ""): Judged => {
    const version = CALIPER.find((known) => known === asked) ?? caliperVersion(each);
    const problems = checkCaliper(each, version);
    return {
      version,
      problems: problems.map((found) => ({ ...found, pointer: `${above}${found.pointer}` })),
    };
  };
  return Array.isArray(value) ? value.map((each, index) => one(each, `/${index}`)) : [one(value)];
};

/** An array is a batch, whose statements' ids are distinct (xAPI 1.0.3 Part Three, 2.1.2). */
const judgeXapi = (value: unknown, asked: string | undefined): readonly Judged[] => {
  const version = XAPI.find((known) => known === asked) ?? xapiVersion(value);
  const problems = checkXapi(value, version);
  if (!Array.isArray(value)) return [{ version, problems }];
  const byStatement = Map.groupBy(problems, ({ pointer }) => pointer.split("/")[1]);
  return value.map((_, index) => ({ version, problems: byStatement.get(String(index)) ?? [] }));
};

/** The standards by the names that the command knows them by. */
export const standards: Readonly<Record<string, Standard>> = {
  caliper: { name: "Caliper", versions: CALIPER, judge: judgeCaliper },
  xapi: { name: "xAPI", versions: XAPI, judge: judgeXapi },
};

/** The version that an envelope's dataVersion or a `@context` names, the items' own last; 1.2 where none does. */
const caliperVersion = (value: unknown): (typeof CALIPER)[number] => {
  if (!isObject(value)) return "1.2";
  const items = Array.isArray(value.data) ? value.data.map((item) => isObject(item) && item["@context"]) : [];
  const contexts = [value.dataVersion, value["@context"], ...items].flat();
  const named = contexts.map((each) => (typeof each === "string" ? CONTEXT.exec(each)?.[1] : undefined));
  return named.find((each) => each !== undefined) === "1" ? "1.1" : "1.2";
};

const CONTEXT = /^https?:\/\/purl\.imsglobal\.org\/ctx\/caliper\/v1p([12])(?:\/|$)/;

/** The version that a statement says, or the first of a batch that says one; 1.0.3 where none does. */
const xapiVersion = (value: unknown): (typeof XAPI)[number] => {
  const said = [value].flat().map((each) => (isObject(each) ? each.version : undefined));
  const first = said.find((each) => typeof each === "string");
  return typeof first === "string" && first.startsWith("2.") ? "2.0.0" : "1.0.3";
};
