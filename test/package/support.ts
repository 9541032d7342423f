import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { project } from "../../build/bundle.ts";
import { withProbe } from "../../build/probe.ts";
import { readSite } from "../../build/site.ts";

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}
export interface Resource {
  readonly Type: string;
  readonly Properties: JsonObject;
  readonly [attribute: string]: Json;
}
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: Json }>>;
}
export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Json;
  readonly Action: string | readonly string[];
  readonly Resource?: readonly Json[];
  readonly Condition?: Json;
}

/** The shipped site as it is built, with its test target. */
export const site = withProbe(await readSite(project));
export const endpoints = site.endpoints.map(({ endpoint }) => endpoint);

/** A folder where nothing else looks, gone when the tests of the file are over. */
export const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-package-"));
after(() => rm(folder, { recursive: true }));

export const ofType = (template: Template, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type);

export const resource = (template: Template, id: string): Resource => {
  const found = template.Resources[id];
  assert.ok(found, `The template has no ${id}.`);
  return found;
};

/** The resource of a type whose property has this value. */
export const named = (
  template: Template,
  type: string,
  property: string,
  value: string,
): readonly [string, Resource] => {
  const found = ofType(template, type).find(([, { Properties }]) => Properties[property] === value);
  assert.ok(found, `No ${type} has ${property} ${value}.`);
  return found;
};

export const functionOf = (template: Template, name: string): readonly [string, Resource] =>
  named(template, "AWS::Lambda::Function", "FunctionName", name);

/** The logical id in `{ "Fn::GetAtt": [id, …] }`. */
export const target = (value: Json | undefined): string => {
  const [id] = (value as { readonly "Fn::GetAtt": readonly string[] })["Fn::GetAtt"];
  assert.ok(id);
  return id;
};

/** The statements of a role's policies. */
export const statementsOf = (template: Template, role: string): readonly Statement[] => {
  const policies = resource(template, role).Properties.Policies as unknown as readonly {
    readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
};

/** What a role allows, as `action resource` for each pair. */
export const allowed = (template: Template, role: string): readonly string[] =>
  statementsOf(template, role).flatMap(({ Action, Resource = [] }) =>
    [Action].flat().flatMap((action) => Resource.map((each) => `${action} ${written(each)}`)),
  );

/** What every function may do to be traced, as `allowed` has it. */
export const TRACES: readonly string[] = ["xray:PutTraceSegments *", "xray:PutTelemetryRecords *"];

/** A right to the stage's key, as `allowed` has it; `key.ts` tests through which service. */
export const withKey = (...actions: readonly ("GenerateDataKey" | "Decrypt")[]): readonly string[] =>
  actions.map((action) => `kms:${action} DataKey.Arn`);

/** A resource of a policy on one line: `TranslateQueue.Arn`, or the text of Fn::Sub. */
const written = (value: Json): string => {
  if (typeof value === "string") return value;
  const { "Fn::GetAtt": att, "Fn::Sub": text } = value as Record<string, Json>;
  return Array.isArray(att) ? att.join(".") : String(text);
};

export const assertTlsOnly = ({ Properties }: Resource, action: string): void => {
  const { Statement } = Properties.PolicyDocument as unknown as { readonly Statement: readonly Statement[] };
  const refusal = Statement.find(
    ({ Effect, Action }) => Effect === "Deny" && [Action].flat().includes(action),
  );
  assert.ok(refusal);
  assert.equal(refusal.Principal, "*");
  assert.deepEqual(refusal.Condition, { Bool: { "aws:SecureTransport": "false" } });
  assert.equal(Statement.length, 1);
};
