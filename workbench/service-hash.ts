import { examinedService } from "../stage/examined-service.ts";
import type { HeldStage } from "../stage/stage.ts";

/** A deployed service is asked so often, in milliseconds: each time is a request to CloudFormation. */
const PAUSE = 60_000;

/** Tells again and again of which files a service was made, by their hash: undefined where nobody can tell. */
export const serviceHash = (
  held: HeldStage,
  now: () => number = Date.now,
): (() => Promise<string | undefined>) => {
  let last: { readonly at: number; readonly hash: string | undefined } | undefined;
  return async () => {
    const isLocal = held.opened.kind !== "deployed";
    if (last !== undefined && !isLocal && now() - last.at < PAUSE) return last.hash;
    // One that was asked before remembers the answer.
    const service = examinedService(held.stage, held);
    const hash = await service.hash().catch(() => undefined);
    last = { at: now(), hash };
    return hash;
  };
};
