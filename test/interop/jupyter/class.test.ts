/**
 * A class: a hub, and learners with a server each, who work with notebooks and run cells. `CLASS_USERS` and
 * `CLASS_SECONDS` say how many, and for how long; `SEED` has them do the same again, as far as that depends on chance.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { settled } from "../../../local/service.ts";
import { readAccounts } from "../../../src/ledger/accounts.ts";
import { chanceOf, seedOfRun } from "../../chaos/chance.ts";
import { startStore } from "../stores/learning-locker.ts";
import { ralph, startRalph } from "../stores/ralph.ts";
import { endpointFile, runWhole, type Whole } from "../support/whole.ts";
import { type Done, type Notes, notesOf } from "./class-acts.ts";
import { type ClassHub, classParts, startClassHub } from "./class-hub.ts";
import { newDesk, work } from "./class-learner.ts";
import { toldInCaliper, toldInXapi } from "./class-oracle.ts";
import { differences, ofCaliper, ofXapi } from "./class-told.ts";
import { LTI_11, LTI_13 } from "./launches.ts";

const USERS = Number(process.env.CLASS_USERS) || 20;
const SECONDS = Number(process.env.CLASS_SECONDS) || 60;
const seed = seedOfRun();

/** How many servers start or stop at once. */
const AT_ONCE = 4;

/** How long everything may take to be told once all servers have stopped, in milliseconds. */
const SETTLING = 120_000;

/** Of three learners, two came from an LMS with LTI 1.3, and one from another with LTI 1.1, to another course. */
const COURSES = "https://www.example.edu/courses/";
const names = Array.from({ length: USERS }, (_, at) => `learner${String(at + 1).padStart(2, "0")}`);
const others = new Set(names.filter((_, at) => at % 3 === 2));
const courseOf = (user: string): string => `${COURSES}${others.has(user) ? "616" : "course-7"}`;

const TRANSLATIONS = [
  "jupyterhub/*",
  "jupyter-server/contents:*",
  "jupyter-server/kernel-actions:*",
  "+jupyter-server/kernel-actions:restarted",
  "+jupyter-server/kernel-actions:shut-down",
  "jupyter-server-nbmodel/*",
  "jupyter-collaboration/awareness:*",
];
const ENDPOINTS = {
  "learning-locker": endpointFile("xapi", TRANSLATIONS),
  ralph: endpointFile("xapi", TRANSLATIONS),
  // A look at a file is told as often as servers look, which depends on where batches end: see `opened`.
  analytics: endpointFile("caliper", [...TRANSLATIONS, "+jupyter-server/contents:opened"]),
};

const parts = await classParts();
const store = await ralph();
const skip = "missing" in parts ? parts.missing : "missing" in store ? store.missing : false;

const folder = await mkdtemp(join(tmpdir(), "interop-class-"));
after(() => rm(folder, { recursive: true, force: true }));

describe("A class at a real hub, before real stores", { skip }, () => {
  it(`has exactly what it did told to them, and nothing else (SEED=${seed})`, async (t) => {
    assert.ok(!("missing" in parts));
    const began = Date.now();
    const say = (text: string): void => t.diagnostic(`${Math.round((Date.now() - began) / 1000)} s: ${text}`);

    await using stores = new AsyncDisposableStack();
    const locker = stores.use(await startStore());
    let lrs = locker;
    const service = await runWhole({
      files: Object.fromEntries(
        Object.entries(ENDPOINTS).map(([name, text]) => [`endpoints/${name}.yml`, text]),
      ),
      systems: async ({ ralph: authorization = "" }) => {
        lrs = stores.use(await startRalph({ authorization }));
        return { "learning-locker": locker.url, ralph: lrs.url };
      },
    });
    await using hub = await startClassHub(parts, {
      folder,
      claims: LTI_13,
      people: Object.fromEntries([...others].map((user) => [user, LTI_11])),
      env: { ...service.hub, LMS_INGEST_URL: service.ingestUrl },
    });

    const done = await teach(hub, say);
    await hub.end();
    say(`${done.length} acts are done, and all servers have stopped`);
    assert.doesNotMatch(hub.log(), /events were (dropped|not sent)|No events are sent/, logged(hub));

    assert.ok(await settled(service, SETTLING), "Something still waits.");
    say("everything has been told");
    await assertBalanced(service);
    const xapi = toldInXapi(done, courseOf);
    say(`${[...xapi.values()].reduce((sum, { least }) => sum + least, 0)} statements are expected`);
    for (const [name, store] of Object.entries({ "Learning Locker": locker, Ralph: lrs })) {
      const statements = await store.all();
      say(`${name} has ${statements.length} statements`);
      const ids = new Set(statements.map(({ id }) => id));
      assert.equal(ids.size, statements.length, `${name} has a statement twice, SEED=${seed}`);
      assertNone(name, differences(statements.map(ofXapi), xapi));
    }
    // A Caliper event may come twice, under one id.
    const events = [...new Map(service.sandbox.caliper("analytics").map((each) => [each.id, each])).values()];
    say(`the Caliper endpoint has ${events.length} events`);
    assertNone("The Caliper endpoint", differences(events.map(ofCaliper), toldInCaliper(done, courseOf)));
  });
});

