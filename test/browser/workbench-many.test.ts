import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { saveOf, shippedEvents } from "../service/support.ts";
import { hasBrowser } from "./browser.ts";
import { lookAt, open, runWorkbench } from "./workbench.ts";

const LONG = "Zentrum-für-Hochschuldidaktik-und-Lehrentwicklungsforschung-".repeat(3);

/** With the two that the site has, these are twelve. */
const FACULTIES = Array.from({ length: 10 }, (_, at) => `faculty-${at}`);

const running = await runWorkbench(async ({ text, write }) => {
  const store = await text("endpoints/campus-lrs.yml");
  for (const [at, name] of FACULTIES.entries())
    await write(
      `endpoints/${name}.yml`,
      store.replace(/title: .*/, `title: ${at === 3 ? LONG : `The record store of faculty ${at}`}`),
    );
});
await running.feed(shippedEvents);

const PHONE = { viewport: { width: 320, height: 568 } };
const LOW = { viewport: { width: 1280, height: 500 } };

const heightOf = async (page: Page, selector: string): Promise<number> =>
  (await page.locator(selector).first().boundingBox())?.height ?? 0;

/** Whether nothing lies above what has the focus, once the page is drawn. */
const IS_UNCOVERED = `new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const line = document.activeElement;
  const { left, top } = line.getBoundingClientRect();
  told(line.contains(document.elementFromPoint(left + 30, top + 8)));
})))`;

/** Opens an event that every endpoint is told of. */
const openEvent = async (page: Page): Promise<void> => {
  await page.goto(
    new URL("/events?endpoint=campus-lrs&state=delivered&source=jupyter-server/contents", running.url).href,
  );
  await page.locator("tbody a").first().click();
  await page.getByRole("heading", { name: "The event as it is archived" }).waitFor();
};

describe("The workbench with twelve endpoints", () => {
  test("shows events in rows that can be read, and their heads in three lines", async (t) => {
    if (!hasBrowser(t)) return;
    for (const options of [{ viewport: { width: 1280, height: 900 } }, PHONE]) {
      const { page } = await lookAt(running, options);
      await open(page, "Events");
      await page.locator("tbody tr").nth(5).waitFor();
      assert.ok((await heightOf(page, "thead tr")) < 100);
      assert.ok((await heightOf(page, "tbody tr")) < 130);
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      assert.equal(width, options.viewport.width);
    }
  });

  test("has the beginning of the way in sight, also further below", async (t) => {
    if (!hasBrowser(t)) return;
    const { page } = await lookAt(running, { viewport: { width: 1280, height: 800 } });
    const archive = page.locator(".stage-box").nth(2);
    await page.locator(".lane").nth(11).waitFor();
    for (const top of [0, 900]) {
      await page.evaluate(`scrollTo(0, ${top})`);
      const box = await archive.boundingBox();
      assert.ok(box !== null && box.y >= 0 && box.y + box.height < 800);
    }
  });

  test("says of an endpoint that refuses whoever asks that things are on the way, not that it delivers", async (t) => {
    if (!hasBrowser(t)) return;
    running.service.sandbox.behave("faculty-1", { status: 401 });
    await running.service.post(saveOf("stat101/refused.ipynb"));
    const { page } = await lookAt(running);
    await open(page, "Endpoints");
    const card = page.getByRole("article", { name: "The record store of faculty 1" });
    await card.getByText("On the way.").waitFor();
    running.service.sandbox.behave("faculty-1", {});
  });
});

describe("The workbench on a phone", () => {
  test("writes the numbers of mappings from left to right", async (t) => {
    if (!hasBrowser(t)) return;
    const { page } = await lookAt(running, PHONE);
    await open(page, "Mappings");
    await page.locator("tbody tr").first().waitFor();
    assert.ok((await heightOf(page, "thead tr")) < 50);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 320);
  });
});

