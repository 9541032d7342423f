import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { buildSite, project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import type { Sandbox } from "../../local/sandbox/server.ts";
import { settled } from "../../local/service.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { runService, shippedEvents, temporaryFolder } from "./support.ts";

/** How many different things a store has, whatever its protocol. */
const distinct = (sandbox: Sandbox, store: string): number =>
  new Set(
    [...sandbox.caliper(store), ...sandbox.statements(store), ...sandbox.records(store)].map(({ id }) => id),
  ).size;

describe("The example endpoint files", async () => {
  const folder = await temporaryFolder();
  await cp(join(project, "mappings"), join(folder, "mappings"), { recursive: true });
  await cp(join(project, "translator.yml"), join(folder, "translator.yml"));
  await cp(join(project, "examples", "endpoints"), join(folder, "endpoints"), { recursive: true });
  const dist = join(folder, "dist");
  await buildSite(folder, dist);
  const site = await readSite(folder);
  const service = await runService({ site, dist });
  await service.feed(shippedEvents);
  assert.ok(await settled(service, 60_000));
  const names = site.endpoints.map(({ endpoint }) => endpoint.name);
  const { endpoints } = await readAccounts(service.bucket, names);

  for (const { endpoint, delivered, setAside, waiting } of endpoints)
    it(`${endpoint}: the sandbox has all that it is told of the shipped events`, () => {
      assert.ok(delivered > 0);
      assert.deepEqual([setAside, waiting, distinct(service.sandbox, endpoint)], [0, 0, delivered]);
    });
});
