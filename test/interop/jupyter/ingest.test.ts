/** The shipped sender, and the address that events are posted to, as it is deployed. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { runService, toldTo } from "../../service/support.ts";
import { listener } from "../../support/listener.ts";
import { learnerToken } from "../../support/tokens.ts";
import { eventually } from "../support/running.ts";
import { accepted, posted } from "./events.ts";
import { setting } from "./install.ts";
import { runScript } from "./scripts.ts";
import { archivedIn } from "./told.ts";

const { python, skip } = await setting();

describe("The shipped sender at the address that events are posted to", { skip }, () => {
  it("has its events told to the learning systems, in the name of the learner whose token it has", async () => {
    const service = await runService();
    const { ingest, sandbox } = service;
    assert.ok(ingest !== undefined);
    const { stderr } = await runScript(python, "cells.py", {
      LMS_INGEST_URL: ingest.url,
      LMS_LEARNER_CONTEXT: await readFile(ingest.token, "utf8"),
    });
    // It would say what was refused, or could not be sent.
    assert.doesNotMatch(stderr, /dropped|not sent|could not/);
    const told = await eventually("the store has been told", async () => {
      await toldTo(service, "campus-lrs");
      const verbs = sandbox.statements("campus-lrs").map(verbOf);
      return verbs.length >= 3 ? verbs : undefined;
    });
    assert.deepEqual([...told].sort(), ["delete", "interacted", "save"]);
    const archived = await archivedIn(service);
    assert.deepEqual(
      archived.map(({ event }) => event.event_type ?? event.action),
      CELLS,
    );
    assert.ok(archived.every(({ learner }) => learner.proven === true));
  });

  it("is reached by the logger of jupyter-server-nbmodel as well, and each event is sent once", async () => {
    await using ingest = await listener(() => ({}));
    await runScript(python, "cells.py", {
      LMS_INGEST_URL: ingest.url,
      LMS_LEARNER_CONTEXT: await learnerToken("ada", { exp: Math.floor(Date.now() / 1000) + 3600 }),
    });
    const told = await accepted(posted(ingest.requests));
    assert.deepEqual(
      told.map(({ event }) => event.event_type ?? event.action),
      CELLS,
    );
  });
});

/** What `cells.py` emits. */
const CELLS = ["save", "execution_start", "execution_end", "delete"];

const verbOf = (statement: unknown): string => {
  const { verb } = Object(statement);
  assert.ok(typeof verb?.id === "string");
  return verb.id.split("/").at(-1);
};
