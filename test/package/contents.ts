import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { packageOf, prod } from "./packaged.ts";
import { endpoints, type JsonObject, named, ofType, target } from "./support.ts";

describe("a package", () => {
  it("holds for each function a zip with its bundle and nothing else", async () => {
    const out = packageOf("dev");
    const zips = (await readdir(out)).filter((name) => name.endsWith(".zip")).sort();
    const deliveries = endpoints.map(({ name }) => `deliver-${name}.zip`);
    assert.deepEqual(
      zips,
      [
        ...deliveries,
        "audit.zip",
        "compact.zip",
        "consent.zip",
        "ingest.zip",
        "probe.zip",
        "translate.zip",
      ].sort(),
    );
    for (const name of zips) {
      const bundle = name.startsWith("deliver-") ? "deliver" : name.replace(".zip", "");
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

  it("leaves the framework nothing to fill in, and CloudFormation everything of its own", () => {
    const text = JSON.stringify(prod);
    assert.doesNotMatch(text, /\$\{(self|sls|opt|env|file|ssm)/);
    assert.match(text, /\$\{AWS::AccountId\}/);
  });

  it("names secrets, and holds none", () => {
    for (const [id, { Properties }] of ofType(prod, "AWS::Lambda::Function")) {
      const { Variables } = Properties.Environment as { readonly Variables: JsonObject };
      const [, expected] = VARIABLES.find(([beginning]) => id.startsWith(beginning)) ?? [];
      assert.deepEqual(Object.keys(Variables).sort(), expected);
    }
    // The names of columns are those of what events say of themselves, such as build_token, a yes or no.
    const others = Object.values(prod.Resources).filter(({ Type }) => Type !== "AWS::Glue::Table");
    assert.doesNotMatch(JSON.stringify(others), /resolve:(ssm|secretsmanager)|password|token|AKIA/i);
  });

  it("tells where events go and where the archive is", () => {
    const { EventsQueueUrl, EventsQueueArn, ArchiveBucket } = prod.Outputs;
    const [queue] = named(prod, "AWS::SQS::Queue", "QueueName", "jupyter-lms-prod-events");
    assert.deepEqual(EventsQueueUrl?.Value, { Ref: queue });
    assert.equal(target(EventsQueueArn?.Value), queue);
    assert.deepEqual(ArchiveBucket?.Value, { Ref: "Archive" });
  });
});

/** The variables of a function, by what its id begins with. */
const VARIABLES = [
  ["Translate", ["ARCHIVE_BUCKET", "DELIVERY_QUEUES", "STAGE"]],
  ["DeliverDashprobeLambda", ["ARCHIVE_BUCKET", "DELIVERY_QUEUE", "ENDPOINT", "PROBE_URL", "STAGE"]],
  ["Deliver", ["ARCHIVE_BUCKET", "DELIVERY_QUEUE", "ENDPOINT", "STAGE"]],
  ["Consent", ["ARCHIVE_BUCKET", "STAGE"]],
  ["Ingest", ["EVENTS_QUEUE", "STAGE"]],
  ["Probe", ["EVENTS_QUEUE", "STAGE"]],
  ["Compact", ["ARCHIVE_BUCKET", "STAGE"]],
  [
    "Audit",
    ["ARCHIVE_BUCKET", "DELIVERY_QUEUES", "EVENTS_DEAD_LETTERS", "EVENTS_QUEUE", "SHORTENED", "STAGE"],
  ],
] as const;

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
