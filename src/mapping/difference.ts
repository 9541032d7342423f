import { isObject } from "../event/json.ts";
import type { Outcome } from "./examples.ts";
import { SIDES, type Side } from "./understand.ts";

/** Where what came is not what was expected. A value that is undefined is not there. */
interface Difference {
  /** The names and positions that lead there; empty for the whole. */
  readonly path: readonly string[];
  readonly expected?: unknown;
  readonly got?: unknown;
}

/** A difference in what one side of a translation says; neither is given where the event as a whole fared otherwise. */
export interface OutcomeDifference extends Difference {
  readonly translation?: string;
  readonly side?: Side;
}

/** How what came of an event differs from what was expected of it; nothing where they are the same. */
export const outcomeDifferences = (expected: Outcome, got: Outcome): readonly OutcomeDifference[] => {
  if (expected.quarantine !== got.quarantine) {
    return [{ path: ["quarantine"], expected: expected.quarantine, got: got.quarantine }];
  }
  return [...new Set([...expected.statements.keys(), ...got.statements.keys()])].flatMap((translation) =>
    SIDES.flatMap((side) => {
      const [first = [], second = []] = [expected, got].map(
        ({ statements }) => statements.get(translation)?.[side],
      );
      const only = first.length <= 1 && second.length <= 1;
      return Array.from({ length: Math.max(first.length, second.length) }, (_, at) =>
        differences(first[at], second[at], only ? [] : [String(at)]),
      )
        .flat()
        .map((difference) => ({ translation, side, ...difference }));
    }),
  );
};

/** Where two JSON values differ, member by member. */
const differences = (
  expected: unknown,
  got: unknown,
  path: readonly string[] = [],
): readonly Difference[] => {
  if (isObject(expected) && isObject(got)) {
    return [...new Set([...Object.keys(expected), ...Object.keys(got)])].flatMap((key) =>
      differences(own(expected, key), own(got, key), [...path, key]),
    );
  }
  if (Array.isArray(expected) && Array.isArray(got)) {
    return Array.from({ length: Math.max(expected.length, got.length) }, (_, at) =>
      differences(expected[at], got[at], [...path, String(at)]),
    ).flat();
  }
  return Object.is(expected, got) ? [] : [{ path, expected, got }];
};

const own = (object: object, key: string): unknown => Object.getOwnPropertyDescriptor(object, key)?.value;

/** A path as people write it: `object.definition.name`, `extensions["https://…"]`. */
export const pathText = (path: readonly string[]): string =>
  path
    .map((step, at) => {
      if (/^\d+$/.test(step)) return `[${step}]`;
      if (!/^[\w@-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return at === 0 ? step : `.${step}`;
    })
    .join("");
