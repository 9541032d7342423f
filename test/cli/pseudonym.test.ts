import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { eventsFile, runService, saveOf, temporaryFolder } from "../service/support.ts";
import { jlt } from "./support.ts";

/** A run that has told both stores of one save, and the names by which they know its learner. */
const run = (async () => {
  const folder = join(await temporaryFolder(), "state");
  const state = await openState(folder, true);
  const service = await runService({ state });
  await service.feed(await eventsFile([saveOf("stat101/hw1.ipynb")]));
  assert.ok(await settled(service, 60_000));
  const [statement] = JSON.parse(JSON.stringify(service.sandbox.statements("campus-lrs")));
  await service.stop();
  await state.close();
  return { folder, name: String(statement.actor.account.name) };
})();

const pseudonym = async (...args: readonly string[]) =>
  jlt(project, ["pseudonym", ...args, "--state", (await run).folder, "--json"]);

describe("jlt pseudonym", () => {
  it("tells under which name each endpoint knows a learner", async () => {
    const { status, stdout } = await pseudonym("of", "local-learner");
    const [{ names }] = JSON.parse(stdout).learners;
    const of = (endpoint: string) =>
      names.find((each: { readonly endpoint: string }) => each.endpoint === endpoint)?.pseudonym;
    assert.equal(status, 0);
    assert.equal(of("campus-lrs"), (await run).name);
    assert.notEqual(of("campus-caliper"), of("campus-lrs"));
  });

  it("finds the learner of a pseudonym at its endpoint, and nobody at another or of another", async () => {
    const { name } = await run;
    const { status, stdout } = await pseudonym("whose", name, "--endpoint", "campus-lrs");
    assert.equal(status, 0);
    assert.equal(JSON.parse(stdout).learners[0].username, "local-learner");
    assert.equal((await pseudonym("whose", name, "--endpoint", "campus-caliper")).status, 1);
    assert.equal((await pseudonym("whose", "0".repeat(32))).status, 1);
  });

  it("says how it is used", async () => {
    for (const args of [["of"], ["whose"], ["ada"], ["of", "a", "b"], ["of", "a", "--days", "x"]])
      assert.equal((await pseudonym(...args)).status, 2);
  });
});
