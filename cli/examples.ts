import { IMAGINED_KEY, imaginedSite } from "../build/imagined.ts";
import { loadSite } from "../build/load.ts";
import type { Mappings, Source } from "../build/site.ts";
import type { Problem } from "../src/document/problem.ts";
import type { Refusal } from "../src/event/reason.ts";
import { EXAMPLES_ARRIVE, exampleParts } from "../src/example-parts.ts";
import { type OutcomeDifference, outcomeDifferences } from "../src/mapping/difference.ts";
import { type Example, type Outcome, readExamples } from "../src/mapping/examples.ts";
import { refusalsOf } from "../src/mapping/refusals.ts";
import type { Side } from "../src/mapping/understand.ts";
import { rehearse } from "../src/rehearsal.ts";
import type { Site } from "../src/site.ts";

/** The examples of one mapping, run. */
export interface RunMapping {
  readonly source: Source;
  readonly file: string;
  /** Undefined where there is no such file. */
  readonly text: string | undefined;
  readonly problems: readonly Problem[];
  readonly examples: readonly RunExample[];
  /** The translations that no example makes a statement of. */
  readonly idle: readonly string[];
}

export interface RunExample {
  readonly example: Example;
  readonly outcome: Outcome;
  readonly differences: readonly OutcomeDifference[];
  /** Why it is in quarantine. */
  readonly refusal?: Refusal;
  /** What cannot be expected of any mapping, such as that it fails. */
  readonly failures: readonly string[];
}

/** Runs the examples of the picked mappings; all mappings are there for their events. */
export const runExamples = async (
  { files, sources }: Pick<Mappings, "files" | "sources">,
  picked: readonly Source[],
): Promise<readonly RunMapping[]> => {
  const site = await loadSite(imaginedSite(sources));
  return Promise.all(picked.map((source) => runMapping(source, files, site)));
};

const runMapping = async (
  source: Source,
  files: ReadonlyMap<string, string>,
  site: Site,
): Promise<RunMapping> => {
  const file = `mappings/${source.name}/examples.yml`;
  const text = files.get(file);
  const read = text === undefined ? [] : readExamples(file, text);
  const problems = "problems" in read ? read.problems : [];
  const examples = await Promise.all(
    ("problems" in read ? [] : read).map((each) => run(each, source.name, site)),
  );
  const told = new Set(examples.flatMap(({ outcome }) => [...outcome.statements.keys()]));
  const names = source.written.translations.map(({ name }) => name);
  return { source, file, text, problems, examples, idle: names.filter((name) => !told.has(name)) };
};

const run = async (example: Example, mapping: string, site: Site): Promise<RunExample> => {
  const batch = await rehearse(exampleParts(example), site, IMAGINED_KEY, EXAMPLES_ARRIVE);
  const [rehearsed] = batch.at(-1) ?? [];
  const statements = new Map<string, Partial<Record<Side, readonly unknown[]>>>();
  const failures: string[] = [];
  let refusal: Refusal | undefined;
  if (rehearsed === undefined) failures.push("Nothing can be read of this event.");
  else if ("refusal" in rehearsed) refusal = rehearsed.refusal;
  else if (rehearsed.event.source !== mapping) {
    failures.push(`This event belongs to the mapping ${rehearsed.event.source}; move the example there.`);
  } else {
    for (const { endpoint, statements: told, failed } of rehearsed.endpoints) {
      if (failed !== undefined) failures.push(`${endpoint.name}: ${failed}`);
      for (const { translation, statement } of told) {
        const short = translation.slice(mapping.length + 1);
        const side = endpoint.name as Side;
        failures.push(...refusalsOf(side, statement).map((each) => `${side}, ${short}: ${each}`));
        const sides = statements.get(short) ?? {};
        statements.set(short, { ...sides, [side]: [...(sides[side] ?? []), statement] });
      }
    }
  }
  const outcome: Outcome = { ...(refusal && { quarantine: refusal.reason }), statements };
  return {
    example,
    outcome,
    differences: example.expect === undefined ? [] : outcomeDifferences(example.expect, outcome),
    ...(refusal && { refusal }),
    failures,
  };
};
