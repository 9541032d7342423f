import assert from "node:assert/strict";
import type { Json, JsonObject, Statement, Template } from "./support.ts";

/** A statement of a policy, and the resource that it stands in. */
export interface Placed {
  readonly id: string;
  readonly type: string;
  readonly statement: Statement;
}

/** The statements of all policies of a template, wherever in it they stand. */
export const policyStatements = ({ Resources }: Pick<Template, "Resources">): readonly Placed[] =>
  Object.entries(Resources).flatMap(([id, { Type, Properties }]) =>
    statementsIn(Properties).map((statement) => ({ id, type: Type, statement })),
  );

const statementsIn = (value: Json | undefined): readonly Statement[] => {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (!isObject(value)) return [];
  const own = value.Statement === undefined ? [] : [value.Statement].flat();
  return [...(own as unknown as readonly Statement[]), ...Object.values(value).flatMap(statementsIn)];
};

/**
 * What CloudFormation makes of a value, as far as it is known: names of its own stay as they are, `${AWS::Region}` or
 * `TranslateQueue.Arn`. The ARN that it has for a log group ends in `:*`.
 */
export const textOf = (value: Json | undefined, { Resources }: Pick<Template, "Resources">): string => {
  if (!isObject(value)) return String(value);
  const { Ref, "Fn::Sub": text, "Fn::GetAtt": att } = value;
  if (Ref !== undefined) return `$\{${Ref}}`;
  if (Array.isArray(att)) {
    const [id, attribute] = att.map(String);
    const isLogGroup = Resources[id ?? ""]?.Type === "AWS::Logs::LogGroup" && attribute === "Arn";
    return isLogGroup ? `${id}.Arn:*` : `${id}.${attribute}`;
  }
  assert.equal(typeof text, "string", `This value is not understood: ${JSON.stringify(value)}`);
  return String(text);
};

/**
 * Whether a condition of a policy is met, as IAM has it: all operators, and all keys of each, must be; what a request says
 * nothing of is not equal to anything, and so `StringNotEquals` is met.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const isMet = (
  condition: Json | undefined,
  request: Readonly<Record<string, string>>,
  template: Pick<Template, "Resources">,
): boolean =>
  Object.entries((condition ?? {}) as JsonObject).every(([operator, keys]) =>
    Object.entries(keys as JsonObject).every(([key, expected]) => {
      const text = textOf(expected, template);
      const given = request[key];
      switch (operator) {
        case "StringEquals":
        case "Bool":
          return given === text;
        case "StringNotEquals":
          return given !== text;
        case "Null":
          return String(given === undefined) === text;
        default:
          return assert.fail(`The operator ${operator} is not understood.`);
      }
    }),
  );

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
