import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { METRICS, NAMESPACE } from "../../src/metrics.ts";
import { emitted, metricsOf, seenAlarms, stackFor, told } from "./alarm-support.ts";
import { endpoints } from "./support.ts";

const page = await readFile(join(project, "docs/alarms.md"), "utf8");
const shipped = [...new Set([...endpoints.map(({ name }) => name), "probe"])];
const busy = { days: [1, 5], hours: [7, 19] } as const;

/** The rows of the page's tables, by what stands first in them. */
const rows = new Map(
  [...page.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, name = "", cells = ""]) => [
    name,
    cells.split(" | "),
  ]),
);

describe("docs/alarms.md", () => {
  it("says of each alarm what it means, and of no other", () => {
    const names = seenAlarms(stackFor(["ENDPOINT", "probe"], { busy })).map(({ AlarmName }) =>
      AlarmName.replace("jupyter-lms-prod-", ""),
    );
    const told = [...rows].filter(
      ([, cells]) => cells.length === 3 && !(cells[0] ?? "").match(/^(Count|Milliseconds)$/),
    );
    assert.deepEqual(told.map(([name]) => name).sort(), [...names].sort());
  });

  it("lists every metric, with its unit and the functions that write it", () => {
    assert.ok(page.includes(`\`${NAMESPACE}\``));
    const listed = [...rows].filter(([name]) => /^[A-Z]/.test(name));
    assert.deepEqual(
      listed.map(([name, [unit]]) => [name, unit]),
      Object.entries(METRICS),
    );
    for (const [name, [, writers = ""]] of listed) {
      const writing = ["translate", "deliver", "ingest", "compact", "audit", "probe", "consent"].filter(
        (each) => emitted(each === "deliver" ? "deliver-a" : each, name),
      );
      assert.deepEqual(writers.split(", "), writing, name);
    }
  });

  it("counts alarms and their metrics as they are", () => {
    const of = (names: readonly string[], policy = {}) => {
      const alarms = seenAlarms(stackFor(names, policy));
      return { alarms: alarms.length, metrics: alarms.flatMap(metricsOf).length };
    };
    const [now, more] = [of(shipped), of([...shipped, "another"])];
    assert.ok(
      page.includes(`${now.alarms} alarms watch ${now.metrics} metrics: $${(now.metrics / 10).toFixed(2)}.`),
    );
    const [alarms, metrics] = [more.alarms - now.alarms, more.metrics - now.metrics];
    assert.ok(
      page.includes(
        `adds ${alarms} alarms of its own and ${metrics} metrics: $${(metrics / 10).toFixed(2)};`,
      ),
    );
    const withBusy = of(shipped, { busy });
    assert.deepEqual([withBusy.alarms - now.alarms, withBusy.metrics - now.metrics], [1, 2]);
    assert.ok(page.includes("`busy` adds one alarm and two metrics: $0.20."));
  });

  it("tells commands that exist", async () => {
    const commands = page.match(/\.\/jlt [^`]+(?=`)/g) ?? [];
    assert.ok(commands.length > 10);
    for (const command of new Set(commands)) {
      const plain = command.replace(/ (retry|show ID)/, "");
      assert.deepEqual((await told(`Run: ${plain}`)).problems, [], command);
    }
  });
});
