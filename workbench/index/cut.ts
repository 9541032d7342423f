import { dayOfKey, partOf } from "./objects.ts";

/** Where reading ended, as there are more events than are held: nothing before that day is looked at. */
export interface Cut {
  readonly day: string;
  /** Objects of events of that day that are left as well. */
  readonly left: ReadonlySet<string>;
}

export const cutAt = (day: string, keys: readonly string[], read: ReadonlySet<string>): Cut => ({
  day,
  left: new Set(keys.filter((key) => partOf(key) === "raw" && dayOfKey(key) === day && !read.has(key))),
});

/** Whether an object is left. */
export const isCutOff = (cut: Cut | undefined, key: string): boolean =>
  cut !== undefined && (dayOfKey(key) < cut.day || cut.left.has(key));
