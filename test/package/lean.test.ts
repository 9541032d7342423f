import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { bytesBySource } from "../../bench/cold-start/bundle-parts.ts";
import { buildSite, functionNames, project } from "../../build/bundle.ts";
import { folder } from "./support.ts";

/** The files of packages and of the project from which something is in a bundle. */
const sourcesOf = async (dist: string, name: string): Promise<readonly string[]> => {
  const bundle = join(dist, name, "index.cjs");
  const bytes = bytesBySource(await readFile(bundle, "utf8"), await readFile(`${bundle}.map`, "utf8"));
  return [...bytes].filter(([, size]) => size > 0).map(([source]) => source);
};

const among = (sources: readonly string[], ...patterns: readonly RegExp[]): readonly string[] =>
  sources.filter((source) => patterns.some((pattern) => pattern.test(source)));

/** What no function uses, whatever the files say. */
const NOWHERE = [
  // Credentials and regions from anywhere but the environment.
  /\/@aws-sdk\/(nested-clients|token-providers|credential-provider(s|-(?!env\/)[\w-]+))\//,
  /\/credential-provider-imds\//,
  /\/shared-ini-file-loader\/(loadSharedConfigFiles|loadSsoSessionData|parseIni|readFile)\.js$/,
  // Streams of events, and browsers.
  /\/event-streams\/(?!index\.js$)/,
  /\/bowser\//,
  // Sums without Node's own.
  /\/(Md5|Sha1|Sha256|Crc32)Js\.js$/,
  // Access points over several regions, and all kinds of buckets.
  /\/SignatureV4MultiRegion\.js$/,
  /\/client-s3\/dist-es\/endpoint\/bdd\.js$/,
  // Whole packages for the build.
  /\/(ajv|yaml|cel-js|esbuild)\//,
];

const SECRETS_MANAGER = [/\/client-secrets-manager\//, /\/@middy\/secrets-manager\//];
const PARAMETERS = [/\/client-ssm\//, /\/@middy\/ssm\//];
const TOKENS = [/\/oauth4webapi\//];

describe("a bundle", () => {
  const shipped = join(folder, "lean");
  before(() => buildSite(project, shipped));

  it("is made of packages and of the project's files", async () => {
    const sources = await sourcesOf(shipped, "translate");
    assert.ok(among(sources, /\/client-s3\//, /\/src\/translate\.ts$/, /\/src\/aws\/lean\.ts$/).length > 2);
  });

  for (const name of functionNames)
    it(`of ${name} holds nothing that the function never uses`, async () => {
      assert.deepEqual(among(await sourcesOf(shipped, name), ...NOWHERE), []);
    });

  it("reads no store of secrets, and asks for no tokens, of which the files say nothing", async () => {
    for (const name of functionNames)
      assert.deepEqual(among(await sourcesOf(shipped, name), ...SECRETS_MANAGER, ...TOKENS), [], name);
    for (const name of ["compact", "audit"])
      assert.deepEqual(among(await sourcesOf(shipped, name), ...PARAMETERS), [], name);
    for (const name of ["translate", "deliver", "consent", "ingest", "probe"])
      assert.notDeepEqual(among(await sourcesOf(shipped, name), ...PARAMETERS), [], name);
  });

  it("takes nothing away that was put in, if it only puts it in", async () => {
    const codeOf = (name: string): Promise<string> => readFile(join(shipped, name, "index.cjs"), "utf8");
    assert.doesNotMatch(await codeOf("deliver"), /DeleteObject|ListObjectVersions/);
    assert.match(await codeOf("consent"), /DeleteObject/);
  });
});

describe("a site with other secrets", () => {
  const site = join(folder, "other-secrets");
  const dist = join(site, "dist");
  before(async () => {
    for (const part of ["translator.yml", "endpoints", "mappings", "queries"])
      await cp(join(project, part), join(site, part), { recursive: true });
    const signing = join(site, "translator.yml");
    const text = await readFile(signing, "utf8");
    await writeFile(signing, text.replace("key: ssm:/jupyter-lms", "key: secretsmanager:jupyter-lms"));
    const store = join(site, "endpoints", "campus-lrs.yml");
    const endpoint = await readFile(store, "utf8");
    await writeFile(store, endpoint.replace(/^auth: .*$/m, OAUTH));
    await buildSite(site, dist);
  });

  it("has the readers that each function needs of them", async () => {
    const found = async (name: string, patterns: readonly RegExp[]): Promise<boolean> =>
      among(await sourcesOf(dist, name), ...patterns).length > 0;
    const readers = await Promise.all(
      ["translate", "deliver", "ingest", "probe"].map(async (name) => [
        name,
        await found(name, PARAMETERS),
        await found(name, SECRETS_MANAGER),
        await found(name, TOKENS),
      ]),
    );
    assert.deepEqual(readers, [
      ["translate", true, true, false],
      ["deliver", true, true, true],
      ["ingest", false, true, false],
      ["probe", true, false, false],
    ]);
  });

  it("has no more of what functions never use", async () => {
    for (const name of functionNames)
      assert.deepEqual(among(await sourcesOf(dist, name), ...NOWHERE), [], name);
  });
});

const OAUTH =
  "auth: { scheme: oauth2-client-credentials, tokenUrl: https://login.example.edu/token, clientId: us, secret: secretsmanager:jupyter-lms/$stage/store }";
