import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { readSite } from "../../build/site.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { openStage } from "../../stage/stage.ts";
import { examineEndpoint } from "../../workbench/acts/doctor.ts";
import { recoverGroup } from "../../workbench/acts/recover.ts";
import { retryGroup } from "../../workbench/acts/retry.ts";
import type { Step } from "../../workbench/api/steps.ts";
import { type OpenDesk, openDesk } from "../../workbench/open-desk.ts";
import { endpointsOf } from "../../workbench/views/endpoints.ts";
import { failuresOf } from "../../workbench/views/failures.ts";
import { quarantinedOf, quarantineOf } from "../../workbench/views/quarantine.ts";
import { jlt, withShippedSite } from "../cli/support.ts";
import { eventsFile, runService, saveOf, temporaryFolder } from "./support.ts";

const SETTLE = 60_000;
const ATTENDANCE = "https://events.example.edu/attendance/v1";

const SCHEMA = `$id: ${ATTENDANCE}
version: 1
title: A learner checks in
type: object
required: [action, session]
properties:
  action: { enum: [check-in, check-out], description: What the learner did. }
  session: { type: string, description: The session of the course. }
`;

const attendance = (session: string, action = "check-in"): string =>
  JSON.stringify({
    __timestamp__: "2026-11-16T08:06:42.186262+00:00Z",
    __schema__: ATTENDANCE,
    __schema_version__: 1,
    action,
    session,
  });

/** All steps of an act, and how it ended. */
const carriedOut = async (steps: AsyncIterable<Step>) => {
  const all: Step[] = [];
  for await (const step of steps) all.push(step);
  const last = all.at(-1);
  assert.ok(last !== undefined && "end" in last, JSON.stringify(all));
  return { all, ...last };
};

describe("the workbench over a local service that runs", async () => {
  const state = await openState(join(await temporaryFolder(), "state"), true);
  const service = await runService({ state });
  service.sandbox.behave("campus-lrs", { status: 422 });
  const saves = ["hw1", "hw2", "hw3"].map((name) => saveOf(`refused/${name}.ipynb`));
  const events = [...saves, attendance("week 1"), attendance("week 2"), attendance("week 3", "dance")];
  await service.feed(await eventsFile(events));
  assert.ok(await settled(service, SETTLE));

  const stored = (): number => service.sandbox.statements("campus-lrs").length;
  const desks: (() => Promise<void>)[] = [];
  after(async () => {
    for (const close of desks) await close();
  });
  const deskIn = async (folder: string): Promise<OpenDesk> => {
    const held = await openStage({ state: state.folder }, await readSite(folder));
    const desk = await openDesk({ held, name: "local", folder, mayWrite: true });
    desks.push(() => desk.close().then(held.close));
    await desk.refresh();
    return desk;
  };

  it("shows what an endpoint refused, sends it again when its store has been mended, and then it is delivered", () =>
    withShippedSite(async (folder) => {
      const desk = await deskIn(folder);
      const [group, ...others] = failuresOf(desk).groups;
      assert.ok(group !== undefined);
      assert.deepEqual(others, []);
      assert.deepEqual([group.endpoint, group.status, group.count], ["campus-lrs", 422, 3]);
      const row = () => endpointsOf(desk, Date.now()).rows.find(({ name }) => name === "campus-lrs");
      assert.deepEqual(row()?.failures, [group]);
      assert.ok(row()?.answers.every(({ status, end }) => status === 422 && end === "setAside"));
      assert.ok(row()?.url.startsWith(`the sandbox (${service.sandbox.url}/xapi/campus-lrs)`));

      service.sandbox.behave("campus-lrs", {});
      const { end, told } = await carriedOut(retryGroup(desk, group.key));
      assert.equal(end, "done", told);
      assert.match(told, /^3 statements sent to the queue of campus-lrs, for 3 that were set aside\./);
      assert.deepEqual(failuresOf(desk).groups, []);
      assert.ok(await settled(service, SETTLE));
      const ids = new Set(service.sandbox.statements("campus-lrs").map(({ id }) => id));
      for (const id of group.ids) assert.ok(ids.has(id));
      await desk.refresh();
      assert.deepEqual(failuresOf(desk).groups, []);
      assert.equal(row()?.account.delivered, 3);
      assert.equal(row()?.answers[0]?.end, "delivered");
    }));

  it("tests an endpoint step by step, and takes its test statement back", () =>
    withShippedSite(async (folder) => {
      const desk = await deskIn(folder);
      const voided = service.sandbox.voided("campus-lrs").length;
      const { all, end } = await carriedOut(examineEndpoint(desk, "campus-lrs", { send: true }));
      assert.equal(end, "done");
      const findings = all.flatMap((step) => ("finding" in step ? [step.finding] : []));
      const endOf = (check: string) =>
        findings.filter((each) => each.check === check).map((each) => each.end);
      for (const check of ["files", "service", "queues", "bucket", "host", "authentication", "statement"])
        assert.ok(endOf(check).length > 0 && endOf(check).every((each) => each === "good"), check);
      assert.equal(service.sandbox.voided("campus-lrs").length, voided + 1);
    }));

  it("recovers events of quarantine once the folder has their schema, and endpoints are told", () =>
    withShippedSite(async (folder) => {
      const desk = await deskIn(folder);
      const [before] = quarantineOf(desk).groups;
      assert.deepEqual([before?.schema, before?.count, before?.accepted], [ATTENDANCE, 3, 0]);
      const [{ id = "" } = {}] = before?.events ?? [];
      assert.match((await quarantinedOf(desk, id)).now, /do not accept it \(schema\.unknown\)/);

      await writeFile(join(folder, "attendance.v1.yaml"), SCHEMA);
      assert.equal((await jlt(folder, ["schema", "add", "attendance.v1.yaml"])).status, 0);
      const endpoint = join(folder, "endpoints/campus-lrs.yml");
      const text = await readFile(endpoint, "utf8");
      await writeFile(
        endpoint,
        text.replace(/translations:\n/, "translations:\n    - events/attendance:*\n"),
      );
      await desk.refresh();
      const [group] = quarantineOf(desk).groups;
      assert.deepEqual([group?.key, group?.accepted], [before?.key, 2]);

      const had = stored();
      const { end, told } = await carriedOut(recoverGroup(desk, group?.key ?? ""));
      assert.equal(end, "done", told);
      assert.match(told, /^2 events recovered: archived, and told to endpoints like the rest\./);
      assert.match(told, /1 stays in quarantine: 1 for schema\.invalid\.$/);
      assert.equal(quarantineOf(desk).groups[0]?.count, 1);
      assert.ok(await settled(service, SETTLE));
      assert.equal(stored(), had + 2);
      const ledger = await jlt(folder, ["ledger", "--json", "--state", state.folder]);
      assert.equal(ledger.status, 0, ledger.stdout);
    }));
});
