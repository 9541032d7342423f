import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { startSandbox } from "../../local/sandbox/server.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { type FailedRecord, failedLine } from "../../src/archive/records.ts";
import { TooLong } from "../../src/doctor/bounded.ts";
import { examine as looksAt } from "../../src/doctor/examine.ts";
import { isBad } from "../../src/doctor/finding.ts";
import { SiteError } from "../../src/document/problem.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { examined, of, only, partsOf, type Setting } from "./support.ts";

const sandbox = await startSandbox();
after(() => sandbox.stop());

const lrs = { lrs: { url: `${sandbox.url}/xapi/lrs` } };
const examine = (setting: Partial<Setting> = {}) => examined({ endpoints: lrs, ...setting });

describe("an examination", () => {
  it("finds nothing wrong with what is as it should be, in the order of the checks", async () => {
    const findings = await examine();
    assert.deepEqual(
      findings.filter(({ end }) => end !== "good"),
      [],
    );
    assert.deepEqual(
      [...new Set(findings.map(({ check }) => check))].join(" "),
      "files build service deployed queues bucket secrets host certificate authentication statement clock backlog failures",
    );
  });

  it("names every problem of the files, and skips all that rests on them", async () => {
    const problems = [1, 2].map((line) => ({ file: "translator.yml", line, column: 1, message: "Mend it." }));
    const files = () => Promise.reject(new SiteError(problems));
    const [first, second, ...others] = await examine({ parts: { files } });
    assert.deepEqual(
      [first?.told, second?.told],
      ["translator.yml:1:1 Mend it.", "translator.yml:2:1 Mend it."],
    );
    assert.equal(first?.end, "bad");
    assert.equal(others.length, 13);
    assert.ok(others.every(({ end, told }) => end === "skipped" && /files have mistakes/.test(told)));
  });

  it("looks at one endpoint where it is named", async () => {
    const endpoints = { ...lrs, other: { url: "https://nowhere.invalid/xapi" } };
    const findings = await examine({ endpoints, parts: { endpoint: "lrs" } });
    assert.deepEqual(
      findings.filter(({ end, endpoint }) => end !== "good" || endpoint === "other"),
      [],
    );
  });

  it("goes on to the hosts where the service cannot be opened, and says why the rest is skipped", async () => {
    const unopened = { unopened: "There is no stack.", mend: "Deploy it." };
    const findings = await examine({ parts: { service: async () => unopened } });
    assert.deepEqual(only("service", findings), {
      check: "service",
      end: "bad",
      told: "There is no stack.",
      mend: "Deploy it.",
    });
    assert.equal(only("host", findings).end, "good");
    for (const check of ["queues", "bucket", "secrets", "statement", "backlog", "failures"] as const)
      assert.equal(only(check, findings).end, "skipped", check);
    assert.match(only("authentication", findings).told, /secret cannot be had/);
  });

  it("closes the service, also where somebody stops looking on", async () => {
    let closed = 0;
    const close = async () => {
      closed++;
    };
    await examine({ service: { close } });
    assert.equal(closed, 1);
    for await (const { check } of looksAt(partsOf({ endpoints: lrs, service: { close } })))
      if (check === "queues") break;
    assert.equal(closed, 2);
  });
});

