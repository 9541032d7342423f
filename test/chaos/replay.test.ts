import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { project } from "../../build/bundle.ts";
import { type LocalService, settled, startService } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { temporaryFolder } from "../service/support.ts";
import { chanceOf, seedOfRun } from "./chance.ts";
import { writeCrowd } from "./crowd.ts";
import { chaosSite } from "./site.ts";

const EVENTS = Number(process.env.EVENTS) || 1500;
const SETTLING = 300_000;
const MAPPING = "mappings/jupyter-server/contents/mapping.yml";
const ENDPOINT = "lrs";

const seed = seedOfRun();

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Runs the command, and kills it after so many milliseconds, if it still runs then. */
const replay = async (site: string, state: string, until?: number): Promise<Ended> => {
  const day = new Date().toISOString().slice(0, 10);
  const before = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const args = ["replay", "--from", before, "--to", day, "--endpoint", ENDPOINT, "--yes", "--rate", "400"];
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(
    process.execPath,
    [join(project, "cli", "jlt.ts"), ...args, "--json", "--state", state],
    { cwd: site, env, stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const timer = until === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), until);
  const said = await text(child.stdout);
  clearTimeout(timer);
  return { code: await ended, said };
};

/** What the store tells whoever asks it, and what of it is voided. */
const toldBy = ({ sandbox }: LocalService) => ({
  statements: sandbox
    .statements(ENDPOINT)
    .map(({ id, verb, object }) => JSON.stringify([id, verb, object]))
    .sort(),
  voided: [...sandbox.voided(ENDPOINT)].sort(),
});

describe(`A replay that is killed at random (SEED=${seed})`, () => {
  it("and taken up again leaves the store as one that is not, and the accounts balance", async () => {
    const chance = chanceOf(seed).part("replay");
    const folder = await temporaryFolder();
    const { site, dist } = await chaosSite(folder);
    const file = join(folder, "events.ndjson");
    const { events } = await writeCrowd(file, EVENTS, chance.part("crowd"));
    const begun = join(folder, "begun");
    const run = async <T>(name: string, use: (service: LocalService) => Promise<T>): Promise<T> => {
      const service = await startService({ state: await openState(name, false), dist, site, visibility: 20 });
      try {
        return await use(service);
      } finally {
        await service.stop();
      }
    };
    await run(begun, async (service) => {
      await service.feed(file);
      assert.ok(await settled(service, SETTLING));
    });
    // A mapping changes, and an endpoint's store is to learn of it.
    const edited = join(folder, "edited");
    await cp(join(folder, "site"), edited, { recursive: true });
    const mapping = await readFile(join(edited, MAPPING), "utf8");
    await writeFile(join(edited, MAPPING), mapping.replace("verb: save", "verb: update"));

    const outcome = async (name: string, replayAll: (state: string) => Promise<void>) => {
      const state = join(folder, name);
      await cp(begun, state, { recursive: true });
      return run(state, async (service) => {
        await replayAll(state);
        assert.ok(await settled(service, SETTLING));
        const again = await replay(edited, state);
        assert.equal(JSON.parse(again.said).endpoints[0].statements, 0, "there is nothing left to be sent");
        const { endpoints } = await readAccounts(service.bucket, [ENDPOINT]);
        const [{ waiting, unexplained } = assert.fail()] = endpoints;
        assert.deepEqual([waiting, unexplained], [0, 0]);
        return toldBy(service);
      });
    };
    const whole = await outcome("whole", async (state) => {
      const { code, said } = await replay(edited, state);
      assert.equal(code, 0, said);
    });
    assert.ok(whole.voided.length > events / 4);
    let kills = 0;
    const killed = await outcome("killed", async (state) => {
      for (let lasts = 3000; ; lasts += 500) {
        const { code, said } = await replay(edited, state, 1000 + chance.below(lasts));
        if (code === 0) return;
        assert.equal(code, null, said);
        kills++;
        await sleep(chance.below(300));
      }
    });
    console.log(`  SEED=${seed}: ${kills} kills; ${killed.voided.length} statements revised`);
    assert.deepEqual(killed, whole);
  });
});
