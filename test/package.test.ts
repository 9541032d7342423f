import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { buildSite, project } from "../build/bundle.ts";
import { readSite, type SiteFiles } from "../build/site.ts";
import { stackOf } from "../infra/stack.ts";
import { SiteError } from "../src/document/problem.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";

type Json = string | number | boolean | null | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}
interface Resource {
  readonly Type: string;
  readonly Properties: JsonObject;
  readonly [attribute: string]: Json;
}
interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: Json }>>;
}
interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Json;
  readonly Action: string | readonly string[];
  readonly Resource?: readonly Json[];
  readonly Condition?: Json;
}

/** Copies of the project's build and of its serverless.yml, one per stage, where nothing else looks. */
let folder: string;
let site: SiteFiles;
let endpoints: readonly Endpoint[];
let dev: Template;
let prod: Template;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "jupyter-lms-package-"));
  await buildSite(project, join(folder, "dist"));
  site = await readSite(project);
  endpoints = site.endpoints.map(({ endpoint }) => endpoint);
  [dev, prod] = await Promise.all([packaged("dev"), packaged("prod", "--stage", "prod")]);
});

after(() => rm(folder, { recursive: true }));

/** Runs `osls package` with no AWS credentials and with every way out closed. Resolves with the template. */
const packaged = async (stage: string, ...options: readonly string[]): Promise<Template> => {
  const cwd = join(folder, stage);
  await cp(join(project, "serverless.yml"), join(cwd, "serverless.yml"));
  await cp(join(folder, "dist"), join(cwd, "dist"), { recursive: true });
  const osls = join(project, "node_modules/osls/bin/serverless.js");
  const closed = "http://127.0.0.1:9";
  const env = { HOME: cwd, HTTPS_PROXY: closed, HTTP_PROXY: closed, https_proxy: closed, http_proxy: closed };
  await run(process.execPath, [osls, "package", "--package", packageOf(stage), ...options], { cwd, env });
  return JSON.parse(
    await readFile(join(packageOf(stage), "cloudformation-template-update-stack.json"), "utf8"),
  );
};

const run = promisify(execFile);

const packageOf = (stage: string): string => join(folder, stage, "package");

const ofType = (template: Template, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type);

const resource = (template: Template, id: string): Resource => {
  const found = template.Resources[id];
  assert.ok(found, `The template has no ${id}.`);
  return found;
};

/** The resource of a type whose property has this value. */
const named = (
  template: Template,
  type: string,
  property: string,
  value: string,
): readonly [string, Resource] => {
  const found = ofType(template, type).find(([, { Properties }]) => Properties[property] === value);
  assert.ok(found, `No ${type} has ${property} ${value}.`);
  return found;
};

/** The logical id in `{ "Fn::GetAtt": [id, …] }`. */
const target = (value: Json | undefined): string => {
  const [id] = (value as { readonly "Fn::GetAtt": readonly string[] })["Fn::GetAtt"];
  assert.ok(id);
  return id;
};

const deadLetters = (queue: Resource): JsonObject | undefined =>
  queue.Properties.RedrivePolicy as JsonObject | undefined;

/** What a role allows, as `action resource` for each pair. */
const allowed = (template: Template, role: string): readonly string[] => {
  const policies = resource(template, role).Properties.Policies as unknown as readonly {
    readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  }[];
  return policies
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource = [] }) =>
      [Action].flat().flatMap((action) => Resource.map((each) => `${action} ${written(each)}`)),
    );
};

/** A resource of a policy on one line: `TranslateQueue.Arn`, or the text of Fn::Sub. */
const written = (value: Json): string => {
  const { "Fn::GetAtt": att, "Fn::Sub": text } = value as Record<string, Json>;
  return Array.isArray(att) ? att.join(".") : String(text);
};

const functionOf = (template: Template, name: string): readonly [string, Resource] =>
  named(template, "AWS::Lambda::Function", "FunctionName", name);

const mappingOf = (template: Template, functionId: string): JsonObject => {
  const found = ofType(template, "AWS::Lambda::EventSourceMapping").find(
    ([, { Properties }]) => target(Properties.FunctionName) === functionId,
  );
  assert.ok(found, `${functionId} is not connected to a queue.`);
  return found[1].Properties;
};

