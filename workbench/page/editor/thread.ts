import type { StartThread } from "./trials.ts";

/** Starts the page's worker. The page's policy lets code come from nowhere else. */
export const startThread: StartThread = (hear, fail) => {
  const worker = new Worker(address(), { type: "module" });
  worker.onmessage = ({ data }) => hear(data);
  worker.onerror = fail;
  return { post: (task) => worker.postMessage(task), end: () => worker.terminate() };
};

const ADDRESS = "/worker.js";

/** The part of a browser that says which texts may become code; some have none. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };

const policy = trustedTypes?.createPolicy("workbench", {
  createScriptURL: (url) => {
    if (url === ADDRESS) return url;
    throw new TypeError("The workbench runs no other worker.");
  },
});

const address = (): string => policy?.createScriptURL(ADDRESS) ?? ADDRESS;
