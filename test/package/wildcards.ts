import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stackOf } from "../../infra/stack.ts";
import { dev, prod } from "./packaged.ts";
import { isObject, type Placed, policyStatements, textOf } from "./policies.ts";
import { endpoints, type Json, type Resource, resource, site, type Template } from "./support.ts";

/** All wildcards that anything may have which is deployed, and why. What is on no line of it fails the test. */
const SHORT_LIST: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern:
      /^Role s3:(Put|Get|Delete)Object on \$\{Archive\.Arn\}\/(raw|quarantine|failed|ledger|receipts|consent|erasures\/requested|(failed|receipts)\/endpoint=[a-z0-9-]+)\/\*$/,
    reason:
      "Objects of one part of the archive: they are called by times and hashes, which nobody knows before.",
  },
  {
    pattern:
      /^Role s3:(PutObject|GetObject|DeleteObject|DeleteObjectVersion) on \$\{Archive\.Arn\}\/jobs\/compaction-\*$/,
    reason: "The records of compactions, which are called by their days.",
  },
  {
    pattern: /^Role s3:DeleteObjectVersion on \$\{Archive\.Arn\}\/raw\/\*\.parquet$/,
    reason:
      "Tables that count for nothing, and nothing else, go for good; they are called by days and hashes.",
  },
  {
    pattern: /^Role s3:GetObject on \$\{Archive\.Arn\}\/erasures\/\?{32}\.json$/,
    reason: "Records of erasures are called by 32 digits; what learners ask for, by name, is not among them.",
  },
  {
    pattern: /^Role secretsmanager:GetSecretValue on arn:[^*?]+:secret:[^*?]+-\?{6}$/,
    reason: "Secrets Manager itself ends a secret's ARN with a hyphen and six characters.",
  },
  {
    pattern: /^Role logs:(CreateLogStream|PutLogEvents) on [A-Za-z0-9]+LogGroup\.Arn:\*$/,
    reason: "Streams of the function's own log group: Lambda makes one, and its name, for each environment.",
  },
  {
    pattern: /^Role xray:(PutTraceSegments|PutTelemetryRecords) on \*$/,
    reason: "AWS knows no resources for these two actions; both only add to the account's traces.",
  },
  {
    pattern: /^Key kms:\S+ on \*$/,
    reason: "In a key's own policy, * is that key; AWS knows no other way to say so there.",
  },
  {
    pattern: /^Key action kms:\*$/,
    reason:
      "The account itself may do anything with its key, and its IAM says who of it may do what; else nobody could.",
  },
  {
    pattern: /^Key action kms:GenerateDataKey\*$/,
    reason:
      "As AWS documents it for a service that publishes to an encrypted topic, and only for this account's alarms.",
  },
  {
    pattern: /^Permission from arn:[^*?]+:execute-api:[^*?]+:\$\{[A-Za-z]+\}\/\*$/,
    reason: "The stage, method and path of a request to one HTTP API, which hands on nothing else.",
  },
];

