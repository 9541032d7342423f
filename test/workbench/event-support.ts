import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { project } from "../../build/bundle.ts";
import { startSandbox } from "../../local/sandbox/server.ts";
import type { EventDetail, EventEnding, ToldStatement } from "../../workbench/api/event.ts";
import type { Desk } from "../../workbench/desk.ts";
import { eventOf } from "../../workbench/views/event.ts";
import { contents, message } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { type Archived, archive, type OwnSite, ownSite } from "./support.ts";

export const LRS = "campus-lrs";

const MAPPING = "mappings/jupyter-server/contents/mapping.yml";

/** The shipped site, but what a save is called is another word: what was sent is not made by it any more. */
export const changedSite = (): Promise<OwnSite> =>
  ownSite({ [MAPPING]: readFileSync(join(project, MAPPING), "utf8").replace("verb: save", "verb: update") });

export const sandbox = await startSandbox();
after(() => sandbox.stop());

export const shipped = await ownSite();

/** A learner saved a file, and the store was told, or refused it. */
export const saved = async (path = "hw1/hw1.ipynb", refuses = false): Promise<Archived> => {
  const archived = await archive(shipped);
  await archived.translate([await message(contents({ path }))]);
  await archived.deliver(LRS, sandbox, refuses ? { refuseAbout: "saved" } : {});
  return archived;
};

/** What an endpoint was told of an event. */
export const endingAt = ({ endpoints }: EventDetail, name: string): EventEnding => {
  const found = endpoints.find((each) => each.name === name);
  assert.ok(found !== undefined, `nothing is told of ${name}`);
  return found;
};

/** The ids of all archived events. */
export const idsIn = async (bucket: MemoryBucket): Promise<readonly string[]> => [
  ...new Set((await bucket.records("raw")).map(({ id }) => String(id))),
];

/** The one event of an archive. */
export const theEvent = async (bucket: MemoryBucket, desk: Desk): Promise<EventDetail> => {
  const [id, ...others] = await idsIn(bucket);
  assert.ok(id !== undefined && others.length === 0);
  return eventOf(desk, id);
};

/** The end of the name of an xAPI statement's verb. */
export const verbOf = ({ statement }: ToldStatement): string =>
  String(Object(statement).verb?.id).replace(/.*\//, "");
