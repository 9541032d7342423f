import type { SiteFiles } from "../build/site.ts";
import { localEndpoint } from "../src/endpoint/local.ts";
import { readSecretReference } from "../src/endpoint/secret.ts";
import { siteSecrets } from "./keys.ts";
import { STAGE } from "./names.ts";
import type { Credential } from "./sandbox/server.ts";
import type { LocalState } from "./state.ts";

/** Every secret of a site, by its name in its store, and what the learning systems are to expect of each endpoint. */
export interface LocalSecrets {
  readonly ssm: ReadonlyMap<string, string>;
  readonly secretsmanager: ReadonlyMap<string, string>;
  readonly credentials: Readonly<Record<string, Credential>>;
}

/** Gives every secret that the site's files name a value of the state's folder's own. */
export const secretsOf = (
  { settings, endpoints }: Pick<SiteFiles, "settings" | "endpoints">,
  state: Pick<LocalState, "secret">,
): LocalSecrets => {
  const stores = { ssm: new Map<string, string>(), secretsmanager: new Map<string, string>() };
  const credentials: Record<string, Credential> = {};
  const put = (reference: string, value: string): void => {
    const { store, name } = readSecretReference(reference, STAGE);
    stores[store].set(name, value);
  };
  for (const [reference, value] of siteSecrets(settings, state)) put(reference, value);
  for (const { endpoint } of endpoints) {
    const { auth } = localEndpoint(endpoint, "http://127.0.0.1");
    if (auth.scheme === "none") continue;
    const secret = auth.scheme === "basic" ? `translator:${state.secret("store")}` : state.secret("store");
    put(auth.secret, secret);
    if (auth.scheme === "basic")
      credentials[endpoint.name] = `Basic ${Buffer.from(secret).toString("base64")}`;
    if (auth.scheme === "bearer") credentials[endpoint.name] = `Bearer ${secret}`;
    if (auth.scheme === "header") credentials[endpoint.name] = { header: auth.name, value: secret };
  }
  return { ...stores, credentials };
};