describe("The way back", () => {
  test("leads to where one was in the list, and to the link that one followed", async (t) => {
    if (!hasBrowser(t)) return;
    const { page } = await lookAt(running, LOW);
    await open(page, "Events");
    const link = page.locator("tbody a").nth(20);
    await link.scrollIntoViewIfNeeded();
    const [top, href] = [(await link.boundingBox())?.y, await link.getAttribute("href")];
    await link.click();
    await page.getByRole("heading", { name: "The event as it is archived" }).waitFor();
    await page.goBack();
    await page.locator(`a[href="${href}"]:focus`).waitFor();
    assert.ok(Math.abs(((await link.boundingBox())?.y ?? 0) - (top ?? 0)) < 3);
  });

  test("keeps the filter of the mappings, and what the skip link leads to is the same view", async (t) => {
    if (!hasBrowser(t)) return;
    const { page } = await lookAt(running, LOW);
    await open(page, "Mappings");
    await page.getByLabel("Filter").fill("contents");
    const link = page.locator("tbody a").first();
    await link.click();
    await page.getByText("No problems").waitFor();
    await page.goBack();
    await page.locator("tbody tr").first().waitFor();
    assert.equal(await page.getByLabel("Filter").inputValue(), "contents");
    await page.evaluate(`document.getElementById("filter").mine = true`);
    await page.getByRole("link", { name: "Skip to the content" }).press("Enter");
    await page.locator("#main:focus").waitFor();
    assert.equal(await page.evaluate(`document.getElementById("filter").mine`), true);
  });

  test("keeps a text that was not saved, marks it, and asks before it is lost", async (t) => {
    if (!hasBrowser(t)) return;
    const { page } = await lookAt(running);
    const asked: string[] = [];
    page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      dialog.accept();
    });
    await open(page, "Mappings");
    await page.locator('a[href="/mappings/jupyter-server/contents"]').click();
    await page.getByText("No problems").waitFor();
    await page.locator(".cm-content").focus();
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.type("# mine\n");
    await page.goBack();
    await page.locator("tr", { hasText: "jupyter-server/contents" }).getByText("not saved").waitFor();
    await page.reload();
    await page.locator("tbody tr").first().waitFor();
    assert.deepEqual(asked, ["beforeunload"]);
  });
});

describe("What one looks at in an event", () => {
  test("is where the keyboard is, wherever the mouse rests", async (t) => {
    if (!hasBrowser(t)) return;
    const { page } = await lookAt(running);
    await openEvent(page);
    const told = page.getByRole("complementary", { name: "Where the field comes from" });
    const raw = page.locator(".event-raw .json-line");
    await raw.nth(2).hover();
    await told.getByText("of the archived event").waitFor();
    await page.locator(".event-endings [role=treeitem][tabindex='0']").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await told.getByText("id for ").waitFor();
    await raw.nth(3).hover();
    await told.getByText("of the archived event").waitFor();
  });

  test("is not covered by what is told of it, however little height there is", async (t) => {
    if (!hasBrowser(t)) return;
    const { page } = await lookAt(running, { viewport: { width: 640, height: 360 } });
    await openEvent(page);
    const position = `getComputedStyle(document.querySelector(".explained")).position`;
    assert.equal(await page.evaluate(position), "static");
    await page.locator(".event-endings [role=treeitem][tabindex='0']").first().focus();
    for (let line = 0; line < 15; line++) {
      await page.keyboard.press("ArrowDown");
      assert.ok(await page.evaluate(IS_UNCOVERED));
    }
    assert.ok((await heightOf(page, ".explained")) < 125);
  });

  test("is seen where the system's own colours are forced upon the page", async (t) => {
    if (!hasBrowser(t)) return;
    const { page } = await lookAt(running, { forcedColors: "active" });
    await openEvent(page);
    await page.locator(".event-endings .json-line", { hasText: '"name"' }).first().hover();
    const lit = page.locator(".event-raw .json-lit").first();
    await lit.waitFor();
    const line = `getComputedStyle(document.querySelector(".event-raw .json-lit")).borderLeftStyle`;
    assert.equal(await page.evaluate(line), "solid");
  });
});

describe("A workbench that does not answer at first", () => {
  test("is asked again, until the page is there", async (t) => {
    if (!hasBrowser(t)) return;
    const { page } = await lookAt(running);
    await page.route("**/api/{about,privacy}", (route) => route.fulfill({ status: 500, body: "" }));
    await page.goto(new URL("/privacy", running.url).href);
    await page.getByRole("alert").waitFor();
    await page.unroute("**/api/{about,privacy}");
    await page.getByRole("heading", { level: 1, name: "Privacy" }).waitFor();
    await page.getByRole("alert").waitFor({ state: "detached" });
    await page.locator(".catalog").waitFor();
  });
});
