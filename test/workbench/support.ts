import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { type ReadSite, readSite } from "../../build/site.ts";
import type { Behaviour } from "../../local/sandbox/behaviour.ts";
import type { Sandbox } from "../../local/sandbox/server.ts";
import { daysAfter } from "../../src/archive/days.ts";
import { CannotRun } from "../../src/cannot-run.ts";
import type { AskChoices } from "../../src/consent/ask.ts";
import type { Statement } from "../../src/delivery/pack.ts";
import type { EventMessage } from "../../src/intake.ts";
import { takerAgain } from "../../src/recovery/again.ts";
import type { Site } from "../../src/site.ts";
import { learnersOf } from "../../stage/learners.ts";
import type { Desk } from "../../workbench/desk.ts";
import { archiveIndex } from "../../workbench/index/index.ts";
import { deliverTo } from "../support/delivering.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { copySite } from "../support/site.ts";
import { ARRIVED, secretsFor } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";
import { EMPTY, heldWith } from "./held.ts";

/** A site's files, read and compiled. */
export interface OwnSite {
  readonly files: ReadSite;
  readonly site: Site;
}

/** The shipped site with some files written anew or added: paths below it, and their texts; undefined takes one away. */
export const ownSite = async (
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<OwnSite> => {
  const folder = await mkdtemp(join(tmpdir(), "site-"));
  try {
    await copySite(folder);
    for (const [path, text] of Object.entries(changes)) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      if (text === undefined) await rm(file, { recursive: true });
      else await writeFile(file, text);
    }
    const files = await readSite(folder);
    return { files, site: await loadSite(files) };
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** An archive that the real translator and deliverer wrote. */
export interface Archived {
  readonly bucket: MemoryBucket;
  /** What was put into an endpoint's queue, in its order, exactly as it is sent. */
  statements(endpoint: string): readonly Statement[];
  translate(messages: readonly EventMessage[]): Promise<void>;
  /** Delivers what is in an endpoint's queue to a store of the sandbox that is the archive's own. */
  deliver(endpoint: string, sandbox: Sandbox, behaviour?: Behaviour): Promise<void>;
  /** The name of that store. */
  storeOf(endpoint: string): string;
}

let archives = 0;

/** An archive of nothing yet, of a service that was made of a site's files. */
export const archive = async ({ site }: Pick<OwnSite, "site">, choices?: AskChoices): Promise<Archived> => {
  const way = await translating({ site, ...(choices !== undefined && { choices }) });
  const own = archives++;
  const storeOf = (endpoint: string): string => `${endpoint}-${own}`;
  const delivered = new Map<string, number>();
  return {
    bucket: way.bucket,
    statements: way.statements,
    translate: async (messages) => {
      await way.translate(messages);
    },
    storeOf,
    deliver: async (name, sandbox, behaviour = {}) => {
      const endpoint = site.endpoints.find((each) => each.name === name);
      if (endpoint === undefined) throw new Error(`There is no endpoint ${name}.`);
      sandbox.behave(storeOf(name), behaviour);
      const { protocol } = endpoint;
      const url = `${sandbox.url}/${protocol}/${storeOf(name)}`;
      const auth = { scheme: protocol === "xapi" ? "basic" : "bearer", secret: "ssm:/secret" } as const;
      const bodies = way.bodies(name);
      const deliver = deliverTo({ ...endpoint, url, auth }, { bucket: way.bucket });
      await deliver(bodies.slice(delivered.get(name) ?? 0));
      delivered.set(name, bodies.length);
    },
  };
};

export interface DeskChanges extends Partial<Omit<Desk, "held">> {
  /** The value of a secret of the service, by its reference. */
  readonly secret?: (reference: string) => Promise<string>;
}

/**
 * A desk over an archive as it is, by a site's files as they are now; the days around `ARRIVED`, and those of today, are
 * looked at.
 */
export const deskOver = async (
  { bucket }: Pick<Archived, "bucket">,
  { files, site }: OwnSite,
  { secret = secretOf(site), ...changes }: DeskChanges = {},
): Promise<Desk> => {
  const { settings } = site;
  const index = archiveIndex({
    bucket,
    endpoints: site.endpoints.map(({ name }) => name),
    judge: takerAgain({ schemas: site.schemas, trust: settings.trust }),
    days: daysLookedAt,
  });
  await index.refresh();
  return {
    kind: "running",
    name: "local",
    folder: project,
    held: heldWith({ bucket, secret, opened: { kind: "running" } }),
    mayWrite: true,
    site: () => ({ files, site, problems: [], hash: "0123456789abcdef", isSame: "same" }),
    index,
    depths: () => [EMPTY],
    learners: () => learnersOf({ bucket, secret }, settings),
    refresh: () => index.refresh(),
    ...changes,
  };
};

const daysLookedAt = () => {
  const days = [ARRIVED, Date.now()].map((time) => new Date(time).toISOString().slice(0, 10)).sort();
  return { from: daysAfter(days[0] ?? "", -2), to: daysAfter(days[1] ?? "", 2) };
};

const secretOf =
  ({ settings }: Site) =>
  async (reference: string): Promise<string> => {
    const value = secretsFor(settings)[reference];
    if (value === undefined) throw new CannotRun(`There is no secret ${reference}.`);
    return value;
  };
