import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { project } from "../../build/bundle.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { failedLine } from "../../src/archive/records.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import type { About } from "../../workbench/api/about.ts";
import type { EventsPage } from "../../workbench/api/events.ts";
import type { Flow } from "../../workbench/api/flow.ts";
import type { MappingDetail } from "../../workbench/api/mappings.ts";
import type { Failures } from "../../workbench/api/set-aside.ts";
import { eventsFile, runService, saveOf, temporaryFolder } from "../service/support.ts";
import { jlt, withShippedSite } from "./support.ts";
import { ARCHIVE, deployedStage, type Opened, opened } from "./workbench-support.ts";

/** Asks until it is answered so: the archive is read while the page is shown. */
const until = async <T>({ get }: Opened, path: string, is: (answer: T) => boolean): Promise<T> => {
  const end = Date.now() + 60_000;
  for (;;) {
    const answer = await get<T>(path);
    if (is(answer)) return answer;
    assert.ok(Date.now() < end, JSON.stringify(answer));
    await sleep(100);
  }
};

/** What a local service leaves that had one event and was ended. */
const left = async (): Promise<string> => {
  const state = await openState(join(await temporaryFolder(), "state"), true);
  const service = await runService({ state });
  await service.feed(await eventsFile([saveOf("stat101/hw1.ipynb")]));
  assert.ok(await settled(service, 60_000));
  await service.stop();
  await state.close();
  return state.folder;
};

/** What only the page of an own service may do, or one that was started with --write. */
const changing = async ({ get, send }: Opened) => {
  const { text, hash } = await get<MappingDetail>("/api/mappings/jupyter-server/contents");
  const body = JSON.stringify({ text, hash });
  const saved = await send("/api/mappings/jupyter-server/contents", { method: "PUT", body });
  const retried = await send("/api/failures/retry", { method: "POST", body: '{"key": "no-such"}' });
  return { saved, retried };
};

