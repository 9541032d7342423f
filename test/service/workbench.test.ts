import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { runningAt } from "../../local/addresses.ts";
import { settled } from "../../local/service.ts";
import { type LocalWorkbench, openWorkbench } from "../../local/workbench.ts";
import { CannotRun } from "../../src/cannot-run.ts";
import type { About } from "../../workbench/api/about.ts";
import type { EventDetail } from "../../workbench/api/event.ts";
import type { EventsPage } from "../../workbench/api/events.ts";
import type { Flow } from "../../workbench/api/flow.ts";
import type { MappingDetail, Saved } from "../../workbench/api/mappings.ts";
import type { Step } from "../../workbench/api/steps.ts";
import { ask, comeIn, type Received } from "../workbench/serving-support.ts";
import { eventsFile, saveOf } from "./support.ts";
import { CONTENTS, editedSite, namesIn, SHIPPED, serviceOf } from "./taking-support.ts";

const SETTLE = 180_000;

describe("The workbench of a service that runs", async () => {
  const site = await editedSite();
  const { service, state } = await serviceOf(site);
  const ended: string[] = [];
  const open = (port: number, folder = site.folder): Promise<LocalWorkbench> =>
    openWorkbench({
      folder,
      state,
      port,
      service,
      starting: new AbortController().signal,
      onEnd: (why) => ended.push(why),
    });
  const workbench = await open(0);
  after(() => workbench.stop());
  const own = await comeIn(workbench);

  const get = async <T>(path: string): Promise<T> => {
    const got = await ask(workbench, path, { headers: own });
    assert.equal(got.status, 200, got.body);
    return JSON.parse(got.body);
  };
  const send = (method: "POST" | "PUT", path: string, body: unknown): Promise<Received> =>
    ask(workbench, path, { method, headers: own, body: JSON.stringify(body) });
  const putText = (name: string, text: string, hash: string): Promise<Received> =>
    send("PUT", `/api/mappings/${name}`, { text, hash });
  /** Asks until it is answered so: the workbench looks at the archive again and again. */
  const until = async <T>(path: string, is: (answer: T) => boolean): Promise<T> => {
    const end = Date.now() + SETTLE;
    for (;;) {
      const answer = await get<T>(path);
      if (is(answer)) return answer;
      assert.ok(Date.now() < end, JSON.stringify(answer));
      await sleep(100);
    }
  };
  const save = async (path: string): Promise<void> => {
    await service.feed(await eventsFile([saveOf(path)]));
    assert.ok(await settled(service, SETTLE));
  };

  it("is told in the service's folder, for its owner only", async () => {
    assert.equal((await runningAt(state))?.workbench, workbench.url);
    const { mode } = await stat(join(state, "service.json"));
    assert.equal(mode & 0o777, 0o600);
  });

  it("shows the service by its own files, and may change it", async () => {
    const { stage, kind, mayWrite, maySave, files, problems } = await get<About>("/api/about");
    assert.deepEqual(
      { stage, kind, mayWrite, maySave, files, problems },
      {
        stage: "local",
        kind: "running",
        mayWrite: true,
        maySave: true,
        files: "same",
        problems: [],
      },
    );
  });

  it("shows events as they flow, and what each endpoint was sent of one", async () => {
    await save("stat101/hw1.ipynb");
    const flow = await until<Flow>(
      "/api/flow",
      ({ accepted, balance }) => accepted === 1 && balance.state === "balanced",
    );
    assert.deepEqual(
      flow.endpoints.map(({ name, account }) => [name, account.delivered]),
      [
        ["campus-caliper", 1],
        ["campus-lrs", 1],
      ],
    );
    const { rows } = await get<EventsPage>("/api/events?source=jupyter-server/contents");
    const detail = await get<EventDetail>(`/api/events/${rows[0]?.id}`);
    assert.deepEqual(
      detail.endpoints.map(({ statements }) => statements.map(({ as, state }) => [as, state])),
      [[["sent", "delivered"]], [["sent", "delivered"]]],
    );
    // What is shown is what the store has, pseudonyms and all: made by the service's own keys.
    assert.deepEqual(
      detail.endpoints[1]?.statements[0]?.statement,
      withoutStored(service.sandbox.statements("campus-lrs")[0]),
    );
  });

  it("serves the page and its worker", async () => {
    for (const [path, type] of [
      ["/main.js", /javascript/],
      ["/worker.js", /javascript/],
      ["/style.css", /css/],
      ["/icon.svg", /svg/],
    ] as const) {
      const { status, headers } = await ask(workbench, path, { headers: own });
      assert.equal(status, 200);
      assert.match(headers["content-type"] ?? "", type);
    }
  });

  it("saves a mapping, and the service translates by it from then on", async () => {
    const path = "/api/mappings/jupyter-server/contents";
    const { text, hash } = await get<MappingDetail>(path);
    assert.equal(text, await site.text(CONTENTS));
    const mistaken = text.replace('event.action == "save"', 'event.acton == "save"');
    const refused = await putText("jupyter-server/contents", mistaken, hash);
    assert.equal(refused.status, 422);
    const [{ file, message } = { file: "", message: "" }] = JSON.parse(refused.body).problems;
    assert.equal(file, CONTENTS);
    assert.match(message, /There is no field "acton" here/);
    assert.equal(await site.text(CONTENTS), text);

    const edited = await site.name("as edited");
    await site.write(CONTENTS, text);
    const got = await putText("jupyter-server/contents", edited, hash);
    assert.equal(got.status, 200, got.body);
    const saved: Saved = JSON.parse(got.body);
    assert.equal(saved.told, `${CONTENTS} is saved, and the running service translates by it from now on.`);
    assert.equal(await site.text(CONTENTS), edited);
    await save("stat101/hw2.ipynb");
    assert.deepEqual(namesIn(service), { [SHIPPED]: 1, "as edited": 1 });
    assert.equal((await get<About>("/api/about")).files, "same");

    const late = await putText("jupyter-server/contents", text, hash);
    assert.equal(late.status, 409);
    assert.equal(await site.text(CONTENTS), edited);
  });

  it("says where a service that runs cannot have all that is in the folder", async () => {
    await site.write("endpoints/more.yml", await site.text("endpoints/campus-lrs.yml"));
    const { text, hash } = await get<MappingDetail>("/api/mappings/jupyter-server/contents");
    const got = await putText("jupyter-server/contents", text.replace("as edited", "again"), hash);
    assert.equal(got.status, 200, got.body);
    assert.match(
      JSON.parse(got.body).told,
      /translates by it from now on\. The service goes on with the endpoints that it was started with/,
    );
    await save("stat101/hw3.ipynb");
    assert.deepEqual(namesIn(service), { [SHIPPED]: 1, "as edited": 1, again: 1 });
    assert.equal((await get<About>("/api/about")).files, "other");
  });

  it("writes nothing but mappings that the site has, and nothing without the page's token", async () => {
    const before = await readFile(join(site.folder, "translator.yml"), "utf8");
    for (const name of ["no/such", "../translator.yml", "..%2f..%2ftranslator.yml", "%2e%2e/x"]) {
      const { status } = await putText(name, "hub: 5\n", "0123456789abcdef");
      assert.equal(status, 404, name);
    }
    const { hash, text } = await get<MappingDetail>("/api/mappings/jupyter-server/contents");
    const { "x-workbench-token": _, ...headers } = own;
    const refused = await ask(workbench, "/api/mappings/jupyter-server/contents", {
      method: "PUT",
      headers,
      body: JSON.stringify({ text: text.replace("again", "by another"), hash }),
    });
    assert.equal(refused.status, 401);
    assert.equal(await site.text(CONTENTS), text);
    assert.equal(await readFile(join(site.folder, "translator.yml"), "utf8"), before);
  });

  it("tests an endpoint step by step", async () => {
    const { status, body } = await send("POST", "/api/endpoints/campus-lrs/doctor", { send: false });
    assert.equal(status, 200, body);
    const steps: readonly Step[] = body
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.ok(steps.length > 3);
    const last = steps.at(-1);
    assert.ok(last !== undefined && "end" in last && last.end === "done", body);
  });

  it("does not start where the files have mistakes, and says which", async () => {
    const { folder, write } = await editedSite();
    await write("translator.yml", "hub: 5\n");
    await assert.rejects(open(0, folder), (error) => {
      assert.ok(error instanceof CannotRun);
      assert.match(error.message, /^translator\.yml:1:\d+ /);
      return true;
    });
  });

  it("does not start where somebody else has the port, and the service runs on", async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
    const { port } = other.address() as AddressInfo;
    await assert.rejects(open(port), (error) => {
      assert.ok(error instanceof CannotRun);
      assert.equal(error.message, `Something else has port ${port}. Name another --port, or none.`);
      return true;
    });
    other.close();
    await save("stat101/hw4.ipynb");
    assert.equal((await runningAt(state))?.workbench, workbench.url);
  });

  it("ends when it is told to, and is not told any more; the service runs on", async () => {
    await workbench.stop();
    await assert.rejects(ask(workbench, "/"), { code: "ECONNREFUSED" });
    assert.deepEqual(await runningAt(state), service.addresses);
    await save("stat101/hw5.ipynb");
    assert.deepEqual(ended, []);
  });
});

/** A statement as it was sent: without what a store adds. */
const withoutStored = (statement: object = {}): unknown => {
  const added = ["stored", "authority", "version"];
  return Object.fromEntries(Object.entries(statement).filter(([name]) => !added.includes(name)));
};
