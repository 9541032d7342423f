import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { settled } from "../../local/service.ts";
import { eventsFile, saveOf, shippedEvents } from "../service/support.ts";
import { CONTENTS } from "../service/taking-support.ts";
import { ask, comeIn } from "../workbench/serving-support.ts";
import { hasBrowser } from "./browser.ts";
import { innocent, lookAt, open, paste, picture, runWorkbench } from "./workbench.ts";

const running = await runWorkbench();
const { service, site } = running;
const WIDE = { viewport: { width: 1280, height: 900 } };

describe("The workbench of a local service, in a browser", () => {
  test("shows events as they flow, and leads from a number to its events, and to one of them whole", async (t) => {
    if (!hasBrowser(t)) return;
    const { page, context, offences } = await lookAt(running, WIDE);
    await page.getByText("0 messages wait").waitFor();
    await service.feed(shippedEvents);
    // Nobody loads anything anew.
    await page.getByRole("link", { name: "339 accepted" }).waitFor();
    assert.ok(await settled(service, 60_000));
    const delivered = service.sandbox.statements("campus-lrs").length;
    const lane = page.getByRole("listitem").filter({ hasText: "Campus learning record store" }).last();
    await lane.getByRole("link", { name: `${delivered} statements delivered` }).waitFor();
    await page.getByText("Balanced: received = delivered").waitFor();
    await picture(page, "workbench-flow");

    await lane.getByRole("link", { name: "delivered" }).click();
    await page.getByRole("heading", { level: 1, name: "Events" }).waitFor();
    const [, total] = /(\d+) events/.exec(await page.locator("#events").innerText()) ?? [];
    assert.ok(Number(total) > 0 && Number(total) <= delivered);
    await picture(page, "workbench-events");

    const row = page.getByRole("row").filter({ hasText: "A file is read, saved" }).first();
    await row.getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "A file is read, saved" }).waitFor();
    await page.getByText("As sent: exactly this is what the endpoint received.").first().waitFor();
    await context.close();
    innocent(offences);
  });

  test("lights up what a field of the output was made of, and says by which expression", async (t) => {
    if (!hasBrowser(t)) return;
    const { page, context, offences } = await lookAt(running, WIDE);
    await page.goto(
      new URL("/events?source=jupyter-server/contents&endpoint=campus-lrs&state=delivered", running.url).href,
    );
    await page
      .getByRole("row")
      .filter({ hasText: "A file is read, saved" })
      .first()
      .getByRole("link")
      .click();
    const statement = page.getByRole("tree", { name: "for Campus learning record store" });
    const name = statement.getByRole("treeitem").filter({ hasText: ".ipynb" }).last();
    await name.hover();
    await page.locator(".event-raw .json-lit").first().waitFor();
    const lit = await page.locator(".event-raw .json-lit").allInnerTexts();
    assert.ok(
      lit.some((text) => text.includes('"path"')),
      lit.join("\n"),
    );
    await page.getByText("basename(event.path)").first().waitFor();
    await picture(page, "workbench-event");
    await context.close();
    innocent(offences);
  });

  test("checks a mapping as it is edited, shows what it makes, saves it, and the service uses it", async (t) => {
    if (!hasBrowser(t)) return;
    const { page, context, offences } = await lookAt(running, WIDE);
    await open(page, "Mappings");
    await picture(page, "workbench-mappings");
    await page.getByRole("link", { name: "A file is read, saved, renamed, copied or deleted" }).click();
    await page.getByText("No problems").waitFor();
    await page.getByText('"http://activitystrea.ms/schema/1.0/save"').waitFor();

    const before = await site.text(CONTENTS);
    const lines = before.split("\n");
    const at = lines.findIndex((line) => line.includes("verb: save"));
    const wrong = lines
      .with(at, "      verb: saves")
      .with(at + 1, lines[at + 1]?.replace("event.path", "event.pth") ?? "");
    await paste(page, wrong.join("\n"));
    const complaint = page
      .getByRole("listitem")
      .filter({ hasText: 'There is no field "pth" here; did you mean "path"?' });
    await complaint.waitFor();
    const column = (wrong[at + 1] ?? "").indexOf("pth") + 1;
    await complaint.getByRole("button", { name: `Line ${at + 2}, column` }).click();
    assert.match(await complaint.innerText(), new RegExp(`Line ${at + 2}, column (${column}|${column - 6})`));
    // At its place in the text as well.
    await page.locator(".cm-lintRange-error").first().waitFor();
    assert.equal(await page.getByRole("button", { name: "Save" }).getAttribute("aria-disabled"), "true");
    await page.getByText(/This is the output of the text before/).waitFor();
    await picture(page, "workbench-mapping");
    assert.equal(await site.text(CONTENTS), before);

    const mended = lines.with(at, "      verb: update").join("\n");
    await paste(page, mended);
    await page.getByText("No problems").waitFor();
    await page.getByText("Other than by the saved text:").first().waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".note.good").waitFor();
    assert.equal(await site.text(CONTENTS), mended);

    const updated = (): number =>
      service.sandbox
        .statements("campus-lrs")
        .filter((each) => /schema\/1\.0\/update"/.test(JSON.stringify(each))).length;
    const had = updated();
    await running.feed(await eventsFile([saveOf("stat101/later.txt")]));
    assert.equal(updated(), had + 1);
    await context.close();
    innocent(offences);
  });

  test("says so where somebody has edited the files, and the service does not know it", async (t) => {
    if (!hasBrowser(t)) return;
    const { body } = await ask(running, "/api/about", { headers: await comeIn(running) });
    assert.equal(JSON.parse(body).files, "same");
    const { page, context, offences } = await lookAt(running);
    const note = page.getByText("The files in this folder are not those that the service was made of.");
    await page.getByText("Balanced: received = delivered").waitFor();
    assert.equal(await note.count(), 0);
    const before = await site.text(CONTENTS);
    await site.write(CONTENTS, `${before}# edited\n`);
    await note.waitFor();
    await site.write(CONTENTS, before);
    await note.waitFor({ state: "detached" });
    await context.close();
    innocent(offences);
  });
});