describe("jlt workbench", { concurrency: true }, () => {
  it("shows what a local service left, changes nothing, and leaves it as it was found", async () => {
    const state = await left();
    const before = (await readdir(state)).sort();
    const page = await opened(["--state", state]);
    assert.match(
      page.printed(),
      /^The workbench \(local, .*\): http:.*\nIt only looks: .*--write\. Ctrl\+C ends it\.\n$/s,
    );
    const { kind, mayWrite, maySave } = await page.get<About>("/api/about");
    assert.deepEqual({ kind, mayWrite, maySave }, { kind: "left", mayWrite: false, maySave: false });
    await until<Flow>(
      page,
      "/api/flow",
      ({ accepted, endpoints }) =>
        accepted === 1 && endpoints.length === 2 && endpoints.every(({ account }) => account.delivered === 1),
    );
    const { saved, retried } = await changing(page);
    assert.deepEqual([saved.status, retried.status], [403, 403]);
    assert.match(JSON.parse(retried.body).trouble, /This workbench only looks\. .*--write/);
    assert.equal(await page.end(), 0);
    assert.deepEqual((await readdir(state)).sort(), before);
  });

  it("leaves the work of a run that was interrupted to the next one", async () => {
    const state = await left();
    await writeFile(join(state, "running"), "999999999");
    const page = await opened(["--state", state, "--json"]);
    assert.deepEqual(JSON.parse(page.printed()), { url: page.url });
    assert.equal(await page.end("SIGTERM"), 0);
    assert.equal(await readFile(join(state, "running"), "utf8"), "999999999");
  });

  it("may change something where it is told to, and saves nothing all the same", async () => {
    const state = await left();
    const page = await opened(["--state", state, "--write"]);
    assert.doesNotMatch(page.printed(), /only looks/);
    const { mayWrite, maySave } = await page.get<About>("/api/about");
    assert.deepEqual({ mayWrite, maySave }, { mayWrite: true, maySave: false });
    const { saved, retried } = await changing(page);
    assert.deepEqual([saved.status, retried.status], [403, 404]);
    assert.equal(await page.end(), 0);
  });

  it("opens a page of its own over a service that runs without one", async () => {
    const state = await openState(join(await temporaryFolder(), "state"), true);
    const service = await runService({ state });
    const page = await opened(["--state", state.folder]);
    const { kind, mayWrite, maySave } = await page.get<About>("/api/about");
    assert.deepEqual({ kind, mayWrite, maySave }, { kind: "running", mayWrite: false, maySave: false });
    await service.feed(await eventsFile([saveOf("stat101/hw1.ipynb")]));
    await until<EventsPage>(page, "/api/events", ({ total }) => total === 1);
    assert.equal(await page.end(), 0);
    assert.ok(await settled(service, 60_000));
  });

  it("shows a stage that was deployed, with one's own credentials", async () => {
    const { aws, environment } = await deployedStage();
    const record = {
      id: "11111111-1111-5111-8111-111111111111",
      event: "22222222-2222-5222-8222-222222222222",
      endpoint: "campus-lrs",
      at: new Date().toISOString(),
      mapping: "jupyter-server/contents",
      mappingHash: "0123456789ab",
      translation: "jupyter-server/contents:saved",
      class: "setAside",
      reason: "endpoint.refused",
      detail: "The endpoint answered 422.",
      status: 422,
      statement: { id: "11111111-1111-5111-8111-111111111111" },
    } as const;
    const bucket = s3Bucket(aws.s3, ARCHIVE);
    await writeLines(bucket, prefixOf("failed", "campus-lrs"), [failedLine(record)]);
    const page = await opened(["--stage", "prod", "--days", "3"], { environment });
    assert.match(page.printed(), /^The workbench \(prod\): /);
    const { stage, kind, mayWrite, maySave } = await page.get<About>("/api/about");
    assert.deepEqual(
      { stage, kind, mayWrite, maySave },
      { stage: "prod", kind: "deployed", mayWrite: false, maySave: false },
    );
    const { groups, reading } = await until<Failures>(
      page,
      "/api/failures",
      (each) => each.groups.length > 0,
    );
    assert.deepEqual(
      groups.map(({ endpoint, reason, status, count }) => ({ endpoint, reason, status, count })),
      [{ endpoint: "campus-lrs", reason: "endpoint.refused", status: 422, count: 1 }],
    );
    assert.equal((Date.parse(reading.to) - Date.parse(reading.from)) / 86_400_000, 3);
    // Where it cannot be reached any more, that is told, and not what was so before as if it were so now.
    await aws.stop();
    const end = Date.now() + 60_000;
    for (let isTold = false; !isTold; await sleep(200)) {
      const { status, body } = await page.send("/api/failures", {});
      isTold = status === 502 && /AWS cannot be reached in us-east-1/.test(body);
      assert.ok(Date.now() < end, body);
    }
    assert.equal((await page.get<About>("/api/about")).stage, "prod");
    assert.equal(await page.end(), 0);
  });

  it("says what to do where it cannot run, with exit code 2", async () => {
    const empty = join(await temporaryFolder(), "none");
    const wrong = [
      [["x"], /^Unexpected argument 'x'/],
      [["--port", "x"], /^--port takes a number from 0 to 65535; 0 is any that is free\./],
      [["--days", "0"], /^--days takes a number of days, such as 7\./],
      [["--days", "1.5"], /^--days takes/],
      [["--stage", "prod", "--state", "x"], /^--stage and --state are two services\. Name one\./],
      [["--region", "eu-central-1"], /^--region goes with --stage\./],
      [["--state", empty], /^Nothing ran in .*none yet\. Start it: npm start/],
    ] as const;
    await Promise.all(
      wrong.map(async ([args, words]) => {
        const { status, stdout, stderr } = await jlt(project, ["workbench", ...args]);
        assert.deepEqual([status, stdout], [2, ""], args.join(" "));
        assert.match(stderr, words);
        assert.match(stderr, /\nSee: jlt workbench --help\n$/);
      }),
    );
  });

  it("shows nothing by files that have mistakes, and names these", () =>
    withShippedSite(async (folder) => {
      const state = await left();
      const before = (await readdir(state)).sort();
      await writeFile(join(folder, "translator.yml"), "hub: 5\n");
      const { status, stdout, stderr } = await jlt(folder, ["workbench", "--state", state]);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /^translator\.yml:1:\d+ /);
      assert.deepEqual((await readdir(state)).sort(), before);
    }));
});
