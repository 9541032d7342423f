import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { moto } from "../interop/aws/moto.ts";
import { absent, installed } from "../interop/support/parts.ts";

const run = promisify(execFile);

type Client = { readonly client: string } | { readonly missing: string };

/** AWS's own runtime client, built on this machine where it is not yet; or why it cannot be. Where CI runs, it throws. */
export const runtimeClient = async (): Promise<Client> => {
  for (const tool of ["cmake", "make", "g++"]) {
    try {
      await run(tool, ["--version"]);
    } catch {
      return absent(`The tests of the deployment need ${tool}, to build AWS's runtime client for Lambda.`);
    }
  }
  const part = await installed("lambda", join(import.meta.dirname, "lambda"));
  return "missing" in part ? part : { client: join(part.folder, "node_modules/aws-lambda-ric/index.mjs") };
};

export type Machine =
  | { readonly python: string; readonly client: string; readonly missing?: never }
  | { readonly missing: string };

/** All that it takes to play AWS here; or what is missing. Where CI runs, it throws. */
export const machine = async (): Promise<Machine> => {
  const python = await moto();
  if ("missing" in python) return python;
  const client = await runtimeClient();
  return "missing" in client ? client : { ...python, ...client };
};
