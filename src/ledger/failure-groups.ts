import type { FailureClass } from "../archive/records.ts";
import type { Reason } from "../event/reason.ts";
import { adviceFor } from "./failure-advice.ts";
import type { OpenFailure } from "./failures.ts";

/** Failures that have the same cause, as far as can be seen. */
export interface FailureGroup {
  readonly endpoint: string;
  readonly reason: Reason;
  readonly class: FailureClass;
  readonly status?: number;
  /** They were refused although they had been delivered before under the same id. */
  readonly deliveredBefore: boolean;
  readonly count: number;
  /** When the first and the last of them was set aside. */
  readonly first: string;
  readonly last: string;
  readonly translations: readonly FailedTranslation[];
  /** What was wrong, and what the endpoint said, of one of them. */
  readonly detail: string;
  readonly answer?: string;
  /** What to do. */
  readonly advice: string;
  readonly ids: readonly string[];
}

/** A translation that failed; without a name, its whole mapping did. */
export interface FailedTranslation {
  readonly mapping: string;
  readonly translation?: string;
  readonly count: number;
  /** How many of them were made by a mapping that has changed since; absent where the mapping is gone. */
  readonly changed?: number;
}

type Cause = Pick<FailureGroup, "endpoint" | "reason" | "class" | "status" | "deliveredBefore">;

/** Groups failures, the largest group first; `hashes` has the mappings as they are now. Every failure is in one group. */
export const groupFailures = (
  failures: readonly OpenFailure[],
  hashes: ReadonlyMap<string, string>,
): readonly FailureGroup[] =>
  [...Map.groupBy(failures, causeOf).values()]
    .map((inside) => groupOf(inside, hashes))
    .sort((one, other) => other.count - one.count);

/** By this, failures have the same cause. */
export const causeOf = ({ endpoint, reason, class: why, status, deliveredBefore }: Cause): string =>
  JSON.stringify([endpoint, reason, why, status, deliveredBefore]);

const groupOf = (inside: readonly OpenFailure[], hashes: ReadonlyMap<string, string>): FailureGroup => {
  const [one] = inside;
  if (one === undefined) throw new Error("A group has at least one failure.");
  const { endpoint, reason, class: why, status, deliveredBefore } = one;
  // The last one: an endpoint may have learnt to say it better.
  const { detail, answer } = inside.findLast((each) => (each.answer ?? "") !== "") ?? one;
  return {
    endpoint,
    reason,
    class: why,
    ...(status !== undefined && { status }),
    deliveredBefore,
    count: inside.length,
    first: inside.map(({ first }) => first).reduce((a, b) => (a < b ? a : b)),
    last: inside.map(({ at }) => at).reduce((a, b) => (a < b ? b : a)),
    translations: translationsOf(inside, hashes),
    detail,
    ...(answer !== undefined && answer !== "" && { answer }),
    advice: adviceFor(one),
    ids: inside.map(({ id }) => id),
  };
};

const translationsOf = (
  inside: readonly OpenFailure[],
  hashes: ReadonlyMap<string, string>,
): readonly FailedTranslation[] =>
  [...Map.groupBy(inside, ({ mapping, translation }) => translation ?? `${mapping}:`).values()]
    .map((same): FailedTranslation => {
      const { mapping = "", translation } = same[0] ?? {};
      const hash = hashes.get(mapping);
      return {
        mapping,
        ...(translation !== undefined && { translation }),
        count: same.length,
        ...(hash !== undefined && { changed: same.filter(({ mappingHash }) => mappingHash !== hash).length }),
      };
    })
    .sort((one, other) => other.count - one.count);
