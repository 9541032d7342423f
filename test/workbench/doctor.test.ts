import assert from "node:assert/strict";
import { appendFile, cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { startSandbox } from "../../local/sandbox/server.ts";
import { summaryOf } from "../../src/doctor/finding.ts";
import { examineEndpoint } from "../../workbench/acts/doctor.ts";
import { takeTurn } from "../../workbench/acts/turn.ts";
import { endWholes } from "../../workbench/acts/whole.ts";
import type { Step } from "../../workbench/api/steps.ts";
import { NotFound } from "../../workbench/trouble.ts";
import { type DeskOptions, refusedArchive, STORE_SECRET, stepsOf, testDesk, until } from "./acts-support.ts";
import { withSiteFolder } from "./site-folder.ts";

const findingsOf = (steps: readonly Step[]) =>
  steps.flatMap((step) => ("finding" in step ? [step.finding] : []));

const sandbox = await startSandbox({ credentials: { "campus-lrs": `Basic ${btoa(STORE_SECRET)}` } });
after(() => sandbox.stop());

/** What testing an endpoint finds, of a local service that runs unless something else is said. */
const examined = async (options: DeskOptions = {}, send = false) => {
  const { desk } = await testDesk({ opened: { sandbox: sandbox.url }, ...options });
  const steps = await stepsOf(examineEndpoint(desk, "campus-lrs", { send }));
  const findings = findingsOf(steps);
  return { steps, findings, of: (check: string) => findings.filter((each) => each.check === check) };
};

describe("testing an endpoint", () => {
  it("gives each finding, of the service and of this endpoint alone, and ends with what they come to", async () => {
    const { steps, findings } = await examined({ kind: "left" });
    assert.deepEqual(new Set(findings.map(({ endpoint }) => endpoint)), new Set([undefined, "campus-lrs"]));
    assert.equal(findings[0]?.check, "files");
    assert.equal(findings.at(-1)?.check, "failures");
    const last = steps.at(-1);
    assert.ok(last !== undefined && "end" in last && last.end === "done");
    assert.match(last.told, /^Nothing is wrong: \d+ notes?, \d+ skipped, \d+ good\.$/);
    assert.equal(steps.length, findings.length + 1);
  });

  it("counts what is wrong", async () => {
    const { bucket } = await refusedArchive([422]);
    // Nobody listens there.
    const { steps, of } = await examined({ bucket, opened: { sandbox: "http://127.0.0.1:1" } });
    const last = steps.at(-1);
    assert.ok(last !== undefined && "end" in last);
    assert.match(last.told, /^\d+ things? wrong, /);
    assert.ok(of("authentication").some(({ end }) => end === "bad"));
  });

  it("says whether a local service was made of the files as they are now, whatever the desk has of them", () =>
    withSiteFolder(async (folder) => {
      const state = join(folder, "state");
      const deployed = async (): Promise<readonly string[]> => {
        const { of } = await examined({ kind: "left", folder, opened: { state } });
        return of("deployed").map(({ end }) => end);
      };
      assert.deepEqual(await deployed(), ["note"]);
      for (const part of ["translator.yml", "endpoints", "mappings"])
        await cp(join(folder, part), join(state, "functions", "site", part), { recursive: true });
      assert.deepEqual(await deployed(), ["good"]);
      await appendFile(join(folder, "translator.yml"), "# edited\n");
      assert.deepEqual(await deployed(), ["bad"]);
    }));

  it("tells the mistakes that the files have now, and looks no further", () =>
    withSiteFolder(async (folder) => {
      await appendFile(join(folder, "endpoints/campus-lrs.yml"), "nonsense: 1\n");
      const { findings, steps } = await examined({ kind: "left", folder });
      assert.equal(findings[0]?.end, "bad");
      assert.match(findings[0]?.told ?? "", /^endpoints\/campus-lrs\.yml:\d+:1 /);
      assert.ok(findings.slice(1).every(({ end }) => end === "skipped"));
      assert.deepEqual(steps.at(-1), { end: "done", told: summaryOf(findings) });
    }));

  it("says so where the endpoint's file has gone since the desk was read", () =>
    withSiteFolder(async (folder) => {
      await rm(join(folder, "endpoints/campus-lrs.yml"));
      const { steps } = await examined({ kind: "left", folder });
      const last = steps.at(-1);
      assert.ok(last !== undefined && "end" in last && last.end === "failed");
      assert.match(last.told, /^There is no endpoint "campus-lrs"/);
    }));

  it("sends a test statement where it may, and takes it back", async () => {
    const { of } = await examined({}, true);
    assert.deepEqual(
      of("statement").map(({ end }) => end),
      ["good"],
      JSON.stringify(of("statement")),
    );
    const ids = sandbox.statements("campus-lrs").map(({ id }) => id);
    assert.equal(ids.length, 2);
    assert.deepEqual(sandbox.voided("campus-lrs"), ids.slice(0, 1));
  });

  it("sends none where none is asked for, nothing may be changed, or something else is under way, and says so", async () => {
    const before = sandbox.statements("campus-lrs").length;
    const why = async (options: DeskOptions, send: boolean) =>
      (await examined(options, send)).of("statement").map(({ end, told }) => [end, told]);
    assert.deepEqual(await why({}, false), [
      ["skipped", "No test statement is sent, as none was asked for."],
    ]);
    assert.deepEqual(await why({ mayWrite: false }, true), [
      ["skipped", "No test statement is sent: this workbench only looks. Start it with --write."],
    ]);
    const { desk } = await testDesk({ opened: { sandbox: sandbox.url } });
    const turn = takeTurn(desk, "Something else is done.");
    const steps = await stepsOf(examineEndpoint(desk, "campus-lrs", { send: true }));
    const [statement] = findingsOf(steps).filter(({ check }) => check === "statement");
    assert.equal(statement?.told, "No test statement is sent now. Something else is done.");
    assert.ok("release" in turn);
    assert.equal(sandbox.statements("campus-lrs").length, before);
  });

  it("knows no endpoint of another name, and says which may be meant", async () => {
    const { desk } = await testDesk();
    assert.throws(
      () => examineEndpoint(desk, "campus-lsr", { send: false }),
      (error) => error instanceof NotFound && /did you mean "campus-lrs"\?/.test(error.message),
    );
  });

  it("lets others have their turn again, also where the page is closed in between", async () => {
    const { desk } = await testDesk({ kind: "left" });
    for await (const step of examineEndpoint(desk, "campus-lrs", { send: true })) {
      assert.ok("finding" in step);
      const turn = takeTurn(desk, "Something else.");
      assert.ok("busy" in turn && /campus-lrs is being tested/.test(turn.busy));
      break;
    }
    assert.ok("release" in takeTurn(desk, "Something else."));
  });

  it("is waited for by whoever ends the desk, from the test statement to its voiding; then none is sent any more", async () => {
    const before = sandbox.statements("campus-lrs").length;
    sandbox.behave("campus-lrs", { delayMs: 300 });
    const { desk } = await testDesk({ opened: { sandbox: sandbox.url } });
    const steps = stepsOf(examineEndpoint(desk, "campus-lrs", { send: true }));
    await until(() => sandbox.statements("campus-lrs").length > before);
    await endWholes(desk);
    assert.equal(sandbox.statements("campus-lrs").length, before + 2);
    await steps;
    sandbox.behave("campus-lrs", {});
    const later = await stepsOf(examineEndpoint(desk, "campus-lrs", { send: true }));
    assert.deepEqual(later.at(-1), {
      end: "failed",
      told: "The workbench is being ended. Nothing was sent.",
    });
    assert.equal(sandbox.statements("campus-lrs").length, before + 2);
  });
});
