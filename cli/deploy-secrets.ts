import { type NamedSecret, namedSecrets } from "../build/secrets.ts";
import type { ReadSite } from "../build/site.ts";
import type { Account, Place } from "../src/aws/administer.ts";
import { NotPlain } from "../src/aws/secrets.ts";
import type { Unread } from "../src/aws/stored.ts";
import { type SecretUse, usesOf, whyUnusable } from "../src/deploying/usable.ts";
import type { Problem } from "../src/document/problem.ts";
import { readSecretReference } from "../src/endpoint/secret.ts";

/** What was found of the secrets that the files of a site name. */
export interface SecretsFound {
  /** How many there are. */
  readonly secrets: number;
  readonly problems: readonly Problem[];
}

/**
 * What is wrong with the secrets that the files of a site name, each where a file names it: it is not there, or the
 * functions could not use it. A secret's value is never part of it.
 */
export const secretProblems = async (
  site: ReadSite,
  account: Pick<Account, "secrets">,
  place: Place,
): Promise<SecretsFound> => {
  const named = namedSecrets(site);
  const values = await account.secrets(named.map(({ reference }) => reference));
  const endpoints = site.endpoints.map(({ endpoint }) => endpoint);
  const problems: Problem[] = [];
  for (const each of named) {
    const uses = usesOf({ settings: site.settings, endpoints }, each);
    const value = values.get(each.reference);
    const found = (message: string): unknown => problems.push(each.problem(message));
    if (value === undefined) found(missing(each, uses[0], place));
    else if (value instanceof NotPlain) found(`The secret ${whereOf(each, place)} ${value.message}.`);
    else if (typeof value !== "string") found(UNREAD[value.unread](each, place));
    else
      for (const use of uses) {
        const why = await whyUnusable(use, value);
        if (why !== undefined) found(`${why.replace(/(?<!\.)$/, ".")} ${mend(each, use, place)}`);
      }
  }
  return { secrets: new Set(named.map(({ reference }) => reference)).size, problems };
};

const whereOf = ({ reference }: NamedSecret, { stage, region }: Place): string => {
  const { store, name } = readSecretReference(reference, stage);
  return `${name} in ${store === "ssm" ? "Parameter Store" : "Secrets Manager"} in ${region}`;
};

/** What is said of a secret that was not read. */
const UNREAD: Readonly<Record<Unread["unread"], (named: NamedSecret, place: Place) => string>> = {
  denied: (named, place) =>
    `You may not read the secret ${whereOf(named, place)}: it was not looked at. Ask whoever runs the account for this right; docs/deploy.md says which (under jlt deploy), and how to deploy without it.`,
  deleted: (named, place) =>
    `The secret ${whereOf(named, place)} is marked for deletion. Bring it back: aws secretsmanager restore-secret --region ${place.region} --secret-id ${readSecretReference(named.reference, place.stage).name}`,
};

const missing = (named: NamedSecret, use: SecretUse | undefined, place: Place): string =>
  `There is no secret ${whereOf(named, place)}. Put it there${whatItIs(use, "create")}: ${command(named, use, place, "create")}`;

const mend = (named: NamedSecret, use: SecretUse, place: Place): string =>
  `It is ${whereOf(named, place)}. Put another value there${whatItIs(use, "change")}: ${command(named, use, place, "change")}`;

/** What is not to be guessed of a value. */
const whatItIs = (use: SecretUse | undefined, what: "create" | "change"): string => {
  switch (use?.use) {
    case "signing":
      return use.algorithm === "HS256"
        ? ", the same as the hub's LMS_CONTEXT_KEY (a new one, once for both: openssl rand -base64 48 > hub.key)"
        : ", the public half of the hub's key";
    case "pseudonyms":
      return what === "create"
        ? ", the one that this stage has had, if it had one: under another, every learner becomes somebody new"
        : ", or, if this one was in use, a successor to it (docs/identity.md): under another, every learner becomes somebody new";
    default:
      return "";
  }
};

const command = (
  { reference }: NamedSecret,
  use: SecretUse | undefined,
  { stage, region }: Place,
  what: "create" | "change",
): string => {
  const { store, name } = readSecretReference(reference, stage);
  const value = looksLike(use);
  if (store === "ssm")
    return `aws ssm put-parameter --region ${region} --type SecureString${what === "change" ? " --overwrite" : ""} --name ${name} --value ${value}`;
  return what === "create"
    ? `aws secretsmanager create-secret --region ${region} --name ${name} --secret-string ${value}`
    : `aws secretsmanager put-secret-value --region ${region} --secret-id ${name} --secret-string ${value}`;
};

const NEW_KEY = '"$(openssl rand -base64 48)"';

/** How a value is written for a shell: by its form, never a real one. */
const looksLike = (use: SecretUse | undefined): string => {
  if (use === undefined) return "'VALUE'";
  switch (use.use) {
    case "signing":
      return use.algorithm === "HS256" ? "file://hub.key" : '"$(cat public.pem)"';
    case "pseudonyms":
      return NEW_KEY;
    case "former":
      return "'THE KEY BEFORE IT'";
    case "endpoint":
      return credentialsLookLike(use.endpoint.auth);
  }
};

type Auth = Extract<SecretUse, { readonly use: "endpoint" }>["endpoint"]["auth"];

const credentialsLookLike = (auth: Auth): string => {
  switch (auth.scheme) {
    case "none":
      return "''";
    case "basic":
      return "'USER:PASSWORD'";
    case "bearer":
      return "'TOKEN'";
    case "header":
      return `'VALUE OF THE HEADER ${auth.name}'`;
    case "oauth2-client-credentials":
      return auth.method === "private_key_jwt" ? '"$(cat private.pem)"' : "'CLIENT SECRET'";
  }
};
