import { createRequire } from "node:module";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { project } from "../../build/bundle.ts";
import { lean } from "../../build/lean.ts";
import { plainFunctions } from "../../build/plain-functions.ts";
import { folder } from "./support.ts";

/** What a module exports once it is bundled as functions are, or without anything left out. */
export const bundled = async <Exports>(
  contents: string,
  name: string,
  plugins: readonly Plugin[],
): Promise<Exports> => {
  const outfile = join(folder, `${name}.cjs`);
  await build({
    stdin: { contents, resolveDir: join(project, "functions") },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    minify: true,
    plugins: [...plugins],
  });
  return createRequire(import.meta.url)(outfile);
};

/** What leaves out of a bundle what functions do without. */
export const asFunctions = (stores: readonly ("ssm" | "secretsmanager")[] = []): readonly Plugin[] => [
  lean(project, { stores: new Set(stores), tokens: true }, plainFunctions()),
];
