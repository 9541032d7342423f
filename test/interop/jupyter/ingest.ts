import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { project } from "../../../build/bundle.ts";
import { runService, toldTo } from "../../service/support.ts";
import { eventually } from "../support/running.ts";
import { shipped } from "./server.ts";

/** The shipped sender, and the address that events are posted to, as it is deployed. */
export const ingestTests = (python: string, skip: string | false): void => {
  describe("The shipped sender at the address that events are posted to", { skip }, () => {
    it("has its events told to the learning systems, in the name of the learner whose token it has", async () => {
      const service = await runService();
      const { ingest, sandbox } = service;
      assert.ok(ingest !== undefined);
      const { stderr } = await promisify(execFile)(
        python,
        [join(project, "test", "interop", "jupyter", "cells.py")],
        {
          env: {
            TEST_SHIPPED: shipped,
            PYTHONDONTWRITEBYTECODE: "1",
            LMS_INGEST_URL: ingest.url,
            LMS_LEARNER_CONTEXT: await readFile(ingest.token, "utf8"),
          },
        },
      );
      // It would say what was refused, or could not be sent.
      assert.doesNotMatch(stderr, /dropped|not sent|could not/);
      const told = await eventually("the store has been told", async () => {
        await toldTo(service, "campus-lrs");
        const verbs = sandbox.statements("campus-lrs").map(verbOf);
        return verbs.length >= 3 ? verbs : undefined;
      });
      assert.deepEqual([...told].sort(), ["delete", "interacted", "save"]);
    });
  });
};

const verbOf = (statement: unknown): string => {
  const { verb } = Object(statement);
  assert.ok(typeof verb?.id === "string");
  return verb.id.split("/").at(-1);
};
