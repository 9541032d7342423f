import { execFile } from "node:child_process";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { before } from "node:test";
import { promisify } from "node:util";
import { buildSite, project } from "../../build/bundle.ts";
import { folder, type Template } from "./support.ts";

/** What the project's serverless.yml and a build of it make, for two stages. */
export let dev: Template;
export let prod: Template;

before(async () => {
  await buildSite(project, join(folder, "dist"));
  [dev, prod] = await Promise.all([packaged("dev"), packaged("prod", "--stage", "prod")]);
});

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

export const packageOf = (stage: string): string => join(folder, stage, "package");
