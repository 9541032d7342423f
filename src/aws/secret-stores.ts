import ssm from "@middy/ssm";

/**
 * The middlewares that read a store of secrets. A bundle has those from which its function reads one, as the files say,
 * loaded from the start, and others that throw (build/lean.ts).
 */

export const parameterStore = (): typeof ssm => ssm;

/** Its SDK is loaded when it is wanted. */
export const secretsManager = async () => (await import("@middy/secrets-manager")).default;
