import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import type { EventsPage } from "../../workbench/api/events.ts";
import type { Flow } from "../../workbench/api/flow.ts";
import type { MappingDetail } from "../../workbench/api/mappings.ts";
import type { Quarantine } from "../../workbench/api/set-aside.ts";
import { eventsFile, runService, saveOf, temporaryFolder } from "../service/support.ts";
import { archiveOfToday } from "../workbench/desk-opening.ts";
import { ownSite } from "../workbench/support.ts";
import { ARCHIVE, deployedStage, type Opened, opened } from "./workbench-support.ts";

const MAPPING = "/api/mappings/jupyter-server/contents";

/** Looks at every page, and tries whatever changes something. */
const lookAtAll = async (page: Opened): Promise<void> => {
  const { get, send } = page;
  const end = Date.now() + 60_000;
  for (;;) {
    const { accepted, balance } = await get<Flow>("/api/flow");
    if (accepted > 0 && balance.state !== "unknown") break;
    assert.ok(Date.now() < end, "The archive is not read.");
    await sleep(100);
  }
  for (const path of ["about", "mappings", "endpoints", "failures", "privacy"]) await get(`/api/${path}`);
  const { rows } = await get<EventsPage>("/api/events");
  assert.ok(rows.length > 0);
  for (const { id } of rows) await get(`/api/events/${id}`);
  const { groups } = await get<Quarantine>("/api/quarantine");
  assert.ok(groups.length > 0);
  for (const { events } of groups) for (const { id } of events) await get(`/api/quarantine/${id}`);

  const doctor = await send("/api/endpoints/campus-lrs/doctor", { method: "POST", body: '{"send": true}' });
  assert.equal(doctor.status, 200);
  assert.match(doctor.body, /"check":"statement",[^\n]*"end":"skipped"/);
  assert.match(doctor.body, /\{"end":"done"[^\n]*\}\n$/);
  const { text: written, hash: before } = await get<MappingDetail>(MAPPING);
  const body = JSON.stringify({ text: `${written}# edited\n`, hash: before });
  const key = JSON.stringify({ key: groups[0]?.key ?? "none" });
  for (const [path, sent] of [
    [MAPPING, { method: "PUT", body }],
    ["/api/failures/retry", { method: "POST", body: key }],
    ["/api/quarantine/recover", { method: "POST", body: key }],
  ] as const)
    assert.equal((await send(path, sent)).status, 403, path);
};

/** Stands before an address, and tells what is asked there: the method, and the operation where it is named. */
const recorded = async (address: string, asked: Set<string>): Promise<string> => {
  const front = createServer(async (incoming, response) => {
    const { method = "", url = "", headers } = incoming;
    const body = await text(incoming);
    const operation = headers["x-amz-target"] ?? new URLSearchParams(body).get("Action") ?? "";
    asked.add(`${method} ${operation}`.trim());
    request(new URL(url, address), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    }).end(body);
  });
  await new Promise<void>((listening) => front.listen(0, "127.0.0.1", listening));
  after(() => {
    front.close();
    front.closeAllConnections();
  });
  return `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
};

/** The SHA-256 of each file below a folder. */
const filesIn = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  const hashes = files
    .sort()
    .map(async (file) => [relative(folder, file), hash("sha256", await readFile(file))]);
  return Object.fromEntries(await Promise.all(hashes));
};

describe("jlt workbench without --write", { concurrency: true }, () => {
  it("asks AWS only for what is there", async () => {
    const { aws, environment } = await deployedStage();
    const filled = await archiveOfToday(await ownSite());
    const bucket = s3Bucket(aws.s3, ARCHIVE);
    for (const key of filled.bucket.objects.keys()) await bucket.put(key, await filled.bucket.get(key));
    const asked = new Set<string>();
    const fronts = Object.entries(environment).map(async ([name, value]) =>
      name.startsWith("AWS_ENDPOINT_URL_") ? [name, await recorded(value ?? "", asked)] : [name, value],
    );
    const proxied = {
      ...Object.fromEntries(await Promise.all(fronts)),
      // Whatever else it asked.
      AWS_ENDPOINT_URL: await recorded(aws.address, asked),
    };
    const page = await opened(["--stage", "prod"], { environment: proxied });
    await lookAtAll(page);
    assert.equal(await page.end(), 0);
    const reading = /^(GET|HEAD|POST (AmazonSQS|AmazonSSM|secretsmanager)?\.?(Get|List|Describe)\w+)$/;
    assert.deepEqual(
      [...asked].filter((each) => !reading.test(each)),
      [],
    );
    for (const each of ["GET", "POST AmazonSQS.GetQueueAttributes", "POST DescribeStackResource"])
      assert.ok(asked.has(each), each);
  });

  it("leaves every file of a local service as it was", async () => {
    const state = await openState(join(await temporaryFolder(), "state"), true);
    const service = await runService({ state });
    await service.feed(
      await eventsFile([
        saveOf("stat101/hw1.ipynb"),
        JSON.stringify({ __schema__: "https://example.org/none" }),
      ]),
    );
    assert.ok(await settled(service, 60_000));
    await service.stop();
    await state.close();
    const before = await filesIn(state.folder);
    assert.ok(Object.keys(before).length > 3);
    const page = await opened(["--state", state.folder]);
    await lookAtAll(page);
    assert.equal(await page.end(), 0);
    assert.deepEqual(await filesIn(state.folder), before);
  });
});
