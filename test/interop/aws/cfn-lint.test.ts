/** The template as it is deployed, read by cfn-lint, AWS's own linter, which knows more than the resources' schemas. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { promisify } from "node:util";
import { buildSite, project } from "../../../build/bundle.ts";
import { isObject, parseJson } from "../../../src/event/json.ts";
import { pythonWith } from "../support/parts.ts";

const run = promisify(execFile);

/** What is found, and why it stays. */
const EXPECTED: Readonly<Record<string, string>> = {
  // The Serverless Framework lets each function depend on its role, which it refers to as well.
  W3005: "'\\w+Role' dependency already enforced by a 'GetAtt' at 'Resources/\\w+/Properties/Role'",
};

interface Finding {
  readonly rule: string;
  readonly message: string;
}

const found = await pythonWith("cfn-lint");
const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-cfn-lint-"));
after(() => rm(folder, { recursive: true }));

/** What cfn-lint says of a template: errors and warnings alike. */
const lint = async (template: unknown): Promise<readonly Finding[]> => {
  if ("missing" in found) assert.fail(found.missing);
  const file = join(folder, "template.json");
  await writeFile(file, JSON.stringify(template));
  const args = ["--format", "json", "--regions", "eu-central-1", "us-east-1", "--template", file];
  // Where it finds something it ends with another code than 0.
  const { stdout } = await run(join(dirname(found.python), "cfn-lint"), args, { maxBuffer: 1 << 26 }).catch(
    (error) => error,
  );
  const read = parseJson(String(stdout));
  assert.ok("value" in read && Array.isArray(read.value), "cfn-lint did not say what it found.");
  return read.value.filter(isObject).map(({ Rule, Message }) => ({
    rule: isObject(Rule) ? String(Rule.Id) : "unknown",
    message: String(Message),
  }));
};

/** The template that `osls package` makes of the shipped site. */
const packaged = async (): Promise<{
  Resources: Record<string, { Properties: Record<string, unknown> }>;
}> => {
  await cp(join(project, "serverless.yml"), join(folder, "serverless.yml"));
  await buildSite(project, join(folder, "dist"));
  const osls = join(project, "node_modules/osls/bin/serverless.js");
  await run(process.execPath, [osls, "package", "--stage", "prod"], { cwd: folder, env: { HOME: folder } });
  const file = join(folder, ".serverless", "cloudformation-template-update-stack.json");
  return JSON.parse(await readFile(file, "utf8"));
};

describe("cfn-lint", { skip: "missing" in found ? found.missing : false }, async () => {
  const template = "missing" in found ? undefined : await packaged();

  it("finds nothing in the template that is not known", async () => {
    const unknown = (await lint(template)).filter(
      ({ rule, message }) => EXPECTED[rule] === undefined || !new RegExp(EXPECTED[rule]).test(message),
    );
    assert.deepEqual(unknown, []);
  });

  it("would find what is wrong", async () => {
    const wrong = structuredClone(template);
    const queue = wrong?.Resources.TranslateQueue;
    const policy = wrong?.Resources.ArchivePolicy;
    assert.ok(queue !== undefined && policy !== undefined);
    queue.Properties.VisibilityTimeout = 50_000;
    queue.Properties.QueueNam = "events";
    policy.Properties.Bucket = { Ref: "Nothing" };
    const rules = (await lint(wrong)).map(({ rule }) => rule);
    for (const rule of ["E3002", "E3034", "E1020"]) assert.ok(rules.includes(rule), `${rule} of ${rules}`);
  });
});
