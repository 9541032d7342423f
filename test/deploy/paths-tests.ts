/** The ways that events and learners take less often, so that every right of a role has somebody who needs it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dayOf, daysAfter } from "../../src/archive/days.ts";
import { dayFileKey, prefixOf } from "../../src/archive/layout.ts";
import { keyOfErasure } from "../../src/erasure/job.ts";
import { PARTS } from "../../src/erasure/records.ts";
import { CONTENTS, envelope } from "../support/events.ts";
import { archive, deployment, depth, hub, keysBelow, lambda, nameOf, skip, until } from "./deployed.ts";
import { CALIPER, XAPI } from "./site.ts";

/** Asks the learners' own API, or posts events, as a learner. */
const ask = async (
  api: "LearnersPage" | "IngestApi",
  learner: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly text: string }> => {
  const answer = await fetch(`${lambda.addresses.get(api)}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await hub().signIn(learner)}`,
      "content-type": "application/json",
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
};

const post = async (learner: string, ...events: readonly unknown[]): Promise<void> => {
  const { status } = await ask("IngestApi", learner, "POST", "/events", events);
  assert.equal(status, 202);
};

const save = (path: string): unknown => envelope(CONTENTS, { action: "save", path });

/** A cell whose name is longer than any message to an endpoint. */
const LARGE = envelope("https://events.jupyter.org/jupyter_server_nbmodel/cell_execution/v1", {
  event_type: "execution_end",
  document_id: "json:notebook:a-file",
  cell_id: "long".repeat(20_000),
  success: true,
  timestamp: "2026-11-22T01:07:49Z",
});

/** The learning system refuses what has this in it: of a file's name, endings are all that it is told. */
export const REFUSED = ".sql";

/** How many more objects there are below a prefix, once there are more. */
const more = async (prefix: string, act: () => Promise<void>): Promise<void> => {
  const before = await keysBelow(prefix);
  await act();
  await until(`there is more below ${prefix}`, async () => (await keysBelow(prefix)).length > before.length);
};

/** Waits until the role of a function was used for this. */
const used = (name: string, action: string, resource: string): Promise<void> =>
  until(`${name} needs ${action} for ${resource}`, () =>
    [...lambda.iam.usedBy(nameOf(name))].some(
      (right) => right.action === action && right.resource.endsWith(resource),
    ),
  );

/** How many objects of a part are enough to see that they are read. */
const SOME = 5;

/** Has some of what a part of the archive has of one day on another one as well. */
const copySome = async (part: (typeof PARTS)[number], from: string, to: string): Promise<void> => {
  const keys = (await keysBelow(prefixOf(part))).filter((key) => key.includes(`dt=${from}`));
  for (const key of keys.slice(-SOME)) await archive().put(key.replace(from, to), await archive().get(key));
};

describe("What happens less often in the deployed service", { skip }, () => {
  const today = dayOf(Date.now());

  it("sets aside what no learning system can be told, what one of them refuses, and what is no event", async () => {
    const { sandbox } = deployment;
    sandbox.behave(XAPI, { refuseAbout: REFUSED });
    await more(prefixOf("quarantine"), () => post("ada", envelope(CONTENTS, { action: 5 })));
    await more(prefixOf("failed", CALIPER), () => post("ada", LARGE));
    await post("ada", save(`refused${REFUSED}`));
    await used(`deliver-${XAPI}`, "s3:PutObject", `/${prefixOf("failed", XAPI)}*`);
  });

  it("gives back to the queue what a learning system takes a part of", async () => {
    deployment.sandbox.behave(XAPI, { refuseAbout: REFUSED, failEvery: 2 });
    await post("ada", save(`again${REFUSED}`), save("whole.ipynb"));
    await used(`deliver-${XAPI}`, "sqs:SendMessage", `deliver-${XAPI}`);
    deployment.sandbox.behave(XAPI, {});
  });

  it("tells no learning system what its learner does not want it to know", async () => {
    const out = { to: "out", endpoint: CALIPER };
    assert.equal((await ask("LearnersPage", "mary", "PUT", "/api/choice", out)).status, 200);
    const isQuiet = async (): Promise<boolean> =>
      (await depth("events")) === 0 && (await depth(`deliver-${CALIPER}`)) === 0;
    await until("all is told", isQuiet);
    const told = deployment.sandbox.caliper(CALIPER).length;
    await more(prefixOf("ledger"), () => post("mary", save("mine.ipynb")));
    await until("all is told", isQuiet);
    assert.equal(deployment.sandbox.caliper(CALIPER).length, told);
  });

  it("gives learners all that is kept of them, and takes their wish to be erased", async () => {
    const { status, text } = await ask("LearnersPage", "ada", "GET", "/api/data");
    assert.equal(status, 200);
    const parts = text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line).part);
    assert.deepEqual([...new Set(parts.filter((part) => part !== undefined))].sort(), [...PARTS].sort());
    assert.equal((await ask("LearnersPage", "grace", "POST", "/api/erase")).status, 202);
    assert.equal((await keysBelow("erasures/requested/")).length, 1);
  });

  it("audits days that have something of everything", async () => {
    const yesterday = daysAfter(today, -1);
    for (const part of PARTS) await copySome(part, today, yesterday);
    // With so little time it does not wait for the queues' counts, should it find anything.
    const audit = await lambda.instance(nameOf("audit"), { timeout: 100_000 });
    const { days } = Object(await audit.invoke({}));
    assert.ok(days.includes(yesterday));
  });

  it("takes back the tables of a compaction that was cut off, and sees what erasures are moving", async () => {
    const day = daysAfter(today, -4);
    await copySome("raw", today, day);
    const table = dayFileKey(day, "jupyter-server/contents", new Uint8Array(4), "cut off");
    await archive().put(table, new Uint8Array(4));
    const state = { tables: [table], replaced: [], isDiscarding: false, isMixed: false };
    await archive().put(`jobs/compaction-${day}.json`, json({ run: "cut off", state }));
    const record = { learner: "0".repeat(32), begun: new Date().toISOString(), before: [] };
    const steps = { steps: {}, removed: {}, objects: 0, voided: {}, listed: {}, waiting: {} };
    await archive().put(keyOfErasure(record.learner), json({ ...record, ...steps }));
    const compact = await lambda.instance(nameOf("compact"));
    assert.partialDeepStrictEqual(await compact.invoke({}), { failed: 0, troubles: 0 });
    const left = await keysBelow(`raw/dt=${day}/`);
    assert.ok(left.length > 0 && !left.includes(table));
    assert.deepEqual(await keysBelow("jobs/"), []);
  });
});

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
