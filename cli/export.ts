import { open } from "node:fs/promises";
import { readSite } from "../build/site.ts";
import { CannotRun } from "../src/cannot-run.ts";
import type { ChoiceRecord } from "../src/consent/choice.ts";
import type { ChoiceStore } from "../src/consent/store.ts";
import { counted } from "../src/counted.ts";
import { type LearnerRecord, learnerRecords, type ReadableBucket } from "../src/erasure/records.ts";
import { Misuse } from "../src/misuse.ts";
import { type Learners, learnersOf } from "../stage/learners.ts";
import { withStage } from "../stage/stage.ts";
import { type Command, parseArguments } from "./command.ts";
import { progressOn } from "./progress.ts";
import { STAGE_HELP, stageOptions } from "./stage-options.ts";
import { visibleJson } from "./visible.ts";

/** `jlt export`: everything that is kept of a learner. */
export const exportLearner: Command = {
  name: "export",
  usage: "export USER [--out FILE] [--stage S | --state FOLDER] [--json]",
  summary: "writes out everything that is kept of a learner",
  help: `Writes everything that the archive and the choices have of a learner as NDJSON: one record on each line, with the
part of the archive and the object that it is from. It is found by the names of objects, and by the tags in tables, so
that little is read. How much it is comes on standard error. Exit code 0: all was written, also where there is nothing.

  jlt export ada --stage prod --out ada.ndjson
  jlt export ada | jq 'select(.part == "raw") | .record.event'

  --out FILE      into a new file that only you can read, instead of standard output
${STAGE_HELP}
  --json          how much it is, as data, on standard error`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: { ...stageOptions, out: { type: "string" }, json: { type: "boolean", default: false } },
    });
    const username = userIn(positionals, "export");
    const site = await readSite(".");
    return withStage(values, site, async (stage) => {
      const { store, tagsOf } = await learnersOf(stage, site.settings);
      const output = values.out === undefined ? standardOutput() : await newFile(values.out);
      const counts: Record<string, number> = {};
      const progress = progressOn(process.stderr, (objects) => `${objects} objects of the archive read …`);
      try {
        for await (const line of everythingOf(stage.bucket, store, username, tagsOf, progress.step)) {
          counts[line.part] = (counts[line.part] ?? 0) + 1;
          await output.write(`${JSON.stringify(line)}\n`);
          if (output.isOver()) return 0;
        }
      } finally {
        progress.clear();
        await output.close();
      }
      console.error(
        values.json ? visibleJson({ stage: stage.name, records: counts }) : summaryOf(counts, stage.name),
      );
      return 0;
    });
  },
};

/** A line: what is known of it, and the part of the bucket that it is from. */
type Written = LearnerRecord | { readonly part: "consent"; readonly record: ChoiceRecord };

/** The user name among the arguments. Throws Misuse where there is not exactly one. */
export const userIn = (positionals: readonly string[], command: string): string => {
  const [username, ...others] = positionals;
  if (username !== undefined && username !== "" && others.length === 0) return username;
  throw new Misuse(`It is jlt ${command} USER, with the hub's name of one user.`);
};

async function* everythingOf(
  bucket: ReadableBucket,
  store: Pick<ChoiceStore, "read">,
  username: string,
  tagsOf: Learners["tagsOf"],
  onObject: () => void,
): AsyncGenerator<Written> {
  const choice = await store.read(username);
  if (choice !== undefined) yield { part: "consent", record: choice };
  yield* learnerRecords(bucket, { username, tags: tagsOf(username) }, { onObject });
}

/** Where records are written to. */
interface Output {
  write(text: string): Promise<void>;
  /** Whether nobody reads any further. */
  isOver(): boolean;
  close(): Promise<void>;
}

const standardOutput = (): Output => {
  let over = false;
  return {
    write: (text) =>
      new Promise((resolve) => {
        process.stdout.write(text, (error) => {
          over ||= error instanceof Error;
          resolve();
        });
      }),
    isOver: () => over,
    close: async () => {},
  };
};

/** A file that nobody else can read. Throws Misuse where there is one already, and CannotRun where it cannot be written. */
const newFile = async (path: string): Promise<Output> => {
  const codeOf = (error: unknown): string =>
    error instanceof Error && "code" in error ? String(error.code) : "";
  const file = await open(path, "wx", 0o600).catch((error) => {
    const code = codeOf(error);
    if (code === "EEXIST") throw new Misuse("The file that --out names is there already. Name another.");
    throw new Misuse(`The file that --out names cannot be made (${code}).`);
  });
  return {
    write: async (text) => {
      await file.appendFile(text).catch((error) => {
        throw new CannotRun(`The file that --out names cannot be written (${codeOf(error)}). Remove it.`);
      });
    },
    isOver: () => false,
    close: () => file.close(),
  };
};

const summaryOf = (counts: Readonly<Record<string, number>>, stage: string): string => {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(counts).map(([part, count]) => `${part} ${count}`);
  return all === 0
    ? `Nothing is kept of this user (${stage}).`
    : `${counted(all, "record")} (${stage}): ${parts.join(", ")}.`;
};
