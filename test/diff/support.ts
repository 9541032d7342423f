import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { decodeJwt } from "jose";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import { readRaw } from "../../src/archive/raw.ts";
import { beginDiff, type Diff, type DiffOptions, type Version } from "../../src/diff/diff.ts";
import type { Finding } from "../../src/diff/findings.ts";
import type { Tallied } from "../../src/diff/tallied.ts";
import type { EventMessage } from "../../src/intake.ts";
import { type Example, readExamples } from "../../src/mapping/examples.ts";
import { exampleMessages } from "../retell/support.ts";
import { message } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { intoTables } from "../support/tables.ts";
import { ARRIVED, PSEUDONYM_KEY, signClaims } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";

const DAY = 86_400_000;

/** The days on which the events of `messages` arrive. */
export const DAYS = { from: "2026-12-01", to: "2026-12-02" };

/** What a file becomes; undefined where it is taken away. A file that is not there is "". */
export type Edits = Readonly<Record<string, ((text: string) => string) | undefined>>;

/** The shipped site, edited: every edit must change something. */
export const versionWith = async (edits: Edits = {}, key = PSEUDONYM_KEY): Promise<Version> => {
  const folder = await mkdtemp(join(tmpdir(), "diff-"));
  try {
    await copySite(folder);
    await edit(folder, edits);
    const files = await readSite(folder);
    const mappings = files.sources.map(({ mapping }) => mapping);
    return { site: await loadSite(files), mappings, keys: { key } };
  } finally {
    await rm(folder, { recursive: true });
  }
};

export const copySite = async (folder: string): Promise<void> => {
  for (const part of ["translator.yml", "endpoints", "mappings"])
    await cp(join(project, part), join(folder, part), { recursive: true });
};

export const edit = async (folder: string, edits: Edits): Promise<void> => {
  for (const [path, change] of Object.entries(edits)) {
    const at = join(folder, path);
    if (change === undefined) {
      await rm(at, { recursive: true });
      continue;
    }
    const text = await readFile(at, "utf8").catch(() => "");
    const changed = change(text);
    if (changed === text) throw new Error(`This changes nothing of ${path}.`);
    await mkdir(dirname(at), { recursive: true });
    await writeFile(at, changed);
  }
};

/** The shipped sample events and those of all examples, over two days, in batches. */
export const messages = async (): Promise<readonly (readonly EventMessage[])[]> => {
  const { site } = await versionWith();
  const samples = await exampleMessages(site);
  const examples = await Promise.all(site.schemas.map(({ source }) => source).flatMap(messagesOfExamples));
  const all = [...samples, ...examples];
  const batches = Array.from({ length: Math.ceil(all.length / BATCH) }, (_, at) =>
    all.slice(at * BATCH, (at + 1) * BATCH),
  );
  return Promise.all(
    batches.map((batch, at) => Promise.all(batch.map((each) => arriving(each, ARRIVED + (at % 2) * DAY)))),
  );
};

const BATCH = 40;

const messagesOfExamples = (source: string): readonly Promise<EventMessage>[] => {
  const file = `mappings/${source}/examples.yml`;
  const read = readExamples(file, readFileSync(join(project, file), "utf8"));
  if ("problems" in read) throw new Error(`The examples of ${source} cannot be read.`);
  return read.flatMap(({ before, event, learner }) =>
    [...before, event].map(async (each) => message(each, { token: await tokenOf(learner, each) })),
  );
};

/** A learner's, in a course that all endpoints take; of an event that names its learner, theirs. */
const tokenOf = (
  { name, server, course, roles, initiator }: Example["learner"],
  event: Example["event"],
): Promise<string> => {
  const named = [event.username, event.user].find((each) => typeof each === "string");
  return signClaims({
    sub: name ?? named ?? "grace",
    role: "learner",
    course: course ?? { id: "stat101" },
    ...(server !== undefined && { server }),
    ...(roles !== undefined && { membership_roles: roles }),
    ...(initiator !== undefined && { initiator }),
  });
};

/** The same message at another time, with a token that still holds then. */
const arriving = async (each: EventMessage, arrived: number): Promise<EventMessage> => {
  const { exp: _, ...claims } = decodeJwt(String(each.attributes["learner-context"]));
  const token = await signClaims(claims, { expires: 3 * 86_400 });
  return { ...each, arrived, attributes: { ...each.attributes, "learner-context": token } };
};

/** The archive of what a version made of batches: the first day as tables, the second as lines. */
export const archiveOf = async (
  { site }: Version,
  batches: readonly (readonly EventMessage[])[],
): Promise<MemoryBucket> => {
  const { bucket, translate } = await translating({ site });
  for (const batch of batches) await translate(batch);
  await intoTables(bucket, { isFinished: (day) => day === DAYS.from });
  return bucket;
};

