import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { startSandbox } from "../../local/sandbox/server.ts";
import { examineEndpoint } from "../../workbench/acts/doctor.ts";
import { takeTurn } from "../../workbench/acts/turn.ts";
import type { Step } from "../../workbench/api/steps.ts";
import { NotFound } from "../../workbench/trouble.ts";
import { type DeskOptions, deskOver, refusedArchive, STORE_SECRET, stepsOf } from "./acts-support.ts";

const findingsOf = (steps: readonly Step[]) =>
  steps.flatMap((step) => ("finding" in step ? [step.finding] : []));

const sandbox = await startSandbox({ credentials: { "campus-lrs": `Basic ${btoa(STORE_SECRET)}` } });
after(() => sandbox.stop());

/** What testing an endpoint finds, of a local service that runs unless something else is said. */
const examined = async (options: DeskOptions = {}, send = false) => {
  const { desk } = await deskOver({ opened: { sandbox: sandbox.url }, ...options });
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

  it("knows by the desk whether a local service was made of the files", async () => {
    for (const [isSame, end] of [
      ["same", "good"],
      ["other", "bad"],
      ["unknown", "note"],
    ] as const) {
      const { of } = await examined({ kind: "left", loaded: { isSame } });
      assert.deepEqual(
        of("deployed").map((each) => each.end),
        [end],
      );
    }
  });

  it("tells the mistakes of the files, and looks no further", async () => {
    const problem = { file: "translator.yml", line: 3, column: 1, message: "This is wrong." };
    const { findings } = await examined({ kind: "left", loaded: { problems: [problem] } });
    assert.deepEqual([findings[0]?.end, findings[0]?.told], ["bad", "translator.yml:3:1 This is wrong."]);
    assert.ok(findings.slice(1).every(({ end }) => end === "skipped"));
  });

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
    const { desk } = await deskOver({ opened: { sandbox: sandbox.url } });
    const turn = takeTurn(desk, "Something else is done.");
    const steps = await stepsOf(examineEndpoint(desk, "campus-lrs", { send: true }));
    const [statement] = findingsOf(steps).filter(({ check }) => check === "statement");
    assert.equal(statement?.told, "No test statement is sent now. Something else is done.");
    assert.ok("release" in turn);
    assert.equal(sandbox.statements("campus-lrs").length, before);
  });

  it("knows no endpoint of another name, and says which may be meant", async () => {
    const { desk } = await deskOver();
    assert.throws(
      () => examineEndpoint(desk, "campus-lsr", { send: false }),
      (error) => error instanceof NotFound && /did you mean "campus-lrs"\?/.test(error.message),
    );
  });

  it("lets others have their turn again, also where the page is closed in between", async () => {
    const { desk } = await deskOver({ kind: "left" });
    for await (const step of examineEndpoint(desk, "campus-lrs", { send: true })) {
      assert.ok("finding" in step);
      const turn = takeTurn(desk, "Something else.");
      assert.ok("busy" in turn && /campus-lrs is being tested/.test(turn.busy));
      break;
    }
    assert.ok("release" in takeTurn(desk, "Something else."));
  });
});