/** The names of a zip's entries, from its central directory (APPNOTE.TXT 4.3.12 and 4.3.16). */
const entriesOf = (zip: Buffer): readonly string[] => {
  const end = zip.lastIndexOf(Buffer.from("PK\u0005\u0006"));
  assert.ok(end >= 0, "This is no zip.");
  const names: string[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    assert.ok(name !== undefined && extra !== undefined && comment !== undefined);
    names.push(zip.toString("utf8", at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
};

describe("a package", () => {
  it("holds for each function a zip with its bundle and nothing else", async () => {
    const out = packageOf("dev");
    const zips = (await readdir(out)).filter((name) => name.endsWith(".zip")).sort();
    const deliveries = endpoints.map(({ name }) => `deliver-${name}.zip`);
    assert.deepEqual(zips, [...deliveries, "translate.zip"].sort());
    for (const name of zips) {
      const bundle = name === "translate.zip" ? "translate" : "deliver";
      assert.deepEqual(entriesOf(await readFile(join(out, name))), [`dist/${bundle}/index.cjs`]);
    }
  });

  it("is the same code for every stage", async () => {
    const hash = async (stage: string, zip: string): Promise<string> =>
      createHash("sha256")
        .update(await readFile(join(packageOf(stage), zip)))
        .digest("hex");
    assert.equal(await hash("dev", "translate.zip"), await hash("prod", "translate.zip"));
  });

  it("gives stages no name in common", () => {
    const names = (template: Template): ReadonlySet<string> =>
      new Set(
        Object.values(template.Resources).flatMap(({ Properties }) =>
          ["QueueName", "FunctionName", "LogGroupName", "RoleName", "BucketName"].flatMap((property) => {
            const name = Properties[property];
            return typeof name === "string" ? [name] : [];
          }),
        ),
      );
    assert.ok(names(prod).size > 0);
    const shared = [...names(dev)].filter((name) => names(prod).has(name));
    assert.deepEqual(shared, []);
  });

  it("leaves the framework nothing to fill in, and CloudFormation everything of its own", () => {
    const text = JSON.stringify(prod);
    assert.doesNotMatch(text, /\$\{(self|sls|opt|env|file|ssm)/);
    assert.match(text, /\$\{AWS::AccountId\}/);
  });

  it("names secrets, and holds none", () => {
    for (const [id, { Properties }] of ofType(prod, "AWS::Lambda::Function")) {
      const { Variables } = Properties.Environment as { readonly Variables: JsonObject };
      const expected = id.startsWith("Translate")
        ? ["ARCHIVE_BUCKET", "DELIVERY_QUEUES"]
        : ["ARCHIVE_BUCKET", "ENDPOINT"];
      assert.deepEqual(Object.keys(Variables).sort(), expected);
    }
    assert.doesNotMatch(JSON.stringify(prod), /resolve:(ssm|secretsmanager)|password|token|AKIA/i);
  });

  it("tells where events go and where the archive is", () => {
    const { EventsQueueUrl, EventsQueueArn, ArchiveBucket } = prod.Outputs;
    const [queue] = named(prod, "AWS::SQS::Queue", "QueueName", "jupyter-lms-prod-events");
    assert.deepEqual(EventsQueueUrl?.Value, { Ref: queue });
    assert.equal(target(EventsQueueArn?.Value), queue);
    assert.deepEqual(ArchiveBucket?.Value, { Ref: "Archive" });
  });
});

describe("a deployed function", () => {
  it("runs on Node 24 on ARM, logs JSON, and its logs are kept for thirty days", () => {
    for (const [, { Properties, DependsOn }] of ofType(prod, "AWS::Lambda::Function")) {
      assert.equal(Properties.Runtime, "nodejs24.x");
      assert.deepEqual(Properties.Architectures, ["arm64"]);
      assert.deepEqual(Properties.LoggingConfig, { LogFormat: "JSON" });
      const group = named(
        prod,
        "AWS::Logs::LogGroup",
        "LogGroupName",
        `/aws/lambda/${Properties.FunctionName}`,
      );
      assert.equal(group[1].Properties.RetentionInDays, 30);
      assert.ok((DependsOn as readonly string[]).includes(group[0]));
    }
  });

  it("has a role of its own", () => {
    const functions = ofType(prod, "AWS::Lambda::Function");
    const roles = functions.map(([, { Properties }]) => target(Properties.Role));
    assert.equal(new Set(roles).size, functions.length);
    assert.equal(ofType(prod, "AWS::IAM::Role").length, functions.length);
  });

  it("answers for each message, gets it again in good time, and shares its endpoint's limits", () => {
    for (const { name, limits, batch } of endpoints) {
      const [id, { Properties }] = functionOf(prod, `jupyter-lms-prod-deliver-${name}`);
      const mapping = mappingOf(prod, id);
      assert.deepEqual(mapping.ScalingConfig, { MaximumConcurrency: limits.concurrency });
      assert.equal(mapping.MaximumBatchingWindowInSeconds, Math.ceil(batch.wait / 1000));
      const timeout = Number(Properties.Timeout);
      assert.ok(timeout >= Math.min(900, (limits.timeout / 1000) * 4) && timeout <= 900);
      assert.equal(
        resource(prod, target(mapping.EventSourceArn)).Properties.QueueName,
        `jupyter-lms-prod-deliver-${name}`,
      );
    }
    for (const [id, { Properties }] of ofType(prod, "AWS::Lambda::Function")) {
      const mapping = mappingOf(prod, id);
      assert.deepEqual(mapping.FunctionResponseTypes, ["ReportBatchItemFailures"]);
      const queue = resource(prod, target(mapping.EventSourceArn));
      assert.ok(Number(queue.Properties.VisibilityTimeout) >= 6 * Number(Properties.Timeout));
      // https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
      if (Number(mapping.BatchSize) > 10) assert.ok(Number(mapping.MaximumBatchingWindowInSeconds) >= 1);
    }
  });

  it("finds every endpoint's queue by the prefix that it is given", () => {
    const [, { Properties }] = functionOf(prod, "jupyter-lms-prod-translate");
    const { Variables } = Properties.Environment as unknown as {
      readonly Variables: { readonly DELIVERY_QUEUES: { readonly "Fn::Sub": string } };
    };
    const prefix = Variables.DELIVERY_QUEUES["Fn::Sub"];
    const server = "https://sqs.$" + "{AWS::Region}.$" + "{AWS::URLSuffix}/$" + "{AWS::AccountId}/";
    assert.ok(prefix.startsWith(server));
    for (const { name } of endpoints) {
      named(prod, "AWS::SQS::Queue", "QueueName", prefix.slice(server.length) + name);
    }
  });
});

describe("a role", () => {
  const secret = (reference: string): string =>
    `ssm:GetParameters arn:$\{AWS::Partition}:ssm:$\{AWS::Region}:$\{AWS::AccountId}:parameter${reference.slice("ssm:".length)}`;
  const put = (prefix: string): string => `s3:PutObject $\{Archive.Arn}/${prefix}*`;
  const reads = (queue: string): readonly string[] =>
    ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((action) => `sqs:${action} ${queue}.Arn`);
  const logs = (group: string): readonly string[] =>
    ["CreateLogStream", "PutLogEvents"].map((action) => `logs:${action} ${group}.Arn`);
  const queueOf = (endpoint: string): string =>
    named(prod, "AWS::SQS::Queue", "QueueName", `jupyter-lms-prod-deliver-${endpoint}`)[0];

  it("lets translate read events, archive them, read its keys and send to the endpoints, and no more", () => {
    const { trust, pseudonyms } = site.settings;
    const expected = [
      ...reads("TranslateQueue"),
      ...logs("TranslateLogGroup"),
      ...["raw/", "quarantine/", "failed/", "ledger/"].map(put),
      ...endpoints.map(({ name }) => `sqs:SendMessage ${queueOf(name)}.Arn`),
      ...(trust.trust === "signed" ? [secret(trust.key)] : []),
      secret(pseudonyms),
    ];
    assert.deepEqual([...allowed(prod, "TranslateRole")].sort(), expected.sort());
  });

  it("lets a delivery read its queue and its secret, write down how it ended, and no more", () => {
    for (const { name, auth } of endpoints) {
      const [, { Properties }] = functionOf(prod, `jupyter-lms-prod-deliver-${name}`);
      const [group] = named(
        prod,
        "AWS::Logs::LogGroup",
        "LogGroupName",
        `/aws/lambda/jupyter-lms-prod-deliver-${name}`,
      );
      const expected = [
        ...reads(queueOf(name)),
        ...logs(group),
        put(`receipts/endpoint=${name}/`),
        put(`failed/endpoint=${name}/`),
        ...(auth.scheme === "none" ? [] : [secret(auth.secret)]),
      ];
      assert.deepEqual([...allowed(prod, target(Properties.Role))].sort(), expected.sort());
    }
  });

  it("has no wildcard but below a prefix of the archive, where objects' names are not known beforehand", () => {
    for (const [id] of ofType(prod, "AWS::IAM::Role")) {
      for (const pair of allowed(prod, id)) {
        assert.match(pair, /^[a-z0-9]+:[A-Za-z]+ ([^*]+|\$\{Archive\.Arn\}\/[a-z]+\/[^*]*\*)$/);
      }
    }
    assert.doesNotMatch(JSON.stringify(prod), /"Effect":"Allow"[^}]*"Principal":"\*"/);
  });

  it("can be assumed by Lambda alone", () => {
    for (const [, { Properties }] of ofType(prod, "AWS::IAM::Role")) {
      const { Statement } = Properties.AssumeRolePolicyDocument as unknown as {
        readonly Statement: readonly Statement[];
      };
      assert.deepEqual(
        Statement.map(({ Principal }) => Principal),
        [{ Service: "lambda.amazonaws.com" }],
      );
    }
  });
});

describe("a queue", () => {
  it("is encrypted, keeps what it holds for fourteen days, and refuses plain HTTP", () => {
    for (const [id, { Properties }] of ofType(prod, "AWS::SQS::Queue")) {
      assert.equal(Properties.SqsManagedSseEnabled, true);
      assert.equal(Properties.MessageRetentionPeriod, 14 * 86_400);
      assertTlsOnly(resource(prod, `${id}Policy`), "sqs:*");
    }
  });

  it("has a dead-letter queue, which is of its own", () => {
    const queues = ofType(prod, "AWS::SQS::Queue");
    const sources = queues.filter(([, queue]) => deadLetters(queue) !== undefined);
    const dead = sources.map(([, queue]) => target(deadLetters(queue)?.deadLetterTargetArn));
    assert.equal(sources.length, endpoints.length + 1);
    assert.equal(queues.length, 2 * sources.length);
    assert.equal(new Set(dead).size, sources.length);
    for (const id of dead) assert.equal(resource(prod, id).Type, "AWS::SQS::Queue");
  });

  it("sets an event aside after five tries, and what waits for an endpoint after ten days, in time to act", () => {
    const tries = (queue: Resource): number => Number(deadLetters(queue)?.maxReceiveCount);
    assert.equal(tries(resource(prod, "TranslateQueue")), 5);
    for (const { name } of endpoints) {
      const [, queue] = named(prod, "AWS::SQS::Queue", "QueueName", `jupyter-lms-prod-deliver-${name}`);
      const days = (tries(queue) * Number(queue.Properties.VisibilityTimeout)) / 86_400;
      assert.ok(tries(queue) <= 1000 && days > 9.5 && days < 10.5, `${days} days`);
    }
  });
});

describe("the archive", () => {
  it("refuses the public and plain HTTP, is encrypted by KMS, keeps versions, and outlives its stack", () => {
    const { Properties, DeletionPolicy, UpdateReplacePolicy } = resource(prod, "Archive");
    assert.deepEqual(Properties.PublicAccessBlockConfiguration, {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    assert.match(JSON.stringify(Properties.BucketEncryption), /"SSEAlgorithm":"aws:kms"/);
    assert.deepEqual(Properties.VersioningConfiguration, { Status: "Enabled" });
    assert.deepEqual([DeletionPolicy, UpdateReplacePolicy], ["Retain", "Retain"]);
    assertTlsOnly(resource(prod, "ArchivePolicy"), "s3:*");
  });

  it("keeps each of its parts as long as translator.yml says", () => {
    const { Rules } = resource(prod, "Archive").Properties.LifecycleConfiguration as unknown as {
      readonly Rules: readonly JsonObject[];
    };
    const kept = Rules.flatMap(({ Status, Prefix, ExpirationInDays }) =>
      ExpirationInDays === undefined ? [] : [[Status, Prefix, ExpirationInDays]],
    );
    const parts = Object.entries(site.settings.retention);
    assert.deepEqual(
      kept,
      parts.map(([part, days]) => ["Enabled", `${part}/`, days]),
    );
    const rest = Rules.filter(({ ExpirationInDays }) => ExpirationInDays === undefined);
    assert.equal(rest.length, 1);
    assert.deepEqual(Object.keys(rest[0] ?? {}).sort(), [
      "AbortIncompleteMultipartUpload",
      "ExpiredObjectDeleteMarker",
      "Id",
      "NoncurrentVersionExpiration",
      "Status",
    ]);
  });
});

describe("a site of any endpoints", () => {
  const stackFor = (
    ...changes: readonly Partial<Endpoint>[]
  ): Template & { readonly functions: JsonObject } => {
    const [shipped] = endpoints;
    assert.ok(shipped);
    const written = changes.map((change) => ({ ...shipped, ...change }));
    const { functions, resources } = stackOf({ settings: site.settings, endpoints: written });
    const text = JSON.stringify({ functions, ...resources });
    return JSON.parse(
      text.replace(/\$\{self:service\}/g, "jupyter-lms").replace(/\$\{sls:stage\}/g, "s".repeat(13)),
    );
  };

  it("keeps names apart that differ by a hyphen only", () => {
    const names = ["a1", "a-1", "a--1", "dash", "a", "a-"];
    const { functions, Resources } = stackFor(...names.map((name) => ({ name })));
    assert.equal(Object.keys(functions).length, names.length + 1);
    assert.equal(ofType({ Resources, Outputs: {} }, "AWS::SQS::Queue").length, 2 * (names.length + 1));
    assert.equal(ofType({ Resources, Outputs: {} }, "AWS::IAM::Role").length, names.length + 1);
    for (const id of Object.keys(Resources)) assert.match(id, /^[A-Za-z0-9]{1,255}$/);
  });

  it("stays within AWS's lengths for the longest names, and keeps them apart", () => {
    const long = "e".repeat(39);
    const { functions, Resources } = stackFor({ name: `${long}1` }, { name: `${long}2` });
    const functionNames = Object.values(functions).map((each) => String((each as JsonObject).name));
    const queueNames = Object.values(Resources).flatMap(({ Properties: { QueueName } }) =>
      QueueName === undefined ? [] : [String(QueueName)],
    );
    assert.equal(new Set(functionNames).size, 3);
    assert.equal(new Set(queueNames).size, 6);
    for (const name of functionNames) assert.ok(name.length <= 64, name);
    for (const name of queueNames) assert.ok(name.length <= 80, name);
  });

  it("gives every invocation time for all its requests, within what AWS allows", () => {
    for (const seconds of [0.1, 1, 10, 60, 224, 300, 900]) {
      const timeout = seconds * 1000;
      const { functions, Resources } = stackFor({ name: "slow", limits: { concurrency: 2, timeout } });
      const slow = functions["deliver-slow"] as unknown as {
        readonly timeout: number;
        readonly events: readonly [{ readonly sqs: { readonly batchSize: number } }];
      };
      const { batchSize } = slow.events[0].sqs;
      assert.ok(batchSize >= 1 && batchSize <= 10 && slow.timeout <= 900);
      assert.ok(slow.timeout >= Math.min(900, (batchSize + 4) * seconds), `${seconds} s`);
      const queue = Resources.DeliverDashslowQueue?.Properties;
      assert.ok(Number(queue?.VisibilityTimeout) >= 6 * slow.timeout);
    }
  });

  it("allows no secret to a delivery that needs none", () => {
    const stack = stackFor({ name: "open", auth: { scheme: "none" } });
    assert.deepEqual(
      allowed(stack, "DeliverDashopenRole").filter((pair) => pair.startsWith("ssm:")),
      [],
    );
  });
});

describe("a build", () => {
  it("leaves nothing of an earlier one", async () => {
    const out = join(folder, "again");
    await mkdir(join(out, "deliver-gone"), { recursive: true });
    await buildSite(project, out);
    assert.deepEqual((await readdir(out)).sort(), ["deliver", "infra", "translate"]);
  });

  it("that finds problems leaves nothing to deploy", async () => {
    const broken = join(folder, "broken");
    for (const part of ["translator.yml", "endpoints", "mappings"]) {
      await cp(join(project, part), join(broken, part), { recursive: true });
    }
    const out = join(broken, "dist");
    await buildSite(broken, out);
    await writeFile(join(broken, "endpoints", "nowhere.yml"), "title: No protocol, no url\n");
    await assert.rejects(buildSite(broken, out), SiteError);
    assert.deepEqual((await readdir(broken)).sort(), ["endpoints", "mappings", "translator.yml"]);
  });
});

const assertTlsOnly = ({ Properties }: Resource, action: string): void => {
  const { Statement } = Properties.PolicyDocument as unknown as { readonly Statement: readonly Statement[] };
  const refusal = Statement.find(
    ({ Effect, Action }) => Effect === "Deny" && [Action].flat().includes(action),
  );
  assert.ok(refusal);
  assert.equal(refusal.Principal, "*");
  assert.deepEqual(refusal.Condition, { Bool: { "aws:SecureTransport": "false" } });
  assert.equal(Statement.length, 1);
};