/** What two versions make of an archive, compared: the numbers, and each finding. */
export const compared = async (
  bucket: MemoryBucket,
  before: Version,
  after: Version,
  options: DiffOptions = {},
): Promise<{ readonly tallied: Tallied; readonly findings: readonly Finding[] }> => {
  const findings: Finding[] = [];
  const diff = beginDiff(before, after, { ...options, onFinding: (finding) => findings.push(finding) });
  await takeAll(bucket, diff);
  return { tallied: diff.result(), findings };
};

export const takeAll = async (bucket: MemoryBucket, diff: Diff): Promise<void> => {
  for await (const { batches } of readRaw(bucket, { days: DAYS }))
    for (const lines of batches) if (!diff.take(diff.read(lines))) return;
};

/** The findings of one kind. */
export const only = <K extends Finding["kind"]>(findings: readonly Finding[], kind: K) =>
  findings.filter((each): each is Extract<Finding, { kind: K }> => each.kind === kind);

/** A statement that is not the same. */
export interface Different {
  readonly kind: "changed" | "new" | "gone";
  readonly endpoint: string;
  readonly translation: string;
  readonly id: string;
  readonly fields: readonly string[];
}

/** The same, found without anything of src/diff/: both versions translate all messages, and ids are looked up. */
export const oracle = async (
  before: Version,
  after: Version,
  batches: readonly (readonly EventMessage[])[],
): Promise<readonly Different[]> => {
  const [was, is] = [await translated(before, batches), await translated(after, batches)];
  const found: Different[] = [];
  const endpoints = new Set([before, after].flatMap(({ site }) => site.endpoints.map(({ name }) => name)));
  for (const endpoint of endpoints) {
    const [first, second] = [was(endpoint), is(endpoint)];
    for (const [id, { translation, statement }] of first) {
      const other = second.get(id);
      if (other === undefined) found.push({ kind: "gone", endpoint, translation, id, fields: [] });
      else if (!isDeepStrictEqual(statement, other.statement)) {
        const fields = naiveFields(statement, other.statement);
        found.push({ kind: "changed", endpoint, translation, id, fields });
      }
    }
    for (const [id, { translation }] of second)
      if (!first.has(id)) found.push({ kind: "new", endpoint, translation, id, fields: [] });
  }
  return inOrder(found);
};

export const inOrder = (all: readonly Different[]): readonly Different[] =>
  [...new Map(all.map((each) => [`${each.endpoint} ${each.id} ${each.kind}`, each]))]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, each]) => each);

const translated = async ({ site }: Version, batches: readonly (readonly EventMessage[])[]) => {
  const { translate, statements } = await translating({ site });
  for (const batch of batches) await translate(batch);
  return (endpoint: string): ReadonlyMap<string, { translation: string; statement: unknown }> =>
    new Map(
      statements(endpoint).map(({ id, translation, text }) => [
        id,
        { translation, statement: JSON.parse(text) },
      ]),
    );
};

/** Fields that differ, by looking up every path of one value in the other. */
export const naiveFields = (before: unknown, after: unknown): readonly string[] => {
  const [first, second] = [everyPath(before), everyPath(after)];
  const found = new Set<string>();
  for (const [path, value] of [...first, ...second]) {
    const steps: readonly (string | number)[] = JSON.parse(path);
    const [one, other] = [first.get(path), second.get(path)];
    if (one === other && value === one) continue;
    // Below what is not the same kind of thing in both, nothing is compared.
    const around = steps.map((_, at) => JSON.stringify(steps.slice(0, at)));
    if (around.some((each) => first.get(each) !== second.get(each))) continue;
    found.add(nameOf(steps));
  }
  return [...found].sort();
};

/** Every path of a value: what is there, `{}` for any object, and `[]` for any list. */
const everyPath = (value: unknown, steps: readonly (string | number)[] = []): Map<string, string> => {
  const isList = Array.isArray(value);
  const isObject = typeof value === "object" && value !== null && !isList;
  const all = new Map([
    [JSON.stringify(steps), isList ? "[]" : isObject ? "{}" : `leaf ${JSON.stringify(value)}`],
  ]);
  const inside: readonly (readonly [string | number, unknown])[] = isList
    ? value.map((each, at) => [at, each])
    : isObject
      ? Object.entries(value)
      : [];
  for (const [step, each] of inside)
    for (const [path, text] of everyPath(each, [...steps, step])) all.set(path, text);
  return all;
};

const nameOf = (steps: readonly (string | number)[]): string => {
  if (steps.length === 0) return "(all of it)";
  let name = "";
  for (const step of steps) {
    if (typeof step === "number") name += "[*]";
    else if (!/^[A-Za-z0-9_@-]+$/.test(step)) name += `[${JSON.stringify(step)}]`;
    else name += name === "" ? step : `.${step}`;
  }
  return name;
};
