import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Behaviour } from "./behaviour.ts";
import { Conduct } from "./behaviour.ts";
import type { Drawn } from "./chaos.ts";
import type { JsonObject } from "./shape.ts";
import { isObject } from "./shape.ts";
import { isVoiding, targetOf } from "./voiding.ts";

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
  /** Events, entities, statements or records that it carried, accepted or not. */
  readonly items: number;
  /** From its first byte to the answer. */
  readonly ms: number;
}

export interface Summary {
  readonly store: string;
  /** The protocol by which it got something, or that there were several. */
  readonly kind: "unused" | Kind | "several";
  /** Items accepted, repeats included. */
  readonly accepted: number;
  /** Items accepted, each id once, and each record of plain JSON that has no id. */
  readonly distinct: number;
  /** POST and PUT requests that were not accepted, since the start. */
  readonly refused: number;
  readonly behaviour: Behaviour;
  /** How often chance had each misbehaviour, where it ever had one. */
  readonly drawn?: Drawn;
}

const KINDS = ["caliper", "xapi", "json"] as const;
export type Kind = (typeof KINDS)[number];

export const isKind = (value: unknown): value is Kind => KINDS.some((kind) => kind === value);

const REMEMBERED_REQUESTS = 10_000;

/** What one learning system got. With a folder, what it says it has is in a file before it says so. */
export class Store {
  readonly name: string;
  readonly conduct = new Conduct();
  readonly items: CaliperItem[] = [];
  /** By id, in lower case. */
  readonly statements = new Map<string, Statement>();
  /** Records of plain JSON as they came, repeats included. */
  readonly records: JsonObject[] = [];
  readonly requests: RequestRecord[] = [];
  readonly #itemIds = new Set<string>();
  readonly #recordIds = new Set<unknown>();
  /** What statements that void say is voided, whether it is here or not. */
  readonly #targets = new Set<string>();
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

  keepRecords(records: readonly JsonObject[]): void {
    this.#append("json", records);
    this.#rememberRecords(records);
  }

  /** The ids of the statements that are voided, in order of arrival. */
  voided(): readonly string[] {
    return [...this.statements.values()].filter((one) => this.isVoided(one)).map(({ id }) => id);
  }

  /** True where another statement here voids this one, whichever came first; one that voids is never voided (Part Two §2.3.2). */
  isVoided(statement: Statement): boolean {
    return this.#targets.has(statement.id.toLowerCase()) && !isVoiding(statement);
  }

  record(request: RequestRecord): void {
    this.requests.push(request);
    if (this.requests.length > REMEMBERED_REQUESTS) this.requests.shift();
    const writes = request.method === "POST" || request.method === "PUT";
    if (writes && (request.status < 200 || request.status > 299)) this.#refused += 1;
  }

  summary(): Summary {
    const accepted: Readonly<Record<Kind, number>> = {
      caliper: this.items.length,
      xapi: this.#statementsAccepted,
      json: this.records.length,
    };
    const [kind = "unused", ...others] = KINDS.filter((one) => accepted[one] > 0);
    const { behaviour, drawn } = this.conduct;
    return {
      store: this.name,
      kind: others.length > 0 ? "several" : kind,
      accepted: accepted.caliper + accepted.xapi + accepted.json,
      distinct: this.#itemIds.size + this.statements.size + this.#recordIds.size,
      refused: this.#refused,
      behaviour,
      ...(Object.values(drawn).some((count) => count > 0) ? { drawn } : {}),
    };
  }

  /** Takes up a line of this store's file, as it was written by an earlier run. */
  restore(kind: Kind, kept: readonly unknown[]): void {
    if (kind === "caliper") this.#rememberItems(kept.filter(isKeptItem));
    else if (kind === "xapi") this.#rememberStatements(kept.filter(isKeptStatement));
    else this.#rememberRecords(kept.filter(isObject));
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
      if (this.statements.has(id)) continue;
      this.statements.set(id, statement);
      const target = isVoiding(statement) ? targetOf(statement) : undefined;
      if (target !== undefined) this.#targets.add(target);
    }
  }

  #rememberRecords(records: readonly JsonObject[]): void {
    for (const record of records) {
      this.records.push(record);
      // A record without an id is like no other.
      const { id } = record;
      this.#recordIds.add(typeof id === "string" || typeof id === "number" ? id : record);
    }
  }
}

const isKeptItem = (value: unknown): value is CaliperItem =>
  isObject(value) && typeof value.id === "string" && typeof value.type === "string";

const isKeptStatement = (value: unknown): value is Statement =>
  isObject(value) && typeof value.id === "string" && typeof value.stored === "string";
