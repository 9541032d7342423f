import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { recoverGroup } from "../../workbench/acts/recover.ts";
import type { Desk, LoadedSite } from "../../workbench/desk.ts";
import { NotFound } from "../../workbench/trouble.ts";
import { quarantineOf } from "../../workbench/views/quarantine.ts";
import { by, translatedBy, withoutSchemas } from "../recovery/support.ts";
import { shippedSite } from "../support/site.ts";
import { endOf, stepsOf, type TestDesk, testDesk, until } from "./acts-support.ts";

describe("recovering a group of quarantine", () => {
  const CONTENTS = "jupyter-server/contents";

  const unknownArchive = async (count: number) => {
    const messages = Array.from({ length: count }, (_, at) => by("ada", `week${at}.ipynb`));
    const without = withoutSchemas(await shippedSite(), CONTENTS);
    const { bucket } = await translatedBy(without, [...(await Promise.all(messages))]);
    return bucket;
  };

  const keyOf = ({ desk }: TestDesk): string => quarantineOf(desk).groups[0]?.key ?? "";

  it("takes in what the files accept by now, tells endpoints of it, and leaves nothing of it", async () => {
    const made = await testDesk({ bucket: await unknownArchive(3) });
    const steps = await stepsOf(recoverGroup(made.desk, keyOf(made)));
    assert.deepEqual(steps[0], { done: 0, of: 3 });
    const last = steps.at(-1);
    assert.ok(last !== undefined && "end" in last && last.end === "done");
    assert.match(last.told, /^3 events recovered: archived, and told to endpoints like the rest\./);
    assert.match(last.told, /campus-lrs: 3 statements sent to its queue\./);
    assert.deepEqual(quarantineOf(made.desk).groups, []);
    assert.equal((await made.bucket.records("raw")).length, 3);
    assert.deepEqual(
      new Set(made.sent.map(({ endpoint }) => endpoint)),
      new Set(["campus-lrs", "campus-caliper"]),
    );
    assert.throws(() => recoverGroup(made.desk, keyOf(made)), NotFound);
  });

  it("recovers nothing where the files accept nothing, and says what stays, and why", async () => {
    const bucket = await unknownArchive(2);
    const made = await testDesk({ bucket, loaded: await filesWithout(CONTENTS) });
    const { end, told } = await endOf(recoverGroup(made.desk, keyOf(made)));
    assert.equal(end, "done");
    assert.equal(told, "No event was recovered. 2 stay in quarantine: 2 for schema.unknown.");
    assert.equal(quarantineOf(made.desk).groups[0]?.count, 2);
    assert.deepEqual(made.sent, []);
  });

  it("looks at the files anew before it begins: they may have been mended a moment ago", async () => {
    const made = await testDesk({ bucket: await unknownArchive(2) });
    let site: LoadedSite = { ...made.desk.site(), ...(await filesWithout(CONTENTS)) };
    const desk: Desk = {
      ...made.desk,
      site: () => site,
      refresh: async () => {
        site = made.desk.site();
        await made.desk.refresh();
      },
    };
    const { told } = await endOf(recoverGroup(desk, keyOf(made)));
    assert.match(told, /^2 events recovered/);
  });

  it("recovers nothing that somebody else has recovered since the page was loaded, and says so", async () => {
    const bucket = await unknownArchive(1);
    const [made, other] = [await testDesk({ bucket }), await testDesk({ bucket })];
    const key = keyOf(made);
    assert.equal((await endOf(recoverGroup(other.desk, keyOf(other)))).end, "done");
    const { end, told } = await endOf(recoverGroup(made.desk, key));
    assert.equal(end, "failed");
    assert.match(told, /nothing of this group in quarantine any more/);
    assert.deepEqual(made.sent, []);
    assert.equal((await bucket.records("raw")).length, 1);
  });

  it("goes on to its end where the page is closed: nothing of it is left half done", async () => {
    const made = await testDesk({ bucket: await unknownArchive(2) });
    for await (const _ of recoverGroup(made.desk, keyOf(made))) break;
    await until(() => quarantineOf(made.desk).groups.length === 0);
    assert.equal((await made.bucket.records("raw")).length, 2);
    assert.ok(![...made.bucket.objects.keys()].some((key) => key.startsWith("jobs/")));
  });

  it("says so where another run does the same, and has taken over", async () => {
    const bucket = await unknownArchive(1);
    const made = await testDesk({
      bucket,
      send: async (_, bodies) => {
        if (bodies.length > 0) await bucket.put("jobs/quarantine-recovery.json", Buffer.from("{}"));
        return bodies.map(() => true);
      },
    });
    assert.deepEqual(await endOf(recoverGroup(made.desk, keyOf(made))), {
      end: "failed",
      told: "Another run does the same, and has taken over. Let it end, and run this again.",
    });
  });
});

/** The shipped files without one of their mappings. */
const filesWithout = async (source: string) => {
  const { desk } = await testDesk();
  const { files, site } = desk.site();
  return {
    files: { ...files, sources: files.sources.filter(({ name }) => name !== source) },
    site: withoutSchemas(site, source),
  };
};
