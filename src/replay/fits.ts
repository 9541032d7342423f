import { isObject, parseJson } from "../event/json.ts";

/** Which of the archived events are meant; all, where nothing is said. */
export interface Meant {
  /** The mapping's folder. */
  readonly source?: string | undefined;
  readonly course?: string | undefined;
  /** A learner, by the archive's own names. */
  readonly tags?: readonly string[] | undefined;
}

/** Where the id of a line's event begins, if it is meant; undefined where it is not, and `damaged` where nobody can tell. */
export type Fits = (line: string) => string | undefined | typeof DAMAGED;

export const DAMAGED = Symbol("damaged");

/**
 * Makes what tells of a line of `raw/` which event is in it, if it is one of those that are meant. Most lines need not be
 * parsed: how they begin says whose they are, and of what.
 */
export const fitting = ({ source, course, tags }: Meant): Fits => {
  const named = source === undefined ? undefined : `"source":${JSON.stringify(source)},`;
  const within = [
    ...(course === undefined ? [] : [[JSON.stringify(course)]]),
    ...(tags === undefined ? [] : [tags.map((tag) => `"tag":"${tag}"`)]),
  ];
  const isMeant = (value: Readonly<Record<string, unknown>>): boolean => {
    const { learner } = value;
    const of = isObject(learner) ? learner : {};
    const in_ = isObject(of.course) ? of.course.id : undefined;
    return (
      (source === undefined || value.source === source) &&
      (course === undefined || in_ === course) &&
      (tags === undefined || (typeof of.tag === "string" && tags.includes(of.tag)))
    );
  };
  return (line) => {
    if (HEAD.test(line)) {
      if (named !== undefined && !line.startsWith(named, SOURCE)) return undefined;
      if (!within.every((texts) => texts.some((text) => line.includes(text)))) return undefined;
      if (within.length === 0) return line.slice(ID, ID + 36);
    }
    const read = parseJson(line);
    if (!("value" in read) || !isObject(read.value) || typeof read.value.id !== "string") return DAMAGED;
    return isMeant(read.value) ? read.value.id : undefined;
  };
};

/** The id of a line's event, however the line is written; empty, where nobody can tell. */
export const idIn = (line: string): string => {
  if (HEAD.test(line)) return line.slice(ID, ID + 36);
  const read = parseJson(line);
  return "value" in read && isObject(read.value) && typeof read.value.id === "string" ? read.value.id : "";
};

/** How the translator writes a line, up to its source. */
const HEAD = /^\{"id":"[0-9a-f-]{36}","arrived":"[0-9T:.Z-]{24}","source":"/;
const ID = '{"id":"'.length;
const SOURCE = ID + 36 + '","arrived":"'.length + 24 + '",'.length;
