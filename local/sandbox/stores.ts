import { mkdirSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "./shape.ts";
import type { Kind } from "./store.ts";
import { isKind, Store } from "./store.ts";

export interface Stores {
  /** The store of this name, made on first use. */
  readonly named: (name: string) => Store;
  readonly all: () => readonly Store[];
}

/** Opens the stores that a folder knows; without a folder there are none yet, and none outlive the process. */
export const openStores = (folder: string | undefined): Stores => {
  const stores = new Map<string, Store>();
  const named = (name: string): Store => {
    // The name becomes part of a file's name, so nothing else may come through.
    if (!/^[a-z0-9-]{1,64}$/.test(name))
      throw new Error(`"${name}" is no name for a store: use a-z, 0-9 and -.`);
    const store = stores.get(name) ?? new Store(name, folder);
    stores.set(name, store);
    return store;
  };
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder).toSorted()) {
      const [, name, kind] = /^([a-z0-9-]{1,64})\.([a-z]+)\.ndjson$/.exec(file) ?? [];
      if (name !== undefined && isKind(kind)) reload(join(folder, file), named(name), kind);
    }
  }
  return { named, all: () => [...stores.values()] };
};

const reload = (file: string, store: Store, kind: Kind): void => {
  const bytes = readFileSync(file);
  // A last line without its end was being written when the process died, so nobody was told that it is kept.
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) truncateSync(file, whole);
  for (const [index, line] of bytes.toString("utf8", 0, whole).split("\n").slice(0, -1).entries()) {
    store.restore(kind, readLine(line, `${file}:${index + 1}`));
  }
};

const readLine = (line: string, where: string): readonly unknown[] => {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value) && Array.isArray(value.kept)) return value.kept;
  } catch {
    // Falls through to the one complaint below, which says where.
  }
  throw new Error(
    `${where}: this line was not written by the sandbox. Remove the line or the file and start again.`,
  );
};
