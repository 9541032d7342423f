/** nbgrader's exchange, into which every learner can write, and its gradebook, where it cannot be read. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { project } from "../../../build/bundle.ts";
import { temporaryFolder } from "../../service/support.ts";
import { shipped } from "../jupyter/server.ts";
import { pythonWith } from "../support/parts.ts";

const found = await pythonWith("jupyter-extensions");
const skip = "missing" in found ? found.missing : false;
const python = "missing" in found ? "" : found.python;
const folder = await temporaryFolder();

const released = (due: string | null): unknown => ["released", due, undefined, null];
const DUE = "2035-01-31T18:00:00.000000Z";
const graded = (name: string, attempt: number | null): unknown => ["graded", null, name, attempt];

describe("What is told of nbgrader's exchange", { skip }, () => {
  it("tells a release without its due date where the gradebook cannot be read, and leaves that as it is", async () => {
    for (const trouble of ["no gradebook", "an empty gradebook", "a locked gradebook"]) {
      const { told, untouched } = await toldWith(trouble);
      assert.deepEqual(withoutNames(told), [released(null)], trouble);
      assert.equal(untouched, true, trouble);
    }
  });

  it("tells all grades, whatever folders are named and whoever made them", async () => {
    for (const trouble of ["names", "another's"]) {
      const { told } = await toldWith(trouble);
      assert.deepEqual(withoutNames(told), [released(DUE), graded("ada", 1), graded("bob", 1)], trouble);
    }
  });

  it("tells a grade without its attempt where nobody knows when the work was submitted", async () => {
    const { told } = await toldWith("no time");
    assert.deepEqual(withoutNames(told), [released(DUE), graded("ada", null), graded("bob", 1)]);
  });

  it("tells the others' grades where one cannot be told, and says of it no more than what kind of error it was", async () => {
    const { told, said } = await toldWith("a strange time");
    assert.deepEqual(withoutNames(told), [released(DUE), graded("bob", 1)]);
    assert.match(said, /A grade could not be told: \w+\.$/m);
    assert.doesNotMatch(said, /9{40}/);
  });
});

interface Outcome {
  readonly told: readonly (readonly unknown[])[];
  readonly untouched: boolean;
  readonly said: string;
}

const toldWith = async (trouble: string): Promise<Outcome> => {
  const script = join(project, "test", "interop", "producers", "nbgrader_exchange.py");
  const env = {
    PATH: `${dirname(python)}:${process.env.PATH}`,
    HOME: folder,
    TEST_SHIPPED: shipped,
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const cwd = await mkdtemp(join(folder, "course-"));
  const { stdout, stderr } = await promisify(execFile)(python, [script, trouble], {
    cwd,
    env,
    timeout: 60_000,
  });
  return { ...JSON.parse(stdout), said: stderr };
};

/** Who released is whose account this is. */
const withoutNames = (told: Outcome["told"]): unknown =>
  told.map(([action, due, name, attempt]) => [
    action,
    due,
    action === "released" ? undefined : name,
    attempt,
  ]);
