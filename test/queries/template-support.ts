import assert from "node:assert/strict";
import { queryResources } from "../../infra/queries.ts";
import type { FailedRecord, QuarantineRecord, Receipt } from "../../src/archive/records.ts";
import type { LedgerEntry } from "../../src/ledger/ledger.ts";
import { shippedSite } from "../support/site.ts";
import { saved, tables } from "./support.ts";

export const { settings, endpoints } = await shippedSite();
/** What the shipped site has for queries. */
export const all = queryResources(settings, endpoints, { tables, saved });

/** As CloudFormation would fill it in, for a bucket that is called `the-archive`. */
export const filled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value !== "object" || value === null) return value;
  const [[key, inner] = ["", undefined], ...others] = Object.entries(value);
  if (others.length > 0 || !/^(Ref|Fn::)/.test(key))
    return Object.fromEntries(Object.entries(value).map(([each, some]) => [each, filled(some)]));
  const at = filled(inner);
  if (key === "Ref") return NAMES[String(at)] ?? assert.fail(`Ref ${at}`);
  if (key === "Fn::Base64") return Buffer.from(String(at)).toString("base64");
  if (key === "Fn::Split" && Array.isArray(at)) return String(at[1]).split(String(at[0]));
  if (key === "Fn::Join" && Array.isArray(at)) return (at[1] as string[]).join(String(at[0]));
  if (key !== "Fn::Sub") assert.fail(key);
  const [text, values] = Array.isArray(at) ? at : [at, {}];
  return String(text).replace(
    /\$\{([^}]+)\}/g,
    (_, name) => values[name] ?? NAMES[name] ?? assert.fail(name),
  );
};

const NAMES: Readonly<Record<string, string>> = {
  Archive: "the-archive",
  QueryDatabase: "the_database",
  QueryWorkgroup: "the-workgroup",
  "AWS::AccountId": "123456789012",
};

/** What Glue is told of a table. */
export interface Input {
  readonly Name: string;
  readonly Description: string;
  readonly TableType: string;
  readonly Parameters: Readonly<Record<string, string>>;
  readonly PartitionKeys?: readonly { readonly Name: string; readonly Type: string }[];
  readonly StorageDescriptor: {
    readonly Location: string;
    readonly Columns: readonly { readonly Name: string; readonly Type: string }[];
    readonly SerdeInfo: { readonly Parameters: Readonly<Record<string, string>> };
  };
  readonly ViewOriginalText: string;
}

/** The resources of a type, each by one of its properties. */
export const ofType = <T>(type: string, key: string): readonly T[] =>
  Object.values(all)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => (filled(Properties) as Readonly<Record<string, T>>)[key] ?? assert.fail(key));

export const inputs = ofType<Input>("AWS::Glue::Table", "TableInput");
/** Those that lie in the bucket. */
export const lying = inputs.filter(({ TableType }) => TableType === "EXTERNAL_TABLE");
export const called = (name: string): Input => inputs.find(({ Name }) => Name === name) ?? assert.fail(name);

/** A record of each part with everything that it may have. */
export const at = "2026-11-20T09:00:00.000Z";
export const quarantined: Required<QuarantineRecord> = {
  ...{ id: "i", learner: "t", arrived: at, reason: "schema.unknown", detail: "d", text: "{}" },
  ...{ sender: {} as Required<QuarantineRecord>["sender"], nobodys: "i", recovered: at, withheld: true },
};
export const entry: Required<LedgerEntry> = {
  event: "i",
  learner: "t",
  to: {},
  withheld: true,
  recovered: at,
};
export const failure: Required<FailedRecord> = {
  ...{ id: "i", event: "e", learner: "t", endpoint: "campus-lrs", at, mapping: "m", mappingHash: "h" },
  ...{
    translation: "m:t",
    class: "setAside",
    reason: "endpoint.refused",
    detail: "d",
    status: 422,
    answer: "a",
  },
  ...{ since: at, tries: 1, to: "p", statement: {}, replacedBy: "r" },
};
export const receipt: Required<Receipt> = {
  ...{
    id: "i",
    event: "e",
    learner: "t",
    translation: "m:t",
    mappingHash: "h",
    content: "c",
    at,
    status: 200,
  },
  ...{ to: "p", voids: true },
};
