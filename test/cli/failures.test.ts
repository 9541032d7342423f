import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settled } from "../../local/service.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { type FailedRecord, failedLine } from "../../src/archive/records.ts";
import { eventsFile } from "../service/support.ts";
import { running, saves } from "./failures-support.ts";

const SETTLE = 60_000;

describe("jlt failures of a service whose store refuses some statements", async () => {
  const { service, failures, groups } = await running();
  service.sandbox.behave("campus-lrs", { refuseAbout: ".csv" });
  await service.feed(await eventsFile([...saves("refused", 3, ".csv"), ...saves("fine", 2)]));
  assert.ok(await settled(service, SETTLE));

  it("lists them in one group, with their cause and what to do", async () => {
    const { status, stdout } = await failures();
    assert.equal(status, 1);
    assert.match(stdout, /3 for campus-lrs: endpoint\.refused \(split, answered 400\)/);
    assert.match(stdout, /3 {2}jupyter-server\/contents:saved – its mapping has not changed since/);
    assert.match(stdout, /It said: \S/);
    assert.match(stdout, /jlt failures show [0-9a-f-]{36}/);
    assert.match(stdout, /3 statements set aside/);
    const [group, ...others] = await groups();
    assert.deepEqual([group.count, group.ids.length, others.length], [3, 3, 0]);
  });

  it("lists what is asked for", async () => {
    const count = async (...args: readonly string[]): Promise<number> =>
      JSON.parse((await failures("--json", ...args)).stdout).count;
    assert.equal(
      await count("--endpoint", "campus-lrs", "--reason", "endpoint.refused", "--class", "split"),
      3,
    );
    assert.equal(await count("--translation", "jupyter-server/*:saved", "--since", "2026-01-01"), 3);
    for (const args of [
      ["--endpoint", "campus-caliper"],
      ["--reason", "endpoint.conflict"],
      ["--translation", "jupyterhub/*"],
      ["--until", "2026-01-01"],
    ])
      assert.equal(await count(...args), 0, args.join(" "));
    assert.equal((await failures("--endpoint", "campus-caliper")).status, 0);
  });

  it("shows one whole, with its statement", async () => {
    const [{ ids }] = await groups();
    const { status, stdout } = await failures("show", ids[0]);
    assert.equal(status, 0);
    assert.match(stdout, /^reason +endpoint\.refused$/m);
    const statement = JSON.parse(stdout.slice(stdout.indexOf("\n{")));
    assert.deepEqual([statement.id, statement.verb.id !== undefined], [ids[0], true]);
    const [record] = JSON.parse((await failures("show", ids[0], "--json")).stdout);
    assert.deepEqual(record.statement, statement);
    assert.equal((await failures("show", "no-such-id")).status, 2);
  });

  it("shows no control character of a record, wherever it stands", async () => {
    const id = "11111111-1111-5111-8111-111111111111";
    const hostile = "\u001b[31m\u009b2J\u202e";
    const record: FailedRecord = {
      id,
      event: id,
      endpoint: "campus-caliper",
      at: new Date().toISOString(),
      mapping: `m${hostile}`,
      mappingHash: "x",
      translation: `m:${hostile}`,
      class: "setAside",
      reason: "endpoint.refused",
      detail: hostile,
      status: 422,
      answer: `no ${hostile}`,
      statement: { id, name: hostile },
    };
    await writeLines(service.bucket, prefixOf("failed", "campus-caliper"), [failedLine(record)]);
    for (const args of [["list"], ["show", id], ["--json"], ["show", id, "--json"]]) {
      const { stdout } = await failures(...args, "--endpoint", "campus-caliper");
      assert.ok(stdout.includes("\\u001b[31m\\u009b2J\\u202e"), args.join(" "));
      assert.doesNotMatch(stdout.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
    }
    assert.deepEqual(
      JSON.parse((await failures("show", id, "--json", "--endpoint", "campus-caliper")).stdout),
      [record],
    );
  });

  it("answers 2 where it is used wrongly", async () => {
    for (const args of [
      ["shwo", "x"],
      ["show"],
      ["list", "x"],
      ["--reason", "endpoint.refsued"],
      ["--class", "again"],
      ["--since", "1"],
    ]) {
      const { status, stderr } = await failures(...args);
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, /See: jlt failures --help\n$/);
    }
    assert.match(
      (await failures("--reason", "endpoint.refsued")).stderr,
      /did you mean "endpoint.refused"\?/,
    );
  });
});