/** Runs the class; gives all that was done in it. */
const teach = async (hub: ClassHub, say: (text: string) => void): Promise<readonly Done[]> => {
  const turn = turns(AT_ONCE);
  const all = names.map((user, at) => ({
    ...{ at, user, notes: notesOf(user) },
    ...{ desk: newDesk(), chance: chanceOf(seed).part(user) },
  }));
  const visit = async ({ user, notes }: (typeof all)[number]) => turn(() => hub.logIn(user, notes));
  const leave = async (user: string, notes: Notes, by: "learner" | "culler") =>
    turn(() => hub.stop(user, by, notes));
  let here = 0;
  const servers = await Promise.all(
    all.map(async (each) => {
      const server = await visit(each);
      here += 1;
      if (here % 5 === 0) say(`${here} servers run`);
      return server;
    }),
  );
  const end = Date.now() + SECONDS * 1000;
  await Promise.all(
    all.map(async ({ at, user, notes, desk, chance }) => {
      let server = servers[at];
      assert.ok(server !== undefined);
      const doing = { desk, note: notes.note, chance };
      // Of four, one logs out and comes again, and one is away for so long that the culler stops their server.
      const by = [undefined, "learner", undefined, "culler"] as const;
      const between = by[at % by.length];
      if (between !== undefined) {
        const half = end - SECONDS * 1000 * (0.3 + 0.4 * chance.next());
        await work({ server, ...doing }, () => Date.now() > half);
        await leave(user, notes, between);
        server = await visit({ at, user, notes, desk, chance });
      }
      await work({ server, ...doing }, () => Date.now() > end);
      await leave(user, notes, chance.next() < 0.5 ? "learner" : "culler");
    }),
  );
  return all.flatMap(({ notes }) => notes.done);
};

/** Lets so many do something at once; the others wait for their turn. */
const turns = (atOnce: number): (<T>(what: () => Promise<T>) => Promise<T>) => {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  return async (what) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await what();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
};

/** Every event was taken, and of every statement it is known that it was delivered. */
const assertBalanced = async ({ bucket, depths }: Whole): Promise<void> => {
  const names = Object.keys(ENDPOINTS);
  const { quarantined, unaccounted, withheld, endpoints } = await readAccounts(bucket, names);
  assert.deepEqual({ quarantined, unaccounted, withheld }, { quarantined: {}, unaccounted: 0, withheld: 0 });
  for (const { endpoint, received, delivered, filtered, ...rest } of endpoints) {
    const silent = Object.values(filtered).reduce((sum, count) => sum + count, 0);
    assert.equal(received, delivered + silent, endpoint);
    assert.deepEqual(rest, { setAside: 0, waiting: 0, overdue: 0, unexplained: 0 }, endpoint);
  }
  assert.equal((await depths()).deadLetters, 0);
};

const assertNone = (name: string, found: readonly string[]): void => {
  if (found.length === 0) return;
  assert.fail(`${name} was told otherwise, SEED=${seed}:\n${found.slice(0, 30).join("\n")}`);
};

/** What a log says of events that were not sent. */
const logged = (hub: ClassHub): string =>
  hub
    .log()
    .split("\n")
    .filter((line) => line.includes("lms_events") || /events (were|wait)/i.test(line))
    .slice(0, 20)
    .join("\n");