describe("of a service, the doctor tells", () => {
  it("that what is deployed is not what lies here, and how to see and mend that", async () => {
    const found = only("deployed", await examine({ service: { hash: async () => "another" } }));
    assert.equal(found.end, "bad");
    assert.match(found.told, /not what lies here/);
    assert.match(found.mend ?? "", /jlt diff --stage prod .* npm run deploy -- --stage prod/);
  });

  it("that it does not know what is deployed", async () => {
    const none = only("deployed", await examine({ service: { hash: async () => undefined } }));
    assert.deepEqual([none.end, /anew/.test(none.mend ?? "")], ["note", true]);
    const hash = () => Promise.reject(new Error("canary"));
    assert.equal(only("deployed", await examine({ service: { hash } })).end, "note");
  });

  it("how the last deployment ended, where it did not end well", async () => {
    const ended = async (status: string | undefined) =>
      of("deployed", await examine({ service: { status: async () => status } }));
    for (const status of [undefined, "CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"])
      assert.deepEqual(
        (await ended(status)).map(({ end }) => end),
        ["good"],
      );
    for (const [status, end] of [
      ["UPDATE_ROLLBACK_COMPLETE", "note"],
      ["UPDATE_IN_PROGRESS", "note"],
      ["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "note"],
      ["ROLLBACK_COMPLETE", "bad"],
      ["UPDATE_ROLLBACK_FAILED", "bad"],
      ["DELETE_FAILED", "bad"],
    ] as const) {
      const [found, hash] = await ended(status);
      assert.deepEqual([found?.end, hash?.end], [end, "good"]);
      assert.ok(found?.told.includes(status));
      assert.match(found?.mend ?? "", /the stack's events/);
    }
  });

  it("which queue is missing", async () => {
    const queues = { "lrs-dead-letters": undefined, events: undefined };
    const findings = await examine({ queues });
    assert.deepEqual(
      of("queues", findings).map(({ end, told }) => [end, told]),
      [
        ["bad", "There is no queue events."],
        ["bad", "There is no queue lrs-dead-letters."],
      ],
    );
    assert.match(of("queues", findings)[1]?.mend ?? "", /lrs added after the last deployment/);
    assert.deepEqual(
      of("backlog", findings).map(({ end }) => end),
      ["skipped", "skipped"],
    );
  });

  it("that the archive cannot be listed, and writes nothing to one that can", async () => {
    const bucket = memoryBucket();
    await examine({ service: { bucket } });
    assert.equal(bucket.puts.length, 0);
    const list = () => {
      throw Object.assign(new Error("canary"), { name: "NoSuchBucket" });
    };
    const trouble = () => "The archive's bucket is not there.";
    const found = only("bucket", await examine({ service: { bucket: { ...bucket, list }, trouble } }));
    assert.deepEqual(
      [found.end, found.told],
      ["bad", "The archive cannot be listed. The archive's bucket is not there."],
    );
  });

  it("how much waits, and what no function could take", async () => {
    const findings = of("backlog", await examine({ queues: { lrs: 12, "lrs-dead-letters": 2 } }));
    assert.deepEqual(
      findings.map(({ endpoint, end }) => [endpoint, end]),
      [
        [undefined, "good"],
        ["lrs", "bad"],
        ["lrs", "note"],
      ],
    );
    assert.match(findings[1]?.told ?? "", /^2 message\(s\) in the dead-letter queue of lrs/);
    assert.match(findings[2]?.told ?? "", /^12 message\(s\) wait/);
  });

  it("what was set aside in the last day by reason, and nothing of the statement, the answer or the days before", async () => {
    const bucket = memoryBucket();
    const record = (at: Date, status: number): FailedRecord => ({
      id: crypto.randomUUID(),
      event: crypto.randomUUID(),
      endpoint: "lrs",
      at: at.toISOString(),
      mapping: "jupyter-server/contents",
      mappingHash: "0123456789ab",
      translation: "jupyter-server/contents:saved",
      class: "setAside",
      reason: "endpoint.refused",
      detail: "canary",
      status,
      answer: "canary",
      statement: { actor: "canary" },
    });
    const now = new Date();
    const records = [
      record(now, 422),
      record(now, 422),
      record(now, 415),
      record(new Date(Date.now() - 2e8), 400),
    ];
    await writeLines(bucket, prefixOf("failed", "lrs"), records.map(failedLine));
    const all = await examine({ service: { bucket } });
    const findings = of("failures", all).filter(({ endpoint }) => endpoint === "lrs");
    assert.deepEqual(
      findings.map(({ end, told }) => `${end} ${told}`),
      [
        "bad 2 statement(s) set aside in the last 24 hours: endpoint.refused, answered 422.",
        "bad 1 statement(s) set aside in the last 24 hours: endpoint.refused, answered 415.",
      ],
    );
    assert.match(
      findings[0]?.mend ?? "",
      /What to do about it\. All of them: jlt failures --endpoint lrs --stage prod/,
    );
  });

  it("that there is too much to be read in time, which is no sign of trouble", async () => {
    const list = () => {
      throw new TooLong(1000);
    };
    const found = of("failures", await examine({ service: { bucket: { ...memoryBucket(), list } } }));
    assert.deepEqual(
      found.map(({ endpoint, end }) => [endpoint, end]),
      [
        ["lrs", "note"],
        [undefined, "note"],
      ],
    );
  });

  it("clocks that are more than a minute apart", async () => {
    const findings = await examine({ service: { clockAhead: () => -95_000 } });
    const [aws, endpoint] = of("clock", findings);
    assert.deepEqual(
      [aws?.end, aws?.told],
      ["note", "The clock of AWS is 95 seconds behind this machine's."],
    );
    assert.equal(endpoint?.end, "good");
    const [near] = of("clock", await examine({ service: { clockAhead: () => 59_000 } }));
    assert.equal(near?.end, "good");
  });

  it("that AWS does not let it look, and goes on", async () => {
    const denied = () => Promise.reject(Object.assign(new Error("canary"), { name: "AccessDenied" }));
    const trouble = () => "AWS does not allow it.";
    const findings = await examine({ service: { depth: denied, secret: denied, trouble } });
    assert.ok(of("queues", findings).every(({ end, told }) => end === "bad" && /not allow/.test(told)));
    assert.ok(
      of("secrets", findings).every(({ end, told }) => end === "note" && /you may not read it/.test(told)),
    );
    assert.ok(of("failures", findings).every(({ end }) => end === "good"));
    assert.ok(findings.some(isBad));
  });
});
