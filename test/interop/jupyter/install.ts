import { join } from "node:path";
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
