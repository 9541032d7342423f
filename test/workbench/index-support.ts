import type { QuarantineRecord } from "../../src/archive/records.ts";
import type { Window } from "../../src/ledger/window.ts";
import { takerAgain } from "../../src/recovery/again.ts";
import type { ArchiveIndex } from "../../workbench/index/archive-index.ts";
import { archiveIndex, type IndexParts } from "../../workbench/index/index.ts";
import { by, byHub, translatedBy, withoutSchemas } from "../recovery/support.ts";
import { contents, message } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { shippedSite } from "../support/site.ts";

export const ENDPOINTS = ["campus-lrs", "campus-caliper"] as const;
export const DAYS = { from: "2026-11-18", to: "2026-11-23" };
const TODAY = "2026-12-05";

const site = await shippedSite();
export const judge = takerAgain({ schemas: site.schemas, trust: site.settings.trust });

/** Everything that must be explained is, as all days are looked at. */
export const WINDOW: Window = {
  counted: DAYS,
  explainedFrom: DAYS.from,
  judgedFrom: DAYS.from,
  ended: DAYS,
  today: TODAY,
};

export const partsOver = (bucket: MemoryBucket, changes: Partial<IndexParts> = {}): IndexParts => ({
  bucket,
  endpoints: ENDPOINTS,
  judge,
  days: () => DAYS,
  late: 0,
  now: () => Date.parse(`${TODAY}T12:00:00.000Z`),
  ...changes,
});

export const indexOver = (bucket: MemoryBucket, changes?: Partial<IndexParts>): ArchiveIndex =>
  archiveIndex(partsOver(bucket, changes));

/** Events in quarantine as the translator put them there, for several reasons. */
const refused = async (): Promise<readonly QuarantineRecord[]> => {
  const { bucket } = await translatedBy(withoutSchemas(site, "jupyter-server/contents"), [
    await by("ada"),
    await by("grace", "hw2.ipynb"),
    await byHub("emmy"),
    await message("{"),
    await message(contents({ path: "hw3.ipynb" }), { token: undefined }),
    await message({ __schema__: "https://example.org/none", __timestamp__: "2026-11-22T01:07:49Z" }),
  ]);
  const records = await bucket.records("quarantine");
  return records as unknown as readonly QuarantineRecord[];
};
export const REFUSED = await refused();

/** All that an index answers. Where an event has several lines in the ledger, its statements come in any order. */
export const answersOf = (index: ArchiveIndex) => {
  const { events, total } = index.events({}, 0, 1000);
  const all = events.map((event) => ({
    ...event,
    states: event.states.map((each) => ({ ...each, statements: each.statements.toSorted() })),
  }));
  return {
    total,
    totals: index.totals(),
    accounts: index.accounts(),
    unaccounted: index.unaccounted(),
    timeline: index.timeline(40),
    all,
    ends: all.flatMap(({ states }) =>
      states.flatMap(({ statements }, at) => statements.map((id) => index.endOf(ENDPOINTS[at] ?? "", id))),
    ),
    failures: index.failures(),
    quarantine: index.quarantine(),
    bySource: [...index.bySource()].sort().filter(([, { events }]) => events > 0),
    byTranslation: [...index.byTranslation()].sort(),
    answers: ENDPOINTS.map((each) => index.answers(each, 100)),
    oldest: ENDPOINTS.map((each) => index.oldestWaiting(each)),
  };
};

/** A bucket that gives no object while it is held. */
export const held = (bucket: MemoryBucket) => {
  let gate = Promise.resolve();
  let release = (): void => {};
  let waiting = 0;
  const own: MemoryBucket = {
    ...bucket,
    find: async (key) => {
      const found = await bucket.find(key);
      waiting++;
      await gate;
      waiting--;
      return found;
    },
  };
  return {
    bucket: own,
    hold: (): void => {
      ({ promise: gate, resolve: release } = Promise.withResolvers<void>());
    },
    release: (): void => release(),
    /** Whether somebody waits for an object. */
    isWaitedFor: (): boolean => waiting > 0,
  };
};
