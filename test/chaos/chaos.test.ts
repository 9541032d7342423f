import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { countLost } from "../../local/report.ts";
import { settled, startService } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { temporaryFolder } from "../service/support.ts";
import { chanceOf, seedOfRun } from "./chance.ts";
import { FILE, LEARNER, UNWELCOME, UNWELCOME_KIND, writeCrowd } from "./crowd.ts";
import { findingsOf, sentencesOf, wordsInLog } from "./findings.ts";
import { chaosSite } from "./site.ts";
import { trouble } from "./trouble.ts";

/**
 * `EVENTS=n` changes how much is tried, and `CHAOS=seconds` for how long stores misbehave at least; until half of
 * everything is delivered, up to half as long again.
 */
const EVENTS = Number(process.env.EVENTS) || 20_000;
const CHAOS = Number(process.env.CHAOS) || 25;

/** After how many seconds a message comes again whose function was ended: longer than any batch takes. */
const VISIBILITY = 20;

/** How long everything may take to settle once the stores behave, in milliseconds. */
const SETTLING = 1_500_000;

const seed = seedOfRun();

describe(`Delivery while stores and functions fail at random (SEED=${seed})`, async () => {
  const started = Date.now();
  const say = (text: string): void =>
    console.log(`  ${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  const folder = await temporaryFolder();
  const file = join(folder, "events.ndjson");
  const crowd = await writeCrowd(file, EVENTS, chanceOf(seed).part("crowd"));
  const { site, dist } = await chaosSite(folder);
  const state = await openState(join(folder, "state"), true);
  const service = await startService({ state, dist, site, visibility: VISIBILITY });
  after(() => service.stop());

  say(`SEED=${seed}: ${crowd.events} events; stores misbehave for ${CHAOS} s or more`);
  const { sandbox } = service;
  const isEnough = (): boolean =>
    [sandbox.caliper("analytics"), sandbox.statements("lrs"), sandbox.records("records")].every(
      (all) => all.length > (crowd.good + crowd.bad) / 2,
    );
  const [fed, { kills, ofTranslate }] = await Promise.all([
    service.feed(file).then((all) => {
      say(`${all.messages} messages are fed`);
      return all;
    }),
    trouble(service, chanceOf(seed).part("trouble"), { least: CHAOS * 1000, most: CHAOS * 1500, isEnough }),
  ]);
  say(`the stores behave again; ${kills} functions were ended, ${ofTranslate} of them translate`);
  const inTime = await settled(service, SETTLING);
  say(inTime ? "everything has settled" : "something still waits");

  const endpoints = site.endpoints.map(({ endpoint }) => endpoint);
  const accounts = await readAccounts(
    service.bucket,
    endpoints.map(({ name }) => name),
  );
  const depths = await service.depths();
  const lost = await countLost(service.bucket, fed.events, service.key);

  it("settles, with nothing in any queue", () => {
    const deliveries = { analytics: 0, lrs: 0, records: 0 };
    assert.deepEqual({ inTime, ...depths }, { inTime: true, events: 0, deliveries, deadLetters: 0 });
  });

  it("loses no event: each is in the archive and the ledger, or in quarantine", () => {
    const { accepted, quarantined, unaccounted } = accounts;
    assert.deepEqual(
      { refused: fed.refused, events: fed.events.size, lost, accepted, quarantined, unaccounted },
      {
        refused: [],
        events: crowd.events,
        lost: 0,
        accepted: crowd.events - crowd.unknown,
        quarantined: { "schema.unknown": crowd.unknown },
        unaccounted: 0,
      },
    );
  });

  for (const endpoint of endpoints) {
    const { name, protocol } = endpoint;
    const findings = await findingsOf(service, endpoint);
    const { made, kept, failed, repeats, requests } = findings;
    for (const sentence of sentencesOf(service, endpoint, findings)) say(sentence);

    it(`${name}: received = delivered + filtered + set aside, and nothing waits`, () => {
      const account = accounts.endpoints.find((each) => each.endpoint === name);
      assert.ok(account !== undefined);
      const { filtered, endpoint: _, ...counts } = account;
      const { good, bad } = crowd;
      const silent = Object.values(filtered).reduce((sum, count) => sum + count, 0);
      const received = good + bad + silent;
      const ended = { delivered: good, setAside: bad };
      assert.deepEqual(counts, { received, ...ended, waiting: 0, overdue: 0, unexplained: 0 });
    });

    it(`${name}: every good statement is in the store, and nothing else`, () => {
      assert.equal(made.size, crowd.good + crowd.bad);
      assert.deepEqual(
        [...kept.keys()].filter((id) => !made.has(id) || failed.has(id)),
        [],
      );
      assert.deepEqual(
        [...made].filter((id) => !kept.has(id) && !failed.has(id)),
        [],
      );
    });

    it(`${name}: every bad statement is under failed/ with its reason and the answer, and no good one is`, () => {
      assert.equal(failed.size, crowd.bad);
      const marker = protocol === "json" ? UNWELCOME_KIND : UNWELCOME;
      for (const { reason, status, answer = "", statement } of failed.values()) {
        const isBad = JSON.stringify(statement).includes(marker);
        assert.deepEqual({ reason, status, isBad }, { reason: "endpoint.refused", status: 400, isBad: true });
        assert.match(answer, /told to refuse/);
      }
    });

    if (protocol === "xapi")
      it(`${name}: the store has each statement once, and never had another under its id`, () => {
        assert.deepEqual(
          { repeats: repeats.kept, conflicts: requests["409"] ?? 0 },
          { repeats: 0, conflicts: 0 },
        );
      });
  }

  it("writes nothing of learners, files and secrets into the functions' log", async () => {
    const secrets = ["learner-context", "pseudonyms", "store"].map((name) => state.secret(name));
    const basic = Buffer.from(`translator:${state.secret("store")}`).toString("base64");
    const tokens = "eyJ";
    assert.deepEqual(await wordsInLog(service, [LEARNER, FILE, UNWELCOME, tokens, basic, ...secrets]), []);
  });
});
