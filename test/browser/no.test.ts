import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { localHub } from "../../local/hub.ts";
import { hubKey } from "../../local/keys.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { readLines } from "../../src/archive/lines.ts";
import { runService, saveOf, temporaryFolder } from "../service/support.ts";
import { hasBrowser, newContext } from "./browser.ts";

test("After a no on the page, nothing of the learner is archived or sent, and others are as before", async (t) => {
  if (!hasBrowser(t)) return;
  const state = await openState(join(await temporaryFolder(), "state"), true);
  const service = await runService({ state });
  assert.ok(service.page !== undefined);
  const context = await newContext();
  const page = await context.newPage();
  await page.goto(service.page.hubUrl);
  await page.getByRole("button", { name: "about local-learner" }).click();
  await page.getByRole("button", { name: "No, collect nothing about me" }).click();
  await page.getByRole("status").waitFor();
  await context.close();

  const hub = localHub(hubKey((await readSite(project)).settings.trust, state));
  await service.post(saveOf("mine.ipynb"), await hub.signIn("local-learner"));
  await service.post(saveOf("hers.ipynb"), await hub.signIn("grace"));
  assert.ok(await settled(service, 60_000));
  const kept: unknown[] = [];
  for (const part of ["raw", "quarantine", "failed", "receipts", "ledger"])
    for await (const line of readLines(service.bucket, `${part}/`)) kept.push(line);
  const text = JSON.stringify(kept);
  assert.ok(text.includes("hers.ipynb"));
  assert.doesNotMatch(text, /mine\.ipynb|local-learner/);
  // It may have been sent twice where this machine is busy, under the same id.
  assert.equal(new Set(service.sandbox.caliper("campus-caliper").map(({ id }) => id)).size, 1);
  assert.equal(kept.filter((line) => JSON.stringify(line).includes('"withheld":true')).length, 1);
});
