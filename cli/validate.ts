import { once } from "node:events";
import { counted } from "../src/counted.ts";
import { locate, positionsIn } from "../src/document/position.ts";
import { faultOf } from "../src/document/position-fault.ts";
import { Misuse } from "../src/misuse.ts";
import { type Command, parseArguments } from "./command.ts";
import { type Piece, piecesOf, Unreadable } from "./validate-pieces.ts";
import { progressOn } from "./validate-progress.ts";
import { type Finding, type Standard, standards } from "./validate-standards.ts";

/** `jlt validate`: the checkers of the standards used alone, on files from anywhere. */
export const validate: Command = {
  name: "validate",
  usage: "validate (caliper|xapi) FILE… [--version V] [--json]",
  summary: "checks Caliper or xAPI in any file by the standard's rules",
  help: `Checks Caliper envelopes, events and entities, or xAPI statements and batches of them, by the rules of the standard.
The files may come from anywhere and hold one JSON value, an array of them, or a value per line; - is standard input.
Each problem has the file, line and column of its place, its JSON pointer, the rule, and the section of the standard.
Values are never shown, as they may be learners'. Exit code 0: no problems found; 1: some; 2: a file cannot be read.

  jlt validate caliper envelope.json
  jlt validate xapi statements.ndjson --version 2.0.0
  curl -s https://lms.example.edu/sent.json | jlt validate caliper - --json | jq '.problems[].rule'

  --version V  Caliper 1.1 or 1.2, xAPI 1.0.3 or 2.0.0 (default: what each value says, else 1.2 and 1.0.3)
  --json       one JSON object: checked, versions, problems`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: { version: { type: "string" }, json: { type: "boolean", default: false } },
    });
    const [named = "", ...files] = positionals;
    const standard = Object.hasOwn(standards, named) ? standards[named] : undefined;
    if (standard === undefined) throw new Misuse("Name the standard first: caliper or xapi.");
    const { version } = values;
    if (version !== undefined && !standard.versions.includes(version))
      throw new Misuse(
        `There is no "${version}" here of ${standard.name}: ${standard.versions.join(" or ")}.`,
      );
    if (files.length === 0) throw new Misuse("Name a file, or several, or - for standard input.");
    if (files.filter((file) => file === "-").length > 1)
      throw new Misuse("Standard input is there only once.");

    const problems: Problem[] = [];
    const progress = progressOn(process.stderr);
    const run = await checkFiles(files, standard, version, async (found, checked) => {
      if (values.json) problems.push(...found);
      else if (found.length > 0) {
        progress.clear();
        await say(found.map((problem) => `${lineOf(problem)}\n`).join(""));
      }
      progress.tell(checked);
    });
    progress.clear();
    const { checked, versions, unreadable } = run;
    if (values.json) await say(`${JSON.stringify({ checked, versions, problems }, null, 2)}\n`);
    else if (unreadable.length < files.length) await say(`${summaryOf(run, standard)}\n`);
    if (unreadable.length > 0) throw new Misuse(unreadable.join("\n"));
    return run.problems === 0 ? 0 : 1;
  },
};

/** A problem at its place. */
interface Problem extends Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Which of the file's values it is in, from 0; an array is many values. */
  readonly value: number;
  /** The version by which the value was checked; absent where it is not JSON. */
  readonly version?: string;
}

interface Run {
  /** Values, those that are not JSON among them. */
  checked: number;
  problems: number;
  /** How many values have problems. */
  atFault: number;
  /** How many values were checked by each version. */
  readonly versions: Record<string, number>;
  /** Of each file that cannot be read, the sentence that says so. */
  readonly unreadable: string[];
}

