import { setTimeout as sleep } from "node:timers/promises";
import type { Behaviour } from "../../local/sandbox/server.ts";
import type { LocalService } from "../../local/service.ts";
import type { Chance } from "./chance.ts";
import { UNWELCOME, UNWELCOME_KIND } from "./crowd.ts";
import { PATIENCE } from "./site.ts";

/** What each store refuses whatever the weather. */
const GOOD: Readonly<Record<string, Behaviour>> = {
  analytics: { refuseAbout: UNWELCOME },
  lrs: { refuseAbout: UNWELCOME },
  records: { refuseAbout: UNWELCOME_KIND },
};

/** The largest bodies that stores take while they misbehave, in bytes: less than their files say, and they do not say it. */
const LARGEST: Readonly<Record<string, number>> = { analytics: 24_000, lrs: 20_000, records: 12_000 };

/** How long a store takes nobody's credentials, in milliseconds. */
const LOCKED = 3000;

/** The instance of translate is the first. More ends of it than this could use up the tries of a message of events. */
const TRANSLATE = 0;
const MOST_OF_TRANSLATE = 4;

export interface Trouble {
  /** How long it lasts in any case, and at the most, in milliseconds. */
  readonly least: number;
  readonly most: number;
  /** Whether stores have kept so much meanwhile that it may end. */
  readonly isEnough: () => boolean;
}

/**
 * Makes every store misbehave by chance, locks one after the other for a while, and ends functions at random. Resolves
 * with how many were ended, when all stores behave again.
 */
export const trouble = async (
  { sandbox, kill }: LocalService,
  chance: Chance,
  { least, most, isEnough }: Trouble,
): Promise<{ readonly kills: number; readonly ofTranslate: number }> => {
  const stores = Object.keys(GOOD);
  const seeds = chance.part("stores");
  const misbehave = (store: string, more: Behaviour = {}): void =>
    sandbox.behave(store, { ...badly(store, seeds.below(2 ** 31)), ...more });
  for (const store of stores) misbehave(store);

  const started = Date.now();
  const lasts = (): boolean => Date.now() < started + (isEnough() ? least : most);
  const lockings = stores.map(async (store, at) => {
    await sleep(((at + 0.5) * least) / stores.length - LOCKED / 2);
    misbehave(store, { status: 401 });
    await sleep(LOCKED);
    misbehave(store);
  });
  const kills = chance.part("kills");
  let [count, ofTranslate] = [0, 0];
  while (lasts()) {
    await sleep(300 + kills.below(1200));
    const mayTranslate = ofTranslate < MOST_OF_TRANSLATE;
    await kill((instances) => {
      const picked = mayTranslate && kills.next() < 0.2 ? TRANSLATE : 1 + kills.below(instances - 1);
      if (picked === TRANSLATE) ofTranslate++;
      return picked;
    });
    count++;
  }
  await Promise.all(lockings);
  for (const [store, behaviour] of Object.entries(GOOD)) sandbox.behave(store, behaviour);
  return { kills: count, ofTranslate };
};

const badly = (store: string, seed: number): Behaviour => ({
  ...GOOD[store],
  maxBytes: LARGEST[store] ?? 0,
  configuration: { status: 404 },
  chaos: {
    seed,
    error: 0.02,
    throttle: 0.01,
    hang: 0.015,
    resetBefore: 0.015,
    resetAfter: 0.02,
    slow: 0.06,
    slowMs: PATIENCE * 1.3,
  },
});
