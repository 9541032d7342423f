import type { Path } from "../../../src/document/document.ts";
import { DEEPEST, KEY, type Slot, scanner } from "./scan.ts";

export type { Slot };

/**
 * What stands where in a YAML text, also in one that is being written and is no YAML yet: keys, values, and words of which
 * nobody knows yet which of both they become. It is lenient where a parser must not be: what is left open ends with its
 * line, or with what is indented less.
 */
export const outlineOf = (text: string): readonly Slot[] => {
  const scan = scanner(text);
  const levels: Level[] = [{ indent: -1, isList: false, path: [], last: [], next: 0 }];

  const top = (): Level => levels.at(-1) ?? ROOT;
  const under = (indent: number, isList: boolean): Level => {
    const level = { indent, isList, path: top().last, last: top().last, next: 0 };
    levels.push(level);
    return level;
  };
  const mapAt = (indent: number): Level => {
    while (top().indent > indent || (top().indent === indent && top().isList)) levels.pop();
    return top().indent === indent ? top() : under(indent, false);
  };
  // The items of a list may stand as far left as its key.
  const listAt = (indent: number): Level => {
    while (top().indent > indent) levels.pop();
    return top().indent === indent && top().isList ? top() : under(indent, true);
  };

  /** Reads what begins in a line; gives where the next line begins that is not part of it. */
  const line = (start: number): number => {
    const end = scan.endOfLine(start);
    let at = scan.afterSpaces(start);
    if (scan.isOver(at) || text.startsWith("---", start)) return end + 1;
    while (/^-\s?$/.test(text.slice(at, at + 2))) {
      const list = listAt(at - start);
      list.last = [...list.path, list.next++];
      if (list.last.length > DEEPEST) return end + 1;
      at = scan.afterSpaces(at + 1);
      if (scan.isOver(at)) {
        scan.slots.push({ path: list.last, kind: "alone", from: at, to: at, style: "empty" });
        return end + 1;
      }
    }
    const indent = at - start;
    const level = mapAt(indent);
    if (level.path.length >= DEEPEST) return end + 1;
    KEY.lastIndex = at;
    const [key] = KEY.exec(text) ?? [];
    if (key === undefined) return scan.value(at, level.path, indent - 1, "alone");
    level.last = [...level.path, scan.key(at, at + key.length, level.path)];
    return scan.value(scan.afterSpaces(text.indexOf(":", at + key.length) + 1), level.last, indent, "value");
  };

  for (let at = 0; at < text.length; at = line(at));
  return scan.slots;
};

/** A list or a mapping that is written in lines of their own. */
interface Level {
  readonly indent: number;
  readonly isList: boolean;
  readonly path: Path;
  /** Its last member: what is indented further belongs to it. */
  last: Path;
  /** The position of a list's next item. */
  next: number;
}

const ROOT: Level = { indent: -1, isList: false, path: [], last: [], next: 0 };

/** The slot of a value by its path. */
export const valueAt = (slots: readonly Slot[], path: Path): Slot | undefined =>
  slots.find((slot) => slot.kind === "value" && isSame(slot.path, path));

/** The keys of the mapping that a path leads to. */
export const keysAt = (slots: readonly Slot[], path: Path): readonly string[] => {
  const keys = slots.flatMap(({ path: of, kind }) =>
    kind === "value" && of.length === path.length + 1 && isSame(of.slice(0, -1), path) ? of.slice(-1) : [],
  );
  return [...new Set(keys.map(String))];
};

const isSame = (one: Path, other: Path): boolean =>
  one.length === other.length && one.every((step, at) => step === other[at]);