describe("what is allowed in the template", () => {
  it("has no wildcard that is not on the short list", () => {
    for (const template of [dev, prod, everything()]) assert.deepEqual(unexplained(template), []);
  });

  it("has all that is on the short list: what nothing needs any more is off it", () => {
    const found = [prod, everything()].flatMap(wildcards);
    for (const { pattern, reason } of SHORT_LIST)
      assert.ok(
        found.some((each) => pattern.test(each)),
        `Nothing needs ${pattern}: ${reason}`,
      );
  });

  it("would be found to have one with a slip anywhere in it", () => {
    const slips: readonly (readonly [Template, string])[] = [
      [withRight({ Action: ["s3:*"] }), "Role action s3:*"],
      [withRight({ Action: "sqs:Send?essage" }), "Role action sqs:Send?essage"],
      [withRight({ Resource: ["*"] }), "Role s3:GetObject on *"],
      [withRight({ Resource: "*" }), "Role s3:GetObject on *"],
      [withRight({ Resource: [{ "Fn::Sub": "${Archive.Arn}/*" }] }), "Role s3:GetObject on ${Archive.Arn}/*"],
      [
        withRight({ Resource: [{ "Fn::Sub": "${Archive.Arn}/raw*" }] }),
        "Role s3:GetObject on ${Archive.Arn}/raw*",
      ],
      [withRight({ NotResource: ["a"] }), "Role NotResource"],
      [withRight({ NotAction: ["iam:PassRole"] }), "Role NotAction"],
      [withRight({ Principal: "*" }), "Role principal *"],
      [withRight({ Principal: { AWS: ["*"] } }), "Role principal *"],
      [
        changed("TranslateRole", { ManagedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
        "Role has a policy that AWS may change: arn:aws:iam::aws:policy/AdministratorAccess",
      ],
      [
        changed("IngestApiPermission", { SourceArn: { "Fn::Sub": "arn:aws:execute-api:*:*:*" } }),
        "Permission from arn:aws:execute-api:*:*:*",
      ],
      [changed("IngestApiPermission", { Principal: "*" }), "Permission principal *"],
    ];
    for (const [template, slip] of slips) assert.deepEqual(unexplained(template), [slip]);
  });
});

const unexplained = (template: Template): readonly string[] =>
  wildcards(template).filter((each) => !SHORT_LIST.some(({ pattern }) => pattern.test(each)));

/** Each wildcard that something is allowed by, once: in actions, resources and principals, and in who may call a function. */
const wildcards = (template: Template): readonly string[] => [
  ...new Set([
    ...policyStatements(template).flatMap((each) => inStatement(each, template)),
    ...Object.values(template.Resources).flatMap((each) => inResource(each, template)),
  ]),
];

const inStatement = ({ type, statement }: Placed, template: Template): readonly string[] => {
  if (statement.Effect !== "Allow") return [];
  const kind = type.slice(type.lastIndexOf(":") + 1);
  const actions = texts(statement.Action, template);
  return [
    ...["NotAction", "NotResource", "NotPrincipal"]
      .filter((key) => key in statement)
      .map((key) => `${kind} ${key}`),
    ...actions.filter(isWild).map((action) => `${kind} action ${action}`),
    ...texts(statement.Principal, template)
      .filter(isWild)
      .map((principal) => `${kind} principal ${principal}`),
    ...texts(statement.Resource, template)
      .filter(isWild)
      .flatMap((each) => actions.map((action) => `${kind} ${action} on ${each}`)),
  ];
};

/** What allows something without being a statement. */
const inResource = ({ Type, Properties }: Resource, template: Template): readonly string[] => {
  switch (Type) {
    case "AWS::IAM::Role":
      return texts(Properties.ManagedPolicyArns, template).map(
        (arn) => `Role has a policy that AWS may change: ${arn}`,
      );
    case "AWS::Lambda::Permission":
      return [
        ...texts(Properties.Principal, template).map((each) => `Permission principal ${each}`),
        ...texts(Properties.SourceArn, template).map((each) => `Permission from ${each}`),
      ].filter(isWild);
    default:
      return [];
  }
};

const isWild = (text: string): boolean => /[*?]/.test(text);

/** A text, a list of texts, or principals by their kinds. */
const texts = (value: Json | undefined, template: Template): readonly string[] => {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((each) => texts(each, template));
  const isOfKinds = isObject(value) && Object.keys(value).every((key) => !/^(Ref|Fn::\w+)$/.test(key));
  return isOfKinds ? texts(Object.values(value), template) : [textOf(value, template)];
};

/** A site that has what the shipped one has not: a secret in Secrets Manager, and hubs of another account. */
const everything = (): Template => {
  const settings = {
    ...site.settings,
    pseudonyms: { key: "secretsmanager:lms/pseudonyms" },
    ingest: { ...site.settings.ingest, accounts: ["123456789012"] },
  };
  return JSON.parse(JSON.stringify(stackOf({ settings, endpoints }).resources));
};

const changed = (id: string, properties: { readonly [key: string]: Json }): Template => {
  const found = resource(prod, id);
  const Properties = { ...found.Properties, ...properties };
  return { ...prod, Resources: { ...prod.Resources, [id]: { ...found, Properties } } };
};

/** The template with one more statement in a role. */
const withRight = (part: { readonly [key: string]: Json }): Template => {
  const right = { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::a/b"], ...part };
  const policy = { PolicyName: "slip", PolicyDocument: { Version: "2012-10-17", Statement: [right] } };
  return changed("TranslateRole", {
    Policies: [...(resource(prod, "TranslateRole").Properties.Policies as readonly Json[]), policy],
  });
};
