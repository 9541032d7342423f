import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { BUCKET, EVENTS } from "../../../local/names.ts";
import { balances } from "../../../local/report.ts";
import { settled } from "../../../local/service.ts";
import { eventsFile, saveOf, shippedEvents, toldTo } from "../../service/support.ts";
import { laws, type Player } from "./player.ts";
import { CALIPER, LRS, type Options, reportOf, SETTLE, told, withService } from "./service.ts";

const COUNT = 50;

const saves = (): Promise<string> =>
  eventsFile(Array.from({ length: COUNT }, (_, at) => saveOf(`stat101/hw${at}.ipynb`)));

/** Waits until something holds. */
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const end = Date.now() + SETTLE;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error("It was waited for in vain.");
    await sleep(50);
  }
};

/** A service without its archive, until that is made. */
const withoutArchive = (): Options & { readonly make: () => Promise<void>; readonly tries: () => number } => {
  let make = async (): Promise<void> => {};
  let tries = 0;
  return {
    visibility: 1,
    change: (aws) => {
      make = async () => aws.makeBucket(BUCKET);
      return { ...aws, makeBucket: () => {} };
    },
    beforeAcknowledge: async (queue) => {
      if (queue === EVENTS) tries++;
    },
    make: () => make(),
    tries: () => tries,
  };
};

/** What the whole service does with its events over an SQS and S3. */
export const serviceTests = (player: Player): void =>
  laws("The whole service", player, (law) => {
    law("tells each endpoint all that the shipped events are to it, once, and its counts balance", () =>
      withService(player, { visibility: 60 }, async (service) => {
        const fed = await service.feed(shippedEvents);
        assert.ok(await settled(service, SETTLE));
        const report = await reportOf(service, fed);
        assert.ok(balances(report), JSON.stringify(report));
        const [caliper, lrs] = report.accounts.endpoints;
        assert.ok(caliper !== undefined && caliper.delivered > 100);
        assert.ok(lrs !== undefined && lrs.delivered > 50);
        const { statements, events } = told(service);
        assert.deepEqual([events.length, new Set(statements).size], [caliper.delivered, lrs.delivered]);
        assert.equal(service.sandbox.caliper(CALIPER).length, events.length);
        assert.equal(statements.length, lrs.delivered);
      }),
    );

    law("does again what could not be done, and then has done it once", async () => {
      const archive = withoutArchive();
      await withService(player, archive, async (service) => {
        const fed = await service.feed(await saves());
        await until(() => archive.tries() >= 2);
        assert.equal(service.sandbox.statements(LRS).length, 0);
        await archive.make();
        assert.ok(await settled(service, SETTLE));
        const report = await reportOf(service, fed);
        assert.equal(report.depths.deadLetters, 0);
        assert.ok(balances(report), JSON.stringify(report));
        assert.equal(new Set(told(service).statements).size, COUNT);
      });
    });

    law("keeps as dead letters what could not be done so often, and goes on with what comes", async () => {
      const archive = withoutArchive();
      await withService(player, archive, async (service) => {
        await service.feed(await saves());
        await until(async () => {
          const { events, deadLetters } = await service.depths();
          return events === 0 && deadLetters === COUNT;
        });
        await archive.make();
        await service.feed(await eventsFile([saveOf("stat101/another.ipynb")]));
        assert.ok(await settled(service, SETTLE));
        assert.equal(told(service).statements.length, 1);
        assert.equal((await service.depths()).deadLetters, COUNT);
      });
    });

    law("keeps what an endpoint does not take, delays no other, and tells it when it is back", () =>
      withService(player, { visibility: 2 }, async (service) => {
        service.sandbox.behave(CALIPER, { status: 503 });
        const fed = await service.feed(await saves());
        await toldTo(service, LRS);
        assert.equal(await settled(service, 1000), false);
        const down = await reportOf(service, fed);
        assert.equal(service.sandbox.statements(LRS).length, COUNT);
        assert.equal(down.accounts.endpoints[0]?.waiting, COUNT);
        assert.equal(balances(down), false);
        service.sandbox.behave(CALIPER, {});
        assert.ok(await settled(service, SETTLE));
        const back = await reportOf(service, fed);
        assert.ok(balances(back), JSON.stringify(back));
        assert.equal(back.accounts.endpoints[0]?.delivered, COUNT);
      }),
    );
  });
