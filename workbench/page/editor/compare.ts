import { pathKey, pathText } from "../lines.ts";

/** How two JSON values differ: which lines of the second are others, and in words what became of which field. */
export interface Difference {
  /** By `pathKey`. */
  readonly lines: ReadonlyMap<string, "new" | "changed">;
  readonly told: readonly {
    readonly path: string;
    readonly how: "new" | "changed" | "gone";
    readonly was?: string;
  }[];
}

/** Compares what a text makes of a sample with what the saved text makes of it. Their ids are made up. */
export const compare = (before: unknown, now: unknown): Difference => {
  const lines = new Map<string, "new" | "changed">();
  const told: Difference["told"][number][] = [];
  const walk = (one: unknown, other: unknown, path: readonly string[]): void => {
    if (path.length > DEEPEST) return;
    const [were, are] = [membersOf(one), membersOf(other)];
    if (were === undefined || are === undefined || Array.isArray(one) !== Array.isArray(other)) {
      if (Object.is(one, other)) return;
      markAll(other, path, "changed");
      told.push({ path: pathText(path), how: "changed", was: JSON.stringify(one) });
      return;
    }
    for (const [name, value] of are) {
      const inner = [...path, name];
      if (path.length === 0 && name === "id") continue;
      if (were.has(name)) walk(were.get(name), value, inner);
      else {
        markAll(value, inner, "new");
        told.push({ path: pathText(inner), how: "new" });
      }
    }
    for (const [name, value] of were)
      if (!are.has(name))
        told.push({ path: pathText([...path, name]), how: "gone", was: JSON.stringify(value) });
  };
  const markAll = (value: unknown, path: readonly string[], how: "new" | "changed"): void => {
    lines.set(pathKey(path), how);
    if (path.length > DEEPEST) return;
    for (const [name, each] of membersOf(value) ?? []) markAll(each, [...path, name], how);
  };
  walk(before, now, []);
  return { lines, told };
};

/** What is deeper is not compared. */
const DEEPEST = 64;

const membersOf = (value: unknown): ReadonlyMap<string, unknown> | undefined =>
  typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;
