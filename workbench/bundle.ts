import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { project } from "../build/bundle.ts";

/** The files of the page, by the path at which they are served. */
export type PageFiles = ReadonlyMap<string, PageFile>;

export interface PageFile {
  readonly type: string;
  readonly body: string | Uint8Array;
}

const FOLDER = join(project, "workbench", "page");

/** Bundles the page's own code, which is all that it loads; some tenths of a second. */
export const bundlePage = async (): Promise<PageFiles> => {
  const { outputFiles } = await build({
    entryPoints: ["main.ts", "style.css", "worker.ts"].map((name) => join(FOLDER, name)),
    outdir: FOLDER,
    write: false,
    bundle: true,
    minify: true,
    platform: "browser",
    format: "esm",
    target: "es2023",
    legalComments: "none",
    // What is wrong is thrown.
    logLevel: "silent",
  });
  const icon: PageFile = { type: "image/svg+xml", body: await readFile(join(FOLDER, "icon.svg")) };
  return new Map([
    ["/icon.svg", icon],
    ...outputFiles.map(({ path, contents }): [string, PageFile] => [
      `/${path.slice(FOLDER.length + 1)}`,
      {
        type: path.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8",
        body: contents,
      },
    ]),
  ]);
};

/** The page itself, which is the same for all its paths, and holds no secret. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Workbench</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/style.css">
<script type="module" src="/main.js"></script>
</head>
<body><noscript>The workbench needs JavaScript.</noscript></body>
</html>
`;
