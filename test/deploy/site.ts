import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildSite, project } from "../../build/bundle.ts";
import { readSite, type SiteFiles } from "../../build/site.ts";

/** The endpoints of the site that is deployed; that of `expired-key` refuses whatever comes. */
export const CALIPER = "campus-caliper";
export const XAPI = "campus-lrs";
export const REFUSING = "expired-key";

const ENDPOINTS: Readonly<Record<string, readonly string[]>> = {
  [CALIPER]: [
    "title: Deployed, Caliper 1.2",
    "protocol: caliper",
    'version: "1.2"',
    "auth: { scheme: bearer, secret: ssm:/jupyter-lms/$stage/campus-caliper }",
    "batch: { events: 40, bytes: 64KB }",
  ],
  [XAPI]: [
    "title: Deployed, xAPI 1.0.3",
    "protocol: xapi",
    "version: 1.0.3",
    "auth: { scheme: basic, secret: ssm:/jupyter-lms/$stage/campus-lrs }",
    "batch: { events: 25, bytes: 64KB }",
  ],
  [REFUSING]: [
    "title: Deployed, and not let in",
    "protocol: xapi",
    "version: 1.0.3",
    "auth: { scheme: basic, secret: secretsmanager:jupyter-lms/$stage/expired-key }",
    "batch: { events: 25, bytes: 64KB }",
  ],
};

/**
 * Writes a site of the test's own into a folder, with the shipped mappings and `translator.yml`, and endpoints that are at
 * `systems`, an address of this machine. With what an administrator has beside it: `serverless.yml`.
 */
export const writeSite = async (folder: string, systems: string): Promise<SiteFiles> => {
  await mkdir(join(folder, "endpoints"), { recursive: true });
  for (const each of ["mappings", "queries", "translator.yml", "serverless.yml"])
    await cp(join(project, each), join(folder, each), { recursive: true });
  for (const [name, lines] of Object.entries(ENDPOINTS)) {
    const [protocol = ""] = lines.flatMap((line) => line.match(/^protocol: (\w+)$/)?.[1] ?? []);
    const text = [...lines, `url: ${systems}/${protocol}/${name}`, "limits: { timeout: 2s }", SELECT].join(
      "\n",
    );
    await writeFile(join(folder, "endpoints", `${name}.yml`), `${text}\n`);
  }
  return readSite(folder);
};

const SELECT =
  "select: { translations: [jupyterhub/*, jupyter-server/contents:*, jupyter-server-nbmodel/*] }";

/** Builds it where its `serverless.yml` looks for the build. */
export const build = (folder: string): Promise<void> => buildSite(folder, join(folder, "dist"));
