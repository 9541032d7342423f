import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSite } from "../../build/site.ts";
import { replay } from "../../cli/replay.ts";
import { askedFor, type ReplayOptions } from "../../cli/replay-options.ts";
import { type Replayed, replayedText } from "../../cli/replay-text.ts";
import { Misuse } from "../../src/misuse.ts";
import { noCounts } from "../../src/replay/counts.ts";

const files = await readSite(".");

describe("jlt replay", () => {
  it("says how it is used where it is used wrongly", async () => {
    for (const [args, message] of [
      [[], /--from is missing/],
      [["--from", "yesterday"], /such as 2026-11-22/],
      [["--from", "2026-11-22", "--to", "2026-11-21"], /is after/],
      [["--from", "2026-11-22"], /Say --yes to send, or --dry-run/],
      [["--from", "2026-11-22", "--yes", "--rate", "0"], /--rate takes a number/],
      [["--from", "2026-11-22", "--yes", "--endpoint", "campus-lsr"], /did you mean "campus-lrs"/],
      [["--from", "2026-11-22", "--yes", "--schema", "jupyter-server/content"], /did you mean/],
    ] as const)
      await assert.rejects(
        replay.run(args),
        (error) => error instanceof Misuse && message.test(error.message),
      );
  });

  it("is known again by what is asked for, and by everything that statements depend on, and tells nobody who is meant", () => {
    const options: ReplayOptions = {
      from: "2026-11-01",
      delivered: false,
      retract: false,
      anew: false,
      "dry-run": false,
      yes: true,
      json: false,
    };
    const nameOf = (changes: Partial<ReplayOptions>, ends = ["campus-lrs"], of = files): string =>
      askedFor({ ...options, ...changes }, { tags: ["0123456789abcdef"] }, ends, of);
    const name = nameOf({});
    assert.match(name, /^[0-9a-f]{32}$/);
    assert.equal(nameOf({ rate: "5", anew: true, json: true, learner: "ada" }), name);
    const [first, ...rest] = files.sources;
    assert.ok(first !== undefined);
    const edited = { ...files, sources: [{ ...first, hash: "another" }, ...rest] };
    const renamed = { ...files.settings, hub: { ...files.settings.hub, name: "Another" } };
    const [schema, ...schemas] = first.schemas;
    assert.ok(schema !== undefined);
    const mended = {
      ...first,
      schemas: [{ ...schema, schema: { ...schema.schema, title: "Mended" } }, ...schemas],
    };
    const others = [
      nameOf({ to: "2026-11-02" }),
      nameOf({ retract: true }),
      nameOf({ delivered: true }),
      nameOf({}, ["campus-caliper"]),
      nameOf({}, ["campus-lrs"], edited),
      nameOf({}, ["campus-lrs"], { ...files, settings: renamed }),
      nameOf({}, ["campus-lrs"], { ...files, sources: [mended, ...rest] }),
    ];
    assert.equal(new Set([name, ...others]).size, others.length + 1);
  });

  it("tells what became of which translation, of the rest why there is nothing, and what could not be read", () => {
    const counts = noCounts();
    counts.events = 9;
    counts.statements = 3;
    counts.translations["a/b:saved"] = { sent: 1, unchanged: 2, again: 0, revised: 1, gone: 1, retracted: 0 };
    counts.filtered.consent = 2;
    counts.troubles["mapping.failed"] = { count: 1, message: "mappings/a/b/mapping.yml:1:1 fails." };
    const replayed: Replayed = {
      stage: "memory",
      days: { from: "2026-11-21", to: "2026-11-22" },
      isRehearsal: true,
      endpoints: { "campus-lrs": counts },
      troubles: [{ key: "raw/x", why: "foreign", detail: "raw/x is no object of the archive." }],
    };
    const text = replayedText(replayed);
    for (const part of [
      "campus-lrs: of 9 events, 3 statements would be sent to its queue.",
      /a\/b:saved +1 +2 +1 +1/,
      "2 not told: their learners do not want it.",
      "with --retract",
      "1 not sent: mappings/a/b/mapping.yml:1:1 fails.",
      "Nothing was sent (2026-11-21 to 2026-11-22, memory).",
      "raw/x is no object",
    ])
      assert.match(text, typeof part === "string" ? new RegExp(part.replace(/[().]/g, "\\$&")) : part);
    assert.doesNotMatch(text, /unchanged +again/);
  });
});
