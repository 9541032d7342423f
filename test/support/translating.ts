import type { AskChoices } from "../../src/consent/ask.ts";
import { type Statement, unpack } from "../../src/delivery/pack.ts";
import type { Site } from "../../src/site.ts";
import {
  type SendToDelivery,
  type TranslateBatch,
  type TranslateResult,
  translator,
} from "../../src/translate.ts";
import { type MemoryBucket, type MemoryBucketOptions, memoryBucket } from "./memory-bucket.ts";
import { shippedSite } from "./site.ts";
import { secretsFor } from "./tokens.ts";

/** A translator with everything around it in memory. */
export interface Translating {
  readonly bucket: MemoryBucket;
  /** The statements that an endpoint's queue holds. */
  statements(endpoint: string): readonly Statement[];
  /** The bodies that an endpoint's queue holds. */
  bodies(endpoint: string): readonly string[];
  /** What happened, in order: `put <key>` and `send <endpoint>`. */
  readonly story: readonly string[];
  readonly translate: TranslateBatch;
}

export interface TranslatingOptions extends MemoryBucketOptions {
  readonly site?: Site;
  /** What learners have chosen; nothing, where it is absent. */
  readonly choices?: AskChoices;
  /** Whether the queue of an endpoint takes this body; by default all. */
  readonly takes?: (body: string, at: number) => boolean;
  /** The queues take what they are sent once this resolves. */
  readonly sending?: (bodies: readonly string[]) => Promise<void>;
}

const NONE: AskChoices = async () => new Map();

export const translating = async (options: TranslatingOptions = {}): Promise<Translating> => {
  const story: string[] = [];
  const queues = new Map<string, string[]>();
  const bucket = memoryBucket({ ...options, kept: (key) => story.push(`put ${key}`) });
  const send: SendToDelivery = async (endpoint, bodies) => {
    story.push(`send ${endpoint}`);
    await options.sending?.(bodies);
    const sent = bodies.map((body, at) => options.takes?.(body, at) ?? true);
    queues.set(endpoint, [...(queues.get(endpoint) ?? []), ...bodies.filter((_, at) => sent[at])]);
    return sent;
  };
  const site = options.site ?? (await shippedSite());
  const bodies = (endpoint: string): readonly string[] => queues.get(endpoint) ?? [];
  return {
    bucket,
    story,
    bodies,
    statements: (endpoint) => bodies(endpoint).flatMap((body) => unpack(body).statements),
    translate: translator({
      site,
      bucket,
      send,
      secrets: secretsFor(site.settings),
      choices: options.choices ?? NONE,
    }),
  };
};

/** A batch's messages by whether they come again. */
export const comeAgain = ({ settled }: Pick<TranslateResult, "settled">): readonly number[] =>
  settled.flatMap((error, at) => (error === undefined ? [] : [at]));
