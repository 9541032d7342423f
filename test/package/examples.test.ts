import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { buildSite, project } from "../../build/bundle.ts";
import { namedSecrets } from "../../build/secrets.ts";
import { type ReadSite, readSite } from "../../build/site.ts";
import { deployedText } from "../../cli/deploy-text.ts";
import { readSecretReference } from "../../src/endpoint/secret.ts";
import { folder, type JsonObject, ofType, type Statement, type Template } from "./support.ts";

const EXAMPLES = join(project, "examples", "deployments");

/** An example as an administrator deploys it: its files over the project's own, built and packaged. */
interface Deployed {
  readonly readme: string;
  readonly site: ReadSite;
  readonly template: Template;
}

const deployed = async (name: string): Promise<Deployed> => {
  const cwd = join(folder, name);
  for (const part of ["serverless.yml", "mappings"])
    await cp(join(project, part), join(cwd, part), { recursive: true });
  for (const part of ["translator.yml", "endpoints"])
    await cp(join(EXAMPLES, name, part), join(cwd, part), { recursive: true });
  await buildSite(cwd, join(cwd, "dist"));
  const osls = join(project, "node_modules/osls/bin/serverless.js");
  const closed = "http://127.0.0.1:9";
  const env = { HOME: cwd, HTTPS_PROXY: closed, HTTP_PROXY: closed, https_proxy: closed, http_proxy: closed };
  await promisify(execFile)(process.execPath, [osls, "package", "--stage", "prod"], { cwd, env });
  const template = join(cwd, ".serverless", "cloudformation-template-update-stack.json");
  return {
    readme: await readFile(join(EXAMPLES, name, "README.md"), "utf8"),
    site: await readSite(cwd),
    template: JSON.parse(await readFile(template, "utf8")),
  };
};

/** What is in the blocks of a language. */
const blocks = (readme: string, language: string): readonly string[] =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, "g"))].map(([, inside = ""]) => inside);

const functionsIn = (template: Template): readonly string[] =>
  ofType(template, "AWS::Lambda::Function").map(([, { Properties }]) =>
    String(Properties.FunctionName).replace("jupyter-lms-prod-", ""),
  );

/** What each of them is, besides what all have. */
const KINDS: Readonly<Record<string, { readonly deliver: readonly string[]; readonly isPosted: boolean }>> = {
  "hub-in-aws": { deliver: ["deliver-campus-lrs"], isPosted: false },
  "hub-outside": { deliver: ["deliver-campus-lrs"], isPosted: true },
  "two-endpoints": { deliver: ["deliver-campus-analytics", "deliver-campus-lrs"], isPosted: false },
};

describe("The deployments to begin with", () => {
  it("are those that are tested here, and the page about them lists each", async () => {
    const found = await readdir(EXAMPLES, { withFileTypes: true });
    const names = found.filter((each) => each.isDirectory()).map(({ name }) => name);
    assert.deepEqual(names.sort(), Object.keys(KINDS));
    const readme = await readFile(join(EXAMPLES, "README.md"), "utf8");
    for (const name of names) assert.ok(readme.includes(`](${name})`), name);
  });

  it("are each shorter than 40 lines, comments and all", async () => {
    for (const name of Object.keys(KINDS)) {
      const endpoints = await readdir(join(EXAMPLES, name, "endpoints"));
      const paths = ["translator.yml", ...endpoints.map((each) => join("endpoints", each))];
      const texts = await Promise.all(paths.map((path) => readFile(join(EXAMPLES, name, path), "utf8")));
      const lines = texts.reduce((sum, text) => sum + text.trimEnd().split("\n").length, 0);
      assert.ok(lines < 40, `${name}: ${lines}`);
    }
  });

  for (const [name, { deliver, isPosted }] of Object.entries(KINDS))
    it(`${name} is packaged with what its page says`, async () => {
      const { readme, site, template } = await deployed(name);
      const functions = functionsIn(template);
      assert.deepEqual(
        functions.filter((each) => each.startsWith("deliver-") && each !== "deliver-probe").sort(),
        deliver,
      );
      assert.equal(functions.includes("ingest"), isPosted);
      assert.equal(readme.includes("IngestUrl"), isPosted);

      const outputs = readme.match(/\b[A-Z][a-zA-Z]+(?:Url|Arn)\b/g) ?? [];
      assert.ok(outputs.length > 0);
      const values = Object.fromEntries(Object.keys(template.Outputs).map((each) => [each, `<${each}>`]));
      const told = deployedText(
        values,
        site.settings.alarms,
        { stage: "prod", region: "eu-west-1" },
        undefined,
      );
      for (const each of new Set(outputs)) {
        assert.ok(each in template.Outputs, `There is no output ${each}.`);
        assert.ok(
          told.includes(`(${each})`) && told.includes(` <${each}>`),
          `jlt deploy does not print ${each}.`,
        );
      }

      const mail = ofType(template, "AWS::SNS::Subscription").map(
        ([, { Properties }]) => Properties.Endpoint,
      );
      assert.deepEqual(mail, site.settings.alarms.mail);
    });

  for (const name of Object.keys(KINDS)) {
    const page = join(EXAMPLES, name, "README.md");

    it(`${name} has a command for each secret that its files name, and for no other`, async () => {
      const cwd = join(folder, `${name}-read`);
      await cp(join(project, "mappings"), join(cwd, "mappings"), { recursive: true });
      await cp(join(EXAMPLES, name), cwd, { recursive: true });
      const named = namedSecrets(await readSite(cwd)).map(
        ({ reference }) => readSecretReference(reference, "prod").name,
      );
      const readme = await readFile(page, "utf8");
      const put = [...readme.matchAll(/put-parameter --type SecureString --name (\S+) --value \S/g)];
      assert.deepEqual(put.map(([, parameter]) => parameter).sort(), [...new Set(named)].sort());
    });

    it(`${name} lets the hub send, and nothing else`, async () => {
      const readme = await readFile(page, "utf8");
      const [policy] = blocks(readme, "json");
      if (KINDS[name]?.isPosted === true) {
        assert.equal(policy, undefined);
        return;
      }
      const { Statement: statements } = JSON.parse(policy ?? "{}") as JsonObject & {
        readonly Statement: readonly Statement[];
      };
      assert.deepEqual(
        statements.map(({ Effect, Action, Resource }) => [Effect, Action, Resource]),
        [
          ["Allow", "sqs:SendMessage", "EventsQueueArn"],
          ["Allow", ["kms:GenerateDataKey", "kms:Decrypt"], "DataKeyArn"],
        ],
      );
    });

    it(`${name} copies files that are there, and sets variables that the hub knows`, async () => {
      const readme = await readFile(page, "utf8");
      const commands = blocks(readme, "sh").join("");
      for (const [, from = ""] of commands.matchAll(/^cp (\S+) /gm)) {
        const all = await readdir(join(project, dirname(from)));
        const ending = basename(from).replace("*", "");
        assert.ok(
          all.some((each) => each.endsWith(ending)),
          from,
        );
      }
      const jupyter = await Promise.all(
        ["jupyterhub_config.py", "lms_hub.py"].map((file) =>
          readFile(join(project, "examples", "jupyter", file), "utf8"),
        ),
      );
      const variables = [...commands.matchAll(/^(LMS_[A-Z_]+)=/gm)].map(([, variable = ""]) => variable);
      assert.ok(variables.length >= 3);
      for (const variable of variables) assert.ok(jupyter.join("").includes(variable), variable);
    });
  }
});
