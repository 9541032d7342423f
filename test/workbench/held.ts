import type { Account } from "../../src/aws/administer.ts";
import type { Depths } from "../../src/ledger/balance.ts";
import type { HeldStage } from "../../stage/stage.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";

/** Queues that hold nothing. */
export const EMPTY: Depths = { events: 0, deliveries: {}, deadLetters: { events: 0, deliveries: {} } };

export interface HeldOptions
  extends Partial<Pick<HeldStage["stage"], "depths" | "secret" | "send" | "sendEvents">> {
  readonly bucket?: MemoryBucket;
  readonly account?: Partial<Account>;
  readonly opened?: Partial<HeldStage["opened"]>;
}

/** A service that has an archive, and nothing in its queues; of the rest only what a test gives it. */
export const heldWith = ({
  bucket = memoryBucket(),
  account = {},
  opened = {},
  ...stage
}: HeldOptions = {}): HeldStage => {
  const queues = (queue: string) => ({ queue, deadLetters: `${queue}-dead-letters` });
  return {
    stage: {
      name: "local",
      bucket,
      secret: nobody,
      depths: async () => EMPTY,
      send: nobody,
      sendEvents: nobody,
      ...stage,
    },
    opened: {
      kind: "left",
      place: { region: "us-east-1", stage: "local" },
      names: { name: "local", bucket: "archive", events: queues("events"), delivery: queues },
      close: async () => {},
      ...opened,
    },
    account: {
      bucket: () => bucket,
      queueUrl: nobody,
      depth: nobody,
      send: nobody,
      sendTogether: nobody,
      secret: nobody,
      secrets: nobody,
      clockAhead: () => undefined,
      close: () => {},
      ...account,
    },
    close: async () => {},
  };
};

const nobody = async (): Promise<never> => {
  throw new Error("Nobody should ask for this here.");
};
