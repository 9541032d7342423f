import { join } from "node:path";
import { temporaryFolder } from "../../service/support.ts";
import { installed, pythonWith } from "../support/parts.ts";

/** JupyterHub, Jupyter Server and the hub's proxy, as others wrote them. */
export interface Jupyter {
  /** The Python that has them. */
  readonly python: string;
  /** The proxy's program, for Node. */
  readonly proxy: string;
}

const PROXY = "node_modules/configurable-http-proxy/bin/configurable-http-proxy";

/** Jupyter, or why there is none: see `installed`. */
export const jupyter = async (): Promise<Jupyter | { readonly missing: string }> => {
  const found = await pythonWith("jupyter");
  if ("missing" in found) return found;
  const proxy = await installed("hub-proxy");
  return "missing" in proxy ? proxy : { ...found, proxy: join(proxy.folder, PROXY) };
};

/** What a file of tests needs: Jupyter, why its tests are skipped if they are, and a folder that is gone when they are over. */
export interface Setting extends Jupyter {
  readonly skip: string | false;
  readonly folder: string;
}

export const setting = async (): Promise<Setting> => {
  const found = await jupyter();
  const missing = "missing" in found;
  const there = missing ? { python: "", proxy: "" } : found;
  return { ...there, skip: missing && found.missing, folder: await temporaryFolder() };
};
