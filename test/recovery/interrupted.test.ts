import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { JobOvertaken } from "../../src/archive/job.ts";
import { type EditableBucket, prefixOf } from "../../src/archive/layout.ts";
import { isRecoveryLeft } from "../../src/recovery/recover.ts";
import { contents, message } from "../support/events.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { sample } from "../support/runs.ts";
import { shippedSite } from "../support/site.ts";
import { ARRIVED, learnerToken } from "../support/tokens.ts";
import { RECOVERED, recovering, statementsIn, translatedBy, underPolicy, withoutSchemas } from "./support.ts";

const site = underPolicy(await shippedSite(), "opt-out");
const SOURCE = "jupyter-server/contents";

/** Saves of some learners, of two days: of one path, they repeat one another. */
const messages = await Promise.all(
  Array.from({ length: 9 }, async (_, at) => {
    const username = ["ada", "grace", "emmy"][at % 3] ?? "";
    const event = contents({ path: `hw${at % 2}.ipynb`, __timestamp__: `2026-11-22T01:07:0${at}Z` });
    return message(event, {
      id: `m${at}`,
      token: await learnerToken(username, { server: `lab${at % 2}`, exp: ARRIVED / 1000 + 864_000 }),
      arrived: ARRIVED + at * 5 * 3_600_000,
    });
  }),
);
const quarantined = (await translatedBy(withoutSchemas(site, SOURCE), messages)).bucket.objects;

/** One of them has said no since. */
const choices = async () => new Map([["emmy", { all: "out" as const, endpoints: {} }]]);

const filled = () => {
  const bucket = memoryBucket();
  return { bucket, fill: () => Promise.all([...quarantined].map(([key, body]) => bucket.put(key, body))) };
};

/** A bucket, and a queue, that are cut off after so many operations; the last one may be done, and nobody hear of it. */
const cutOff = (bucket: EditableBucket, most: number, isHeard: boolean) => {
  let left = most;
  const step = async <T>(run: () => Promise<T>): Promise<T> => {
    if (left-- > 0) return run();
    if (left === -1 && !isHeard) await run();
    throw new Error("CutOff");
  };
  const own: EditableBucket = {
    ...bucket,
    put: (...args) => step(() => bucket.put(...args)),
    find: (key) => step(() => bucket.find(key)),
    replace: (...args) => step(() => bucket.replace(...args)),
    remove: (key) => step(() => bucket.remove(key)),
    list: async function* (prefix) {
      await step(async () => {});
      yield* bucket.list(prefix);
    },
  };
  return { own, step, left: () => left };
};

/** What is in the archive, but for what a run notes of itself. */
const archived = (objects: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, string> =>
  new Map(
    [...objects]
      .filter(([key]) => !key.startsWith("jobs/"))
      .map(([key, body]) => [key, Buffer.from(body).toString("base64")] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

describe("A recovery that is cut off", () => {
  it("at any moment, and run again, gives the same archive and the same statements as one that is not", async () => {
    const { bucket, fill } = filled();
    await fill();
    const whole = recovering(bucket, site, { most: 4, choices });
    const counting = cutOff(bucket, Number.MAX_SAFE_INTEGER, true);
    const { events, withheld } = await whole.run({ bucket: counting.own });
    assert.deepEqual([events, withheld], [6, 3]);
    const operations = Number.MAX_SAFE_INTEGER - counting.left();
    const expected = archived(bucket.objects);
    const statements = statementsIn(whole.bodies);
    assert.ok(operations > 20 && statements.length > 9);

    for (const most of sample(
      Array.from({ length: operations + 4 }, (_, at) => at),
      2,
    ))
      for (const isHeard of [true, false]) {
        const again = filled();
        await again.fill();
        const { own, step } = cutOff(again.bucket, most, isHeard);
        const recovery = recovering(again.bucket, site, { most: 4, choices });
        const { send } = recovery.parts;
        await recovery
          .run({ bucket: own, send: (...args) => step(() => send(...args)) })
          .catch((error: Error) => assert.equal(error.message, "CutOff"));
        await recovery.run();
        assert.deepEqual(archived(again.bucket.objects), expected, `after ${most}`);
        assert.deepEqual(statementsIn(recovery.bodies), statements, `after ${most}`);
        assert.equal(await isRecoveryLeft(again.bucket), false);
      }
  });

  it("goes on under the time of its beginning, whatever is asked for then", async () => {
    const { bucket, fill } = filled();
    await fill();
    const isMark = (key: string): boolean => key.startsWith(prefixOf("quarantine"));
    const put: EditableBucket["put"] = async (key, ...rest) => {
      if (isMark(key)) throw new Error("CutOff");
      return bucket.put(key, ...rest);
    };
    const { run } = recovering(bucket, site, { most: 4 });
    await assert.rejects(run({ bucket: { ...bucket, put } }), /CutOff/);
    const later = new Date(RECOVERED.getTime() + 86_400_000);
    const { events } = await run({ now: () => later, wanted: () => false });
    assert.equal(events, 4);
    const lines = await bucket.records("ledger");
    assert.deepEqual(new Set(lines.map(({ recovered }) => recovered)), new Set([RECOVERED.toISOString()]));
    assert.equal(lines.length, 4);
  });

  it("is taken over by whoever runs it next, and ends", async () => {
    const { bucket, fill } = filled();
    await fill();
    const first = recovering(bucket, site, { most: 4 });
    const second = recovering(bucket, site, { most: 4 });
    let isOvertaken = false;
    const send: typeof first.parts.send = async (...args) => {
      if (!isOvertaken) {
        isOvertaken = true;
        assert.equal((await second.run()).events, 9);
      }
      return first.parts.send(...args);
    };
    await assert.rejects(first.run({ send }), JobOvertaken);
    assert.equal((await first.run()).events, 0);
    const once = statementsIn(second.bodies);
    for (const each of statementsIn(first.bodies)) assert.ok(once.includes(each));
    const ids = (await bucket.records("raw")).map(({ id }) => id);
    assert.deepEqual([ids.length, new Set(ids).size], [9, 9]);
  });
});
