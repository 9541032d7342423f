import type { Trouble } from "../archive/damaged.ts";
import { type Job, takeUpJob } from "../archive/job.ts";
import type { EditableBucket } from "../archive/layout.ts";
import { isObject } from "../event/json.ts";
import type { ReplayCounts } from "./counts.ts";
import { isPosition, type Position } from "./position.ts";

/** How far a replay has come. It holds numbers and names of objects only, and nothing of a learner. */
export interface ReplayState {
  /** What it was asked for, and with which files: a hash. */
  readonly asked: string;
  /** The days that were meant when it was begun. */
  readonly days: { readonly from: string; readonly to: string };
  /** When, in ISO 8601. */
  readonly begun: string;
  /** What became of the events, by the endpoint; the last of them may not be done. */
  readonly counts: Readonly<Record<string, ReplayCounts>>;
  /** Endpoints that are done. */
  readonly done: readonly string[];
  /** What was passed over so far. */
  readonly troubles: readonly Trouble[];
  /** How far it has come at the next one. */
  readonly at?: { readonly endpoint: string; readonly position: Position };
}

/**
 * Takes up the replay that was cut off, if one was: there is one at a time, as what one has sent is no longer where
 * another has come. Throws JobOvertaken.
 */
export const takeUpReplay = (bucket: EditableBucket): Promise<Job<ReplayState>> =>
  takeUpJob(bucket, "replay", readState);

const readState = (value: unknown): ReplayState | undefined => {
  if (!isObject(value)) return undefined;
  const { asked, days, begun, counts, done, troubles, at } = value;
  if (!isObject(days) || typeof days.from !== "string" || typeof days.to !== "string") return undefined;
  if (typeof asked !== "string" || typeof begun !== "string" || !isObject(counts) || !Array.isArray(done))
    return undefined;
  if (!Object.values(counts).every(isCounts) || !done.every((each) => typeof each === "string"))
    return undefined;
  if (!Array.isArray(troubles) || !troubles.every(isTrouble)) return undefined;
  const begins = { asked, days: { from: days.from, to: days.to }, begun, done, troubles };
  const all = counts as ReplayState["counts"];
  if (at === undefined) return { ...begins, counts: all };
  if (!isObject(at) || typeof at.endpoint !== "string" || !isPosition(at.position)) return undefined;
  return { ...begins, counts: all, at: { endpoint: at.endpoint, position: at.position } };
};

const isTrouble = (value: unknown): value is Trouble =>
  isObject(value) &&
  typeof value.key === "string" &&
  (value.why === "damaged" || value.why === "foreign") &&
  typeof value.detail === "string";

const isCounts = (value: unknown): boolean =>
  isObject(value) &&
  typeof value.events === "number" &&
  typeof value.statements === "number" &&
  isObject(value.translations) &&
  isObject(value.filtered) &&
  isObject(value.troubles);
