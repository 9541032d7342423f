import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { project } from "../../build/bundle.ts";
import type { Account } from "../../src/aws/administer.ts";
import type { HeldStage } from "../../stage/stage.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { EMPTY } from "./support.ts";

/** Runs `use` with a folder of its own that holds the shipped site's files. */
export const withSiteFolder = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), "workbench-"));
  try {
    for (const part of ["translator.yml", "endpoints", "mappings"])
      await cp(join(project, part), join(folder, part), { recursive: true });
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** The texts of all files of a folder, by their paths. */
export const textsIn = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const texts: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory()) texts[relative(folder, path)] = await readFile(path, "utf8");
  }
  return texts;
};

export interface HeldOptions extends Partial<Pick<HeldStage["stage"], "depths" | "secret">> {
  readonly bucket?: MemoryBucket;
  readonly opened?: Partial<HeldStage["opened"]>;
}

/** A service that has an archive, and nothing in its queues. */
export const heldWith = ({
  bucket = memoryBucket(),
  depths = async () => EMPTY,
  secret = nobody,
  opened = {},
}: HeldOptions = {}): HeldStage => {
  const queues = (queue: string) => ({ queue, deadLetters: `${queue}-dead-letters` });
  const account: Account = {
    bucket: () => bucket,
    queueUrl: nobody,
    depth: nobody,
    send: nobody,
    sendTogether: nobody,
    secret: nobody,
    secrets: nobody,
    clockAhead: () => undefined,
    close: () => {},
  };
  return {
    stage: { name: "local", bucket, secret, depths, send: nobody, sendEvents: nobody },
    opened: {
      place: { region: "us-east-1", stage: "local" },
      names: { name: "local", bucket: "archive", events: queues("events"), delivery: queues },
      close: async () => {},
      ...opened,
    },
    account,
    close: async () => {},
  };
};

const nobody = async (): Promise<never> => {
  throw new Error("Nobody should ask for this here.");
};
