import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { envelopeOf, exampleEvents } from "../caliper/seeds.ts";
import { good } from "../xapi/good.ts";
import { jlt } from "./support.ts";

/** What no output may show. */
export const SECRET = "ada.secret@example.edu";

/** A Caliper event and an envelope of it, an xAPI statement, and one that lacks its verb. */
export const event = exampleEvents()[0]?.value ?? {};
export const envelope = envelopeOf(event);
export const bare = { ...good.plain };
export const { verb: _, ...verbless } = bare;

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A value per line; what is text already is a line as it is. */
export const ndjson = (...values: readonly unknown[]): string =>
  values.map((value) => `${typeof value === "string" ? value : JSON.stringify(value)}\n`).join("");

/** Runs `use` in a folder that has these files and nothing else: no site. */
export const withFiles = async (
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<void>,
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "jlt-validate-"));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

interface Told {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly value: number;
  readonly pointer: string;
  readonly rule: string;
  readonly section: string;
  readonly message: string;
}

/** What the command says of standard input as data, in a folder where there is no site. */
export const judged = async (
  standard: string,
  input: string,
  ...options: readonly string[]
): Promise<{
  readonly status: number | null;
  readonly stderr: string;
  readonly checked: number;
  readonly versions: Readonly<Record<string, number>>;
  readonly problems: readonly Told[];
}> => {
  const args = ["validate", standard, "-", "--json", ...options];
  const { status, stdout, stderr } = await jlt(tmpdir(), args, input);
  return { status, stderr, ...JSON.parse(stdout) };
};
