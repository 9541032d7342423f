import { KeyObject } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildSite } from "../../../build/bundle.ts";
import { readSite } from "../../../build/site.ts";
import type { LocalAws } from "../../../local/aws.ts";
import { hubKey } from "../../../local/keys.ts";
import { secretsOf } from "../../../local/secrets.ts";
import { openState } from "../../../local/state.ts";
import { type RunningService, runService, temporaryFolder } from "../../service/support.ts";
import { copySite } from "../../support/site.ts";

/** The whole service with the built bundles, as it stands between what others wrote. */
export interface Whole extends RunningService {
  /** What a hub's environment needs so that its tokens are believed: `LMS_CONTEXT_KEY`, and its id if it has one. */
  readonly hub: Readonly<Record<string, string>>;
  /** Where events are posted: `LMS_INGEST_URL`. */
  readonly ingestUrl: string;
}

export interface WholeOptions {
  /** Files of the site, written anew or added to the shipped ones: paths below it, and their texts. */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * The learning systems that are there, by their endpoints' names; all others are played. It is given how the endpoints
   * are to be known there, such as `Basic …`, as `authorization` says it.
   */
  readonly systems?: (
    credentials: Readonly<Record<string, string>>,
  ) => Promise<Readonly<Record<string, string>>>;
  readonly openAws?: (folder: string) => Promise<LocalAws>;
}

/** Starts it on a folder of its own; it is ended with the tests of the file. Throws SiteError for files with problems. */
export const runWhole = async ({ files = {}, systems, openAws }: WholeOptions = {}): Promise<Whole> => {
  const folder = await temporaryFolder();
  const [source, dist] = [join(folder, "site"), join(folder, "dist")];
  await copySite(source);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), text);
  }
  await buildSite(source, dist);
  const site = await readSite(source);
  const state = await openState(join(folder, "state"), true);
  const credentials = Object.entries(secretsOf(site, state).credentials).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : [],
  );
  const service = await runService({
    state,
    site,
    dist,
    // Nothing is cut off here, and those who wait for answers of real stores are slower than what is played.
    visibility: 60,
    ...(openAws && { openAws }),
    ...(systems && { systems: await systems(Object.fromEntries(credentials)) }),
  });
  if (service.ingest === undefined) throw new Error("The site has no address that events are posted to.");
  const { key, id } = hubKey(site.settings.trust, state);
  const text =
    key instanceof KeyObject ? key.export({ type: "pkcs8", format: "pem" }) : new TextDecoder().decode(key);
  return {
    ...service,
    hub: { LMS_CONTEXT_KEY: String(text), ...(id !== undefined && { LMS_CONTEXT_KEY_ID: id }) },
    ingestUrl: service.ingest.url,
  };
};

/**
 * The text of an endpoint file that takes everything of these mappings, from all courses, and names learners by their
 * hub's usernames, so that a test knows whose act a statement tells.
 */
export const endpointFile = (
  protocol: "xapi" | "caliper" | "json",
  translations: readonly string[],
  more = "",
): string => `title: A learning system of the tests
protocol: ${protocol}
${{ xapi: 'version: "1.0.3"\n', caliper: 'version: "1.2"\n', json: "" }[protocol]}url: https://learning.example.edu/${protocol}
auth: { scheme: basic, secret: ssm:/jupyter-lms/$stage/tests }
learners: username
personalData: allow
select: { translations: ${JSON.stringify(translations)} }
${more}`;
