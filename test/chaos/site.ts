import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildSite, project } from "../../build/bundle.ts";
import { readSite, type SiteFiles } from "../../build/site.ts";

/** How long a request may take, in milliseconds: short, so that a store that hangs costs the test little. */
export const PATIENCE = 1500;

const SELECT = "select: { translations: [jupyter-server/*, jupyter-server-nbmodel/*] }";

/** What is refused, the stores know by the names of files. */
const ALLOW = "personalData: allow";

const ENDPOINTS: Readonly<Record<string, readonly string[]>> = {
  analytics: [
    "title: Chaos, Caliper 1.2",
    "protocol: caliper",
    'version: "1.2"',
    "auth: { scheme: bearer, secret: ssm:/chaos/analytics }",
    `limits: { concurrency: 3, timeout: ${PATIENCE}ms }`,
    "batch: { events: 40, bytes: 64KB }",
  ],
  lrs: [
    "title: Chaos, xAPI 1.0.3",
    "protocol: xapi",
    "version: 1.0.3",
    "auth: { scheme: basic, secret: ssm:/chaos/lrs }",
    `limits: { concurrency: 3, timeout: ${PATIENCE}ms }`,
    "batch: { events: 25, bytes: 64KB }",
  ],
  records: [
    "title: Chaos, records",
    "protocol: json",
    "auth: { scheme: header, name: Api-Key, secret: secretsmanager:chaos/records }",
    `limits: { concurrency: 2, timeout: ${PATIENCE}ms }`,
    "batch: { events: 60, bytes: 64KB }",
  ],
};

/** A site of the test's own, with the shipped mappings and an endpoint of each protocol; and its bundles. */
export const chaosSite = async (
  folder: string,
): Promise<{ readonly site: SiteFiles; readonly dist: string }> => {
  const files = join(folder, "site");
  const dist = join(folder, "functions");
  await mkdir(join(files, "endpoints"), { recursive: true });
  await cp(join(project, "mappings"), join(files, "mappings"), { recursive: true });
  await cp(join(project, "translator.yml"), join(files, "translator.yml"));
  for (const [name, lines] of Object.entries(ENDPOINTS)) {
    const text = [...lines, `url: https://${name}.example.edu`, ALLOW, SELECT].join("\n");
    await writeFile(join(files, "endpoints", `${name}.yml`), `${text}\n`);
  }
  await buildSite(files, dist);
  return { site: await readSite(files), dist };
};
