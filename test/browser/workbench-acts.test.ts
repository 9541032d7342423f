import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { project } from "../../build/bundle.ts";
import { settled } from "../../local/service.ts";
import { jlt } from "../cli/support.ts";
import { eventsFile, saveOf, shippedEvents } from "../service/support.ts";
import { hasBrowser } from "./browser.ts";
import { innocent, lookAt, open, picture, runWorkbench } from "./workbench.ts";

const running = await runWorkbench();
const { service } = running;
const WIDE = { viewport: { width: 1280, height: 900 } };

test("What an endpoint refused is shown with what to do, and is sent again once its store is mended", async (t) => {
  if (!hasBrowser(t)) return;
  service.sandbox.behave("campus-lrs", { status: 422 });
  await running.feed(await eventsFile(["a", "b", "c"].map((name) => saveOf(`stat101/${name}.ipynb`))));
  assert.equal(service.sandbox.statements("campus-lrs").length, 0);
  await running.feed(shippedEvents);
  const { page, context, offences } = await lookAt(running, WIDE);
  await open(page, "Quarantine and failures");
  const group = page.getByRole("region", { name: /statements for campus-lrs/ });
  await group.getByText("rules of its own do not let them in").waitFor();
  await picture(page, "workbench-set-aside");

  service.sandbox.behave("campus-lrs", {});
  await group.getByRole("button", { name: "Send again" }).click();
  await group.getByRole("button", { name: /^Yes, send \d+ again/ }).click();
  await page
    .getByText(/statements sent to the queue of campus-lrs/)
    .first()
    .waitFor();
  assert.ok(await settled(service, 60_000));
  assert.ok(service.sandbox.statements("campus-lrs").length > 100);
  await open(page, "Flow");
  await page.getByText("Balanced: received = delivered").waitFor();
  await context.close();
  innocent(offences);
});

test("An endpoint is tested step by step, and its test statement is voided", async (t) => {
  if (!hasBrowser(t)) return;
  const { page, context, offences } = await lookAt(running, WIDE);
  await open(page, "Endpoints");
  await page.getByText("Its last answers").first().waitFor();
  await picture(page, "workbench-endpoints");
  await page.getByRole("checkbox", { name: "Send a test statement to campus-lrs" }).check();
  await page.getByRole("button", { name: "Test this endpoint (campus-lrs)" }).click();
  await page.getByText(/^Nothing is wrong/).waitFor();
  const steps = await page
    .getByRole("list", { name: /Test of campus-lrs/ })
    .getByRole("listitem")
    .allInnerTexts();
  for (const check of ["files", "service", "queues", "secrets", "statement"])
    assert.ok(
      steps.some((step) => step.includes(check)),
      `${check}: ${steps.join("\n")}`,
    );
  assert.ok(
    steps.some((step) => /statement/.test(step) && /voided/.test(step)),
    steps.join("\n"),
  );
  const stored = service.sandbox.statements("campus-lrs").map((each) => JSON.stringify(each));
  const [, id] = /"id":"([^"]+)"/.exec(stored.find((each) => each.includes("jlt-doctor")) ?? "") ?? [];
  assert.ok(stored.some((each) => each.includes("/verbs/voided") && each.includes(String(id))));
  await context.close();
  innocent(offences);
});

test("Events that nobody knew are recovered once their schema is there", async (t) => {
  if (!hasBrowser(t)) return;
  const { page, context, offences } = await lookAt(running, WIDE);
  await open(page, "Quarantine and failures");
  const group = page
    .getByRole("region", { name: /no mapping knows the event/ })
    .filter({ hasText: "attendance" });
  await group.getByText("None of them is accepted").waitFor();
  await cp(join(project, "examples", "attendance.v1.yml"), join(running.site.folder, "attendance.v1.yml"));
  const added = await jlt(running.site.folder, ["schema", "add", "attendance.v1.yml"]);
  assert.equal(added.status, 0, added.stderr);
  await group.getByRole("button", { name: /^Recover/ }).click();
  await group.getByRole("button", { name: /^Yes, recover/ }).click();
  await page.getByText("1 event recovered").first().waitFor();
  await page.goto(new URL("/events?source=example/attendance", running.url).href);
  await page.getByRole("row").filter({ hasText: "example/attendance" }).first().waitFor();
  await context.close();
  innocent(offences);
});
