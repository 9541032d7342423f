import type { OnTrouble } from "../archive/damaged.ts";
import type { Days } from "../archive/days.ts";
import type { Bucket } from "../archive/layout.ts";
import { readRaw } from "../archive/raw.ts";
import { type Events, eventTable } from "./events.ts";
import { DAMAGED, fitting, type Meant } from "./fits.ts";
import type { Position } from "./position.ts";

/** What of the archive is read, and who is told of it. */
export interface Reading {
  readonly days: Days;
  readonly meant: Meant;
  readonly after?: Pick<Position, "key" | "part"> | undefined;
  readonly onObject?: (() => void) | undefined;
  /** Told of how many characters were read: all of them will soon be needed no more. */
  readonly onRead?: ((characters: number) => void) | undefined;
  readonly onTrouble?: OnTrouble | undefined;
}

/** What `readRaw` is asked for: as few objects as may hold what is meant, and few of them at once. */
export const rawOptions = ({ days, meant, after, onObject, onTrouble }: Reading) => ({
  days,
  after,
  tags: meant.tags,
  sources: meant.source === undefined ? undefined : [meant.source],
  atOnce: 2,
  onObject,
  onTrouble,
});

/** Finds the events that are meant. Most lines are only looked at, and not parsed; of tables, ids are read where they do. */
export const collectEvents = async (bucket: Bucket, reading: Reading): Promise<Events> => {
  const events = eventTable();
  const { meant, onRead, onTrouble } = reading;
  const fits = fitting(meant);
  const add = (key: string, id: ReturnType<typeof fits>): void => {
    if (id === DAMAGED || (id !== undefined && !events.add(id)))
      onTrouble?.({
        key,
        why: "damaged",
        detail: `A line of the archive's object ${key} is damaged: nobody can tell whose event it was.`,
      });
  };
  const onlyIds = meant.course === undefined && meant.tags === undefined;
  for await (const { key, batches, ids = [] } of readRaw(bucket, { ...rawOptions(reading), onlyIds })) {
    onRead?.(charactersIn([...batches, ids]));
    for (const id of ids) add(key, id);
    for (const lines of batches) for (const line of lines) add(key, fits(line));
  }
  return events;
};

export const charactersIn = (batches: readonly (readonly string[])[]): number => {
  let sum = 0;
  for (const lines of batches) for (const { length } of lines) sum += length;
  return sum;
};
