import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { eventsFile, saveOf, shippedEvents } from "../service/support.ts";
import { hasBrowser } from "./browser.ts";
import { barriers, innocent, lookAt, paste, picture, runWorkbench } from "./workbench.ts";

const running = await runWorkbench();
const { service } = running;
await running.feed(shippedEvents);
service.sandbox.behave("campus-lrs", { status: 422 });
await running.feed(await eventsFile([saveOf("stat101/refused.ipynb")]));

/** The first link of a page that leads to a path like this. */
const linkTo = async (page: Page, from: string, beginning: string): Promise<string> => {
  await page.goto(new URL(from, running.url).href);
  const link = page.locator(`main a[href^="${beginning}"]`).first();
  await link.waitFor();
  return (await link.getAttribute("href")) ?? "";
};

/** A path of each page, with what tells that it is there. */
const pages = async (page: Page): Promise<readonly string[]> => [
  "/",
  "/events",
  "/events?endpoint=campus-lrs&state=filtered&filter=where",
  await linkTo(page, "/events?source=jupyter-server/contents", "/events/"),
  "/mappings",
  "/mappings/jupyter-server/contents",
  "/endpoints",
  "/set-aside",
  await linkTo(page, "/set-aside", "/quarantine/"),
  "/privacy",
  "/nowhere",
];

/** Goes to a path, and waits until everything is there. */
const visit = async (page: Page, path: string): Promise<void> => {
  await page.goto(new URL(path, running.url).href);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForLoadState("networkidle").catch(() => undefined);
  if (path.startsWith("/mappings/")) await page.getByText("No problems").waitFor();
  for (const summary of await page.locator("summary").all()) await summary.click();
};

describe("The workbench, for everybody", () => {
  for (const colorScheme of ["light", "dark"] as const)
    test(`has nothing in ${colorScheme}, wide or narrow, that axe says keeps somebody out`, async (t) => {
      if (!hasBrowser(t)) return;
      // axe is a script, which the page lets nobody add.
      const { page, context } = await lookAt(running, { bypassCSP: true, colorScheme });
      for (const path of await pages(page))
        for (const width of [1280, 320]) {
          await page.setViewportSize({ width, height: 900 });
          await visit(page, path);
          assert.deepEqual(await barriers(page), [], `${path} at ${width}`);
          const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
          assert.ok(wide <= width, `${path} is ${wide} pixels wide on a screen of ${width}`);
        }
      await context.close();
    });

  test("asks nobody else for anything, and breaks no rule of its own policy", async (t) => {
    if (!hasBrowser(t)) return;
    const { page, context, offences } = await lookAt(running, { viewport: { width: 1280, height: 900 } });
    for (const path of await pages(page)) await visit(page, path);
    await page.goto(new URL("/privacy", running.url).href);
    await page.getByRole("heading", { name: "Who gets something" }).waitFor();
    await picture(page, "workbench-privacy");
    await context.close();
    innocent(offences);
  });

  test("is used with the keyboard alone: from the flow to an event, to what a field was made of", async (t) => {
    if (!hasBrowser(t)) return;
    const { page, context, offences } = await lookAt(running);
    const focused = () => page.locator(":focus");
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let presses = 0; presses < 80; presses++) {
        await page.keyboard.press("Tab");
        // Behind the last one, the browser's own controls come.
        if ((await focused().count()) > 0 && name.test(await focused().innerText())) return;
      }
      assert.fail(`Tab does not lead to ${name}.`);
    };
    await page.getByText("accepted").first().waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await focused().innerText(), "Skip to the content");
    assert.ok(await focused().isVisible());
    await page.keyboard.press("Enter");
    await tabTo(/^\d+\s+accepted/);
    assert.notEqual(
      await page.evaluate<string>("getComputedStyle(document.activeElement).outlineStyle"),
      "none",
    );
    await page.keyboard.press("Enter");
    await page.getByRole("row").nth(1).waitFor();
    await tabTo(/^\d+ \w+ \d+, \d\d:\d\d:\d\d/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "The event as it is archived" }).waitFor();
    // The raw event comes first; what each of its fields became lights up on the other side, and the other way round.
    await tabTo(/^\{/);
    for (
      let presses = 0;
      presses < 80 && (await page.locator(".event-endings .json-lit").count()) === 0;
      presses++
    )
      await page.keyboard.press("ArrowDown");
    assert.ok(
      (await page.locator(".event-endings .json-lit").count()) > 0,
      await page.locator("main").innerText(),
    );
    await context.close();
    innocent(offences);
  });

  test("lets go of whoever edits a mapping by the keyboard, and leads them to a problem, to what fits, and to its end", async (t) => {
    if (!hasBrowser(t)) return;
    const { page, context, offences } = await lookAt(running);
    const path = "mappings/jupyterhub/server-action/mapping.yml";
    await visit(page, "/mappings/jupyterhub/server-action");
    const before = await running.site.text(path);
    await paste(page, before.replace("verb: logged-in", "verb: logged-inn"));
    await page
      .getByText(/\d problems?$/)
      .first()
      .waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await page.locator(".cm-content:focus").count(), 0);
    await page.keyboard.press("Shift+Tab");
    assert.equal(await page.locator(".cm-content:focus").count(), 1);

    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.press("F8");
    await page.locator(".cm-tooltip-lint").waitFor();
    const selected = "document.querySelector('.code').shadowRoot.getSelection().toString()";
    assert.equal(await page.evaluate<string>(selected), "logged-inn");
    // What is typed takes its place.
    await page.keyboard.type("log");
    await page.keyboard.press("Control+Space");
    await page.locator(".cm-tooltip-autocomplete").getByRole("option", { name: "logged-out" }).waitFor();
    // A list that has just come up takes no key yet, as it might be meant for the text.
    await page.waitForTimeout(200);
    await page.keyboard.press("ArrowDown");
    await page.getByRole("option", { name: "logged-out", selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("No problems").waitFor();
    await page.keyboard.press("ControlOrMeta+s");
    await page.locator(".note.good").waitFor();
    assert.equal(await running.site.text(path), before.replace("verb: logged-in", "verb: logged-out"));
    await context.close();
    innocent(offences);
  });
});
