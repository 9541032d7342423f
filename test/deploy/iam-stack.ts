/** The policies of a deployed stack, with the names and ARNs that its resources have there. */
import assert from "node:assert/strict";
import { isObject } from "../../src/event/json.ts";
import { type Json, ofType, resource, type Template, target } from "../package/support.ts";
import { type Resolve, type Right, rightsIn } from "./iam-policy.ts";
import { REGION, type Stack } from "./stack.ts";

/** The account that moto plays. */
export const ACCOUNT = "123456789012";

/** By the ARN of a queue or a bucket, that of the key which it is encrypted with. */
export type Keys = ReadonlyMap<string, string>;

export interface Role {
  readonly arn: string;
  readonly rights: readonly Right[];
}

export interface StackPolicies {
  /** By the names of functions. */
  readonly roles: ReadonlyMap<string, Role>;
  readonly ofResources: ReadonlyMap<string, readonly Right[]>;
  readonly keys: Keys;
}

/** moto makes no policies of queues and buckets, so all are taken from the template that was deployed. */
export const policiesOf = (template: Template, stack: Stack): StackPolicies => {
  const { resolve, arnOf } = inStack(template, stack);
  const roles = ofType(template, "AWS::Lambda::Function").map(([id, { Properties }]) => {
    const role = target(Properties.Role);
    const { Policies, ManagedPolicyArns } = resource(template, role).Properties;
    assert.equal(ManagedPolicyArns, undefined);
    const rights = [Policies ?? []].flat().flatMap((each) => rightsIn(documentIn(each), resolve));
    return [resolve({ Ref: id }), { arn: arnOf(role), rights }] as const;
  });
  const policies = [
    ...ofType(template, "AWS::SQS::QueuePolicy").map(([, { Properties }]) => {
      const [queue] = [Properties.Queues].flat();
      assert.ok(isObject(queue));
      return [arnOf(String(queue.Ref)), rightsIn(Properties.PolicyDocument, resolve)] as const;
    }),
    ...ofType(template, "AWS::S3::BucketPolicy").map(([, { Properties }]) => {
      assert.ok(isObject(Properties.Bucket));
      return [arnOf(String(Properties.Bucket.Ref)), rightsIn(Properties.PolicyDocument, resolve)] as const;
    }),
    ...ofType(template, "AWS::KMS::Key").map(
      ([id, { Properties }]) => [arnOf(id), rightsIn(Properties.KeyPolicy, resolve)] as const,
    ),
  ];
  const ofResources = new Map<string, readonly Right[]>();
  for (const [arn, rights] of policies) ofResources.set(arn, [...(ofResources.get(arn) ?? []), ...rights]);
  const keys = [
    ...ofType(template, "AWS::SQS::Queue").map(
      ([id, { Properties }]) => [id, Properties.KmsMasterKeyId] as const,
    ),
    ...ofType(template, "AWS::S3::Bucket").map(
      ([id, { Properties }]) => [id, bucketKey(Properties)] as const,
    ),
  ].flatMap(([id, key]) => (key === undefined ? [] : [[arnOf(id), resolve(key)] as const]));
  return { roles: new Map(roles), ofResources, keys: new Map(keys) };
};

const documentIn = (policy: Json): Json | undefined =>
  isObject(policy) ? (policy.PolicyDocument as Json) : undefined;

const bucketKey = (properties: Readonly<Record<string, Json>>): Json | undefined => {
  const text = JSON.stringify(properties.BucketEncryption ?? null);
  const found = /"KMSMasterKeyID":(\{"Fn::GetAtt":\[[^\]]*\]\})/.exec(text)?.[1];
  return found === undefined ? undefined : JSON.parse(found);
};

/** What CloudFormation makes of values in the template. */
const inStack = (
  template: Template,
  { resources }: Stack,
): { resolve: Resolve; arnOf: (id: string) => string } => {
  const nameOf = (id: string): string => {
    const name = resources.get(id)?.name;
    assert.ok(name, `The stack has no ${id}.`);
    return name;
  };
  const arnOf = (id: string): string => {
    const { Type } = resource(template, id);
    const name = nameOf(id);
    const known: Readonly<Record<string, string>> = {
      "AWS::SQS::Queue": `arn:aws:sqs:${REGION}:${ACCOUNT}:${name.split("/").at(-1)}`,
      "AWS::S3::Bucket": `arn:aws:s3:::${name}`,
      "AWS::KMS::Key": `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`,
      "AWS::Logs::LogGroup": `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`,
      "AWS::IAM::Role": `arn:aws:iam::${ACCOUNT}:role/${name}`,
    };
    return known[Type] ?? assert.fail(`The ARN of a ${Type} is not known.`);
  };
  const pseudo: Readonly<Record<string, string>> = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
  };
  const named = (text: string): string => {
    const [id = "", attribute] = text.split(".");
    assert.ok(attribute === undefined || attribute === "Arn", text);
    return pseudo[text] ?? (attribute === undefined ? nameOf(id) : arnOf(id));
  };
  const resolve: Resolve = (value) => {
    if (!isObject(value)) return String(value);
    const { Ref, "Fn::GetAtt": attribute, "Fn::Sub": text, "Fn::Join": joined } = value;
    if (Array.isArray(joined))
      return [joined[1]]
        .flat()
        .map((each) => resolve(each as Json))
        .join(String(joined[0]));
    if (typeof Ref === "string") return named(Ref);
    if (Array.isArray(attribute)) return named(attribute.join("."));
    assert.equal(typeof text, "string", JSON.stringify(value));
    return String(text).replace(/\$\{([^}]+)\}/g, (_, name: string) => named(name));
  };
  return { resolve, arnOf };
};
