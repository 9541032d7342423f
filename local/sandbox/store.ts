import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { Behaviour } from "./behaviour.ts";
import { Conduct } from "./behaviour.ts";
import type { JsonObject } from "./shape.ts";
import { isObject } from "./shape.ts";

/** A Caliper event or entity as it came in an accepted envelope. */
export interface CaliperItem extends JsonObject {
  readonly id: string;
  readonly type: string;
}

/** An xAPI statement as it is kept: with its id, and with what the store sets. */
export interface Statement extends JsonObject {
  readonly id: string;
  readonly stored: string;
}

export interface RequestRecord {
  /** When it arrived, ISO 8601. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** 0 where no answer was given. */
  readonly status: number;
  /** Events, entities or statements that it carried, accepted or not. */
  readonly items: number;
  /** From its first byte to the answer. */
  readonly ms: number;
}

export interface Summary {
  readonly store: string;
  readonly kind: "unused" | Kind | "both";
  /** Items accepted, repeats included. */
  readonly accepted: number;
  /** Items accepted, each id once. */
  readonly distinct: number;
  /** POST and PUT requests that were not accepted, since the start. */
  readonly refused: number;
  readonly behaviour: Behaviour;
}

type Kind = "caliper" | "xapi";

const REMEMBERED_REQUESTS = 10_000;

/** What one learning system got. With a folder, what it says it has is in a file before it says so. */
export class Store {
  readonly name: string;
  readonly conduct = new Conduct();
  readonly items: CaliperItem[] = [];
  readonly statements = new Map<string, Statement>();
  readonly requests: RequestRecord[] = [];
  readonly #itemIds = new Set<string>();
  readonly #folder: string | undefined;
  #statementsAccepted = 0;
  #refused = 0;

  constructor(name: string, folder: string | undefined) {
    this.name = name;
    this.#folder = folder;
  }

  keepItems(items: readonly CaliperItem[]): void {
    this.#append("caliper", items);
    this.#rememberItems(items);
  }

  /** Keeps the statements of one request. Identical repeats count as accepted and change nothing. */
  keepStatements(statements: readonly Statement[]): void {
    this.#append("xapi", statements);
    this.#rememberStatements(statements);
  }

  record(request: RequestRecord): void {
    this.requests.push(request);
    if (this.requests.length > REMEMBERED_REQUESTS) this.requests.shift();
    const writes = request.method === "POST" || request.method === "PUT";
    if (writes && (request.status < 200 || request.status > 299)) this.#refused += 1;
  }

  summary(): Summary {
    const [caliper, xapi] = [this.items.length > 0, this.#statementsAccepted > 0];
    return {
      store: this.name,
      kind: caliper && xapi ? "both" : caliper ? "caliper" : xapi ? "xapi" : "unused",
      accepted: this.items.length + this.#statementsAccepted,
      distinct: this.#itemIds.size + this.statements.size,
      refused: this.#refused,
      behaviour: this.conduct.behaviour,
    };
  }

  /** Takes up a line of this store's file, as it was written by an earlier run. */
  restore(kind: Kind, kept: readonly unknown[]): void {
    if (kind === "caliper") this.#rememberItems(kept.filter(isKeptItem));
    else this.#rememberStatements(kept.filter(isKeptStatement));
  }

  #append(kind: Kind, kept: readonly JsonObject[]): void {
    if (this.#folder === undefined || kept.length === 0) return;
    const line = JSON.stringify({ at: new Date().toISOString(), kept });
    appendFileSync(join(this.#folder, `${this.name}.${kind}.ndjson`), `${line}\n`);
  }

  #rememberItems(items: readonly CaliperItem[]): void {
    for (const item of items) {
      this.items.push(item);
      this.#itemIds.add(item.id);
    }
  }

  #rememberStatements(statements: readonly Statement[]): void {
    this.#statementsAccepted += statements.length;
    for (const statement of statements) {
      const id = statement.id.toLowerCase();
      if (!this.statements.has(id)) this.statements.set(id, statement);
    }
  }
}

const isKeptItem = (value: unknown): value is CaliperItem =>
  isObject(value) && typeof value.id === "string" && typeof value.type === "string";

const isKeptStatement = (value: unknown): value is Statement =>
  isObject(value) && typeof value.id === "string" && typeof value.stored === "string";

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
      const [, name, kind] = /^([a-z0-9-]{1,64})\.(caliper|xapi)\.ndjson$/.exec(file) ?? [];
      if (name !== undefined && (kind === "caliper" || kind === "xapi"))
        reload(join(folder, file), named(name), kind);
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
