import { causeOf, groupFailures } from "../../src/ledger/failure-groups.ts";
import type { OpenFailure } from "../../src/ledger/failures.ts";
import type { Failures, GroupOfFailures } from "../api/set-aside.ts";
import type { Desk } from "../desk.ts";
import { keyFrom, MOST } from "./groups.ts";
import { remembering } from "./remembering.ts";

/** What no endpoint gets without an administrator, by its cause. */
export const failuresOf = (desk: Desk): Failures => ({
  reading: desk.index.reading,
  groups: failureGroups(desk),
});

/** The groups of failures of all endpoints, the largest first. */
export const failureGroups: (desk: Desk) => readonly GroupOfFailures[] = remembering((desk) => {
  const failures = desk.index.failures();
  const hashes = new Map(desk.site().files.sources.map(({ name, hash }) => [name, hash]));
  const groups = groupFailures(failures, hashes).map((group) => ({
    ...group,
    key: keyFrom(causeOf(group)),
    ids: group.ids.slice(-MOST).reverse(),
  }));
  const named = new Set(groups.flatMap(({ endpoint, ids }) => ids.map((id) => `${endpoint} ${id}`)));
  const events = new Map<string, string>();
  for (const { endpoint, id, event } of failures) {
    const name = `${endpoint} ${id}`;
    if (named.has(name)) events.set(name, event);
  }
  return groups.map((group) => ({
    ...group,
    events: [...new Set(group.ids.flatMap((id) => events.get(`${group.endpoint} ${id}`) ?? []))],
  }));
});

/** All failures of a group, in the order in which they were set aside; none where there is no such group. */
export const failuresIn = (desk: Desk, key: string): readonly OpenFailure[] => {
  const group = failureGroups(desk).find((each) => each.key === key);
  if (group === undefined) return [];
  const cause = causeOf(group);
  return desk.index.failures().filter((failure) => causeOf(failure) === cause);
};
