import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { OnLoadResult, Plugin } from "esbuild";
import type { SecretStore } from "../src/endpoint/secret.ts";
import type { PlainFunctions } from "./plain-functions.ts";

/** What a function reads and asks for, as the site's files say; all else is left out of its bundle. */
export interface Needs {
  /** Where the secrets are that it reads. */
  readonly stores: ReadonlySet<SecretStore>;
  /** Whether it asks an OAuth 2 server for tokens. */
  readonly tokens: boolean;
}

/**
 * Leaves out of a function's bundle what it never uses, as each byte is read anew at every cold start: of the AWS SDK, ways
 * to credentials and regions that no function has, streams of events, other services' errors; and readers of secrets and
 * tokens of which the site has none. `project` is the folder of `src/`. docs/deploy.md says what that means.
 */
export const lean = (project: string, needs: Needs, plain: PlainFunctions): Plugin => ({
  name: "lean",
  setup(bundler) {
    const load = (filter: RegExp, contents: (path: string) => string | Promise<string>): void =>
      bundler.onLoad({ filter }, async ({ path }): Promise<OnLoadResult> => {
        const code = await contents(path);
        return path.endsWith(".json")
          ? { contents: code, loader: "json" }
          : { contents: await plain(code, path), loader: "js", resolveDir: dirname(path) };
      });
    for (const [filter, file, names] of REPLACED)
      load(filter, () => `export { ${names} } from ${JSON.stringify(join(project, "src/aws", file))};`);
    load(/\/@aws-sdk\/client-s3\/dist-es\/endpoint\/endpointResolver\.js$/, () => addresses(project));
    load(/\/signature-v4-multi-region\/dist-es\/index\.js$/, () => ONE_REGION);
    load(/\/@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_\d+\.js$/, async (path) =>
      leanSchemas(path, await readFile(path, "utf8")),
    );
    load(/\/@aws-sdk\/client-[\w-]+\/package\.json$/, async (path) => {
      const { version }: { readonly version: string } = JSON.parse(await readFile(path, "utf8"));
      return JSON.stringify({ version });
    });
    load(/\/(jose\/dist\/webapi\/util\/errors|oauth4webapi\/build\/index)\.js$/, async (path) =>
      withNames(await readFile(path, "utf8")),
    );
    load(/\/src\/aws\/secret-stores\.ts$/, () => storesCode(needs.stores));
    if (!needs.tokens) load(/\/src\/delivery\/token-request\.ts$/, () => NO_TOKENS);
    load(/\.(m?js|ts)$/, (path) => readFile(path, "utf8"));
  },
});

/** Modules of the SDK, and what stands for them: a file of src/aws/, and names in it. */
const REPLACED: readonly (readonly [RegExp, string, string])[] = [
  [/\/@aws-sdk\/credential-provider-node\/dist-es\/index\.js$/, "lean.ts", "defaultProvider"],
  [/\/node-config-provider\/fromSharedConfigFiles\.js$/, "lean.ts", "fromSharedConfigFiles"],
  [/\/checksum\/crc32\/Crc32Js\.js$/, "lean.ts", "Crc32Js"],
  [/\/checksum\/md5\/Md5Js\.js$/, "lean.ts", "Md5Js"],
  [/\/checksum\/sha256\/Sha256Js\.js$/, "lean.ts", "Sha256Js"],
  [/\/sha\/sha1\/Sha1Js\.js$/, "lean.ts", "Sha1Js"],
  [
    /\/@smithy\/core\/dist-es\/submodules\/event-streams\/index\.js$/,
    "lean-streams.ts",
    "eventStreamSerdeProvider, EventStreamSerde, resolveEventStreamSerdeConfig",
  ],
];

/** Of the SDK's rules for addresses, those that say what AWS's partitions are. */
const addresses = (project: string): string => `
  import { awsEndpointFunctions } from "@aws-sdk/core/client";
  import { s3Endpoint } from ${JSON.stringify(join(project, "src/aws/lean-endpoint.ts"))};
  export const defaultEndpointResolver = s3Endpoint(awsEndpointFunctions.partition);`;

/** The archive is one bucket in one region, so requests are signed as everywhere. */
const ONE_REGION = [
  'export { SignatureV4 as SignatureV4MultiRegion } from "@smithy/signature-v4";',
  'export { SignatureV4SignWithCredentials } from "./SignatureV4SignWithCredentials";',
].join("\n");

/**
 * A client's descriptions of all that its service takes and answers. Their keys are written as constants; with the texts
 * in place of these, the bundler sees that what no command needs can go. So does every error that nobody asks for by its
 * class: it has its name and its message all the same, in the class of all errors of its service. SQS keeps its errors, as
 * it tells them by names of older days, which only they know.
 */
const leanSchemas = (path: string, code: string): string => {
  const texts = new Map(
    [...code.matchAll(/^const (_\w+) = ("[^"\n]*");$/gm)].map(([, name, text]) => [name, text]),
  );
  const plain = code.replace(/\[(_\w+)\]: /g, (whole, name) =>
    texts.has(name) ? `${texts.get(name)}: ` : whole,
  );
  if (path.includes("/client-sqs/")) return plain;
  return plain.replace(/^n0_registry\.registerError\((\w+)\$, \1\);$/gm, (whole, name) =>
    ASKED_FOR.has(name) ? whole : "",
  );
};

/** See src/aws/bucket.ts. */
const ASKED_FOR: ReadonlySet<string> = new Set(["NoSuchKey"]);

/** Errors that take their names from their classes', which have other names in a bundle. */
const withNames = (code: string): string =>
  code.replace(/^(export )?class (\w+) extends (\w+) \{$/gm, (whole, _, name, parent) =>
    /Error$/.test(parent) ? `${whole} static name = ${JSON.stringify(name)};` : whole,
  );

const storesCode = (stores: ReadonlySet<SecretStore>): string =>
  [
    stores.has("ssm")
      ? 'import ssm from "@middy/ssm"; export const parameterStore = () => ssm;'
      : `export const parameterStore = () => { throw new Error("${NO_STORE} Parameter Store.") };`,
    stores.has("secretsmanager")
      ? 'import reader from "@middy/secrets-manager"; export const secretsManager = async () => reader;'
      : `export const secretsManager = async () => { throw new Error("${NO_STORE} Secrets Manager.") };`,
  ].join("\n");

const NO_STORE = "When this function was built, no file named a secret for it in";

const NO_TOKENS = `export const tokenRequestOf = (name) => {
  throw new Error("When this function was built, no endpoint's file asked for OAuth 2: build it anew for " + name + ".");
};`;