/** Checks all files in their order, and tells of the problems of each piece of them as it is checked. */
const checkFiles = async (
  files: readonly string[],
  standard: Standard,
  version: string | undefined,
  tell: (problems: readonly Problem[], checked: number) => Promise<void>,
): Promise<Run> => {
  const run: Run = { checked: 0, problems: 0, atFault: 0, versions: {}, unreadable: [] };
  for (const file of files) {
    let value = 0;
    let found = 0;
    try {
      for await (const piece of piecesOf(file)) {
        const { problems, versions, values } = checkPiece(piece, standard, version, { file, value });
        value += values;
        run.checked += values;
        found += values + problems.length;
        run.problems += problems.length;
        run.atFault += new Set(problems.map((problem) => problem.value)).size;
        for (const each of versions) run.versions[each] = (run.versions[each] ?? 0) + 1;
        await tell(problems, run.checked);
        // Whoever reads may stop, as `head` does: then nothing more is to be found out.
        if (reader.gone) return run;
      }
      if (found > 0) continue;
      run.problems += 1;
      await tell([{ file, ...EMPTY }], run.checked);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      run.unreadable.push(error.message);
    }
  }
  return run;
};

const JSON_SECTION = "JSON, RFC 8259";

/** A check that passes without anything to check, such as an empty list, would mislead. */
const EMPTY = {
  line: 1,
  column: 1,
  value: 0,
  pointer: "",
  rule: "empty",
  section: JSON_SECTION,
  message: "There is nothing here to check.",
};

interface Checked {
  readonly values: number;
  /** The version of each value that was checked. */
  readonly versions: readonly string[];
  readonly problems: readonly Problem[];
}

/** Checks a piece of a file whose first value is the file's value of that number. */
const checkPiece = (
  { text, line, parsed }: Piece,
  standard: Standard,
  version: string | undefined,
  { file, value }: { readonly file: string; readonly value: number },
): Checked => {
  if (parsed === undefined) {
    const place = positionsIn(text)(faultOf(text) ?? text.length);
    const where = { ...place, line: place.line + line - 1 };
    return { values: 1, versions: [], problems: [{ file, ...where, value, ...MALFORMED }] };
  }
  const judged = standard.judge(parsed.value, version);
  const found = judged.flatMap((each, index) =>
    each.problems.map((problem) => ({ ...problem, version: each.version, value: value + index })),
  );
  const places =
    found.length === 0
      ? []
      : locate(
          text,
          found.map(({ pointer }) => pointer),
        );
  const problems = found.map((problem, index) => {
    const place = places[index] ?? { line: 1, column: 1 };
    return { file, line: place.line + line - 1, column: place.column, ...problem };
  });
  return { values: judged.length, versions: judged.map((each) => each.version), problems };
};

const MALFORMED = {
  pointer: "",
  rule: "malformed",
  section: JSON_SECTION,
  message: "The text stops being JSON here. A file has one value, or one on each line.",
};

/** A problem for people. Keys can hold anything, and so what would steer a terminal is written as in JSON. */
const lineOf = ({ file, line, column, pointer, rule, message, section }: Problem): string =>
  [`${file}:${line}:${column}`, pointer, `${rule}: ${message} (${section})`]
    .filter((part) => part !== "")
    .join(" ")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) =>
      character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
    );

const summaryOf = ({ checked, problems, atFault, versions }: Run, { name }: Standard): string => {
  const by = Object.entries(versions)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([version, count]) => `${count} as ${name} ${version}`);
  const told = by.length === 0 ? "" : ` (${by.join(", ")})`;
  const ofThem = atFault === 0 ? "" : ` in ${atFault} of them`;
  const found = problems === 0 ? "no problems found" : `${counted(problems, "problem")}${ofThem}`;
  return `${counted(checked, "value")} checked${told}: ${found}.`;
};

const reader = { gone: false };
process.stdout.once("error", () => {
  reader.gone = true;
});

/** Writes, and waits while a slow reader catches up. */
const say = async (text: string): Promise<void> => {
  if (reader.gone || process.stdout.write(text)) return;
  await once(process.stdout, "drain").catch(() => {});
};
