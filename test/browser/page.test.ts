import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import type { BrowserContext, Page } from "playwright-core";
import { settled } from "../../local/service.ts";
import { runService, shippedEvents } from "../service/support.ts";
import { hasBrowser, newContext } from "./browser.ts";

const service = await runService();
await service.feed(shippedEvents);
assert.ok(await settled(service, 60_000));
const { page: own } = service;
assert.ok(own !== undefined);

/** Comes in through the hub's page. */
const comeIn = async (context: BrowserContext, username: string): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(own.url);
  await page.getByRole("link", { name: "Go to the hub and sign in" }).click();
  await page.getByRole("button", { name: `about ${username}`, exact: false }).click();
  await page.getByText(`Signed in as ${username}`).waitFor();
  return page;
};

const press = (page: Page, name: string): Promise<void> => page.getByRole("button", { name }).click();
const status = (page: Page): Promise<string> => page.getByRole("status").innerText();

describe("The learner's own page in a browser without JavaScript", () => {
  test("shows what is collected, takes a no and a yes, and gives the data", async (t) => {
    if (!hasBrowser(t)) return;
    const context = await newContext();
    const asked: string[] = [];
    context.on("request", (request) => asked.push(request.url()));
    const page = await comeIn(context, "ada");
    assert.equal(page.url(), `${own.url}/`);

    const file = page.locator("details", { hasText: "A file is read, saved" });
    assert.equal(await file.getByText("The path of the file").isVisible(), false);
    await file.locator("summary").click();
    assert.ok(await file.getByText("The path of the file or folder below").isVisible());

    await press(page, "No, collect nothing about me");
    assert.match(await status(page), /^You said no\./);
    await page.reload();
    assert.equal(await page.getByRole("status").count(), 0);
    assert.ok(await page.getByText("Nothing of what you do in Jupyter is collected.").isVisible());
    await press(page, "Yes, collect what I do");
    assert.match(await status(page), /^You said yes\./);
    await press(page, "Do not tell Campus analytics, Caliper 1.2 about me");
    assert.match(await status(page), /this system will not be told about you/);

    await page.getByRole("link", { name: "See and download your data" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download your data" }).click(),
    ]);
    const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
    const said = /(\d+) records/.exec(await page.getByRole("main").innerText())?.[1];
    assert.deepEqual([download.suggestedFilename(), String(lines.length)], ["my-data-1.ndjson", said]);
    const usernames = lines
      .map((line) => JSON.parse(line).record.learner?.username)
      .filter((each) => each !== undefined);
    assert.deepEqual([...new Set(usernames)], ["ada"]);

    const hosts = new Set(asked.map((url) => new URL(url).hostname));
    assert.deepEqual([...hosts], ["127.0.0.1"]);
    await context.close();
  });

  test("takes a wish to be erased after a second question, and signs out", async (t) => {
    if (!hasBrowser(t)) return;
    const context = await newContext();
    const page = await comeIn(context, "grace");
    await page.getByRole("link", { name: "Ask for your data to be erased" }).click();
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Have your data erased?");
    await page.getByRole("link", { name: "No, go back" }).click();
    await page.getByRole("link", { name: "Ask for your data to be erased" }).click();
    await press(page, "Yes, ask for my data to be erased");
    assert.match(await status(page), /^Your request was passed on\./);
    const requests: string[] = [];
    for await (const key of service.bucket.list("erasures/requested/")) requests.push(key);
    assert.equal(requests.length, 1);

    await press(page, "Sign out");
    assert.ok(await page.getByRole("link", { name: "Go to the hub and sign in" }).isVisible());
    assert.deepEqual(await context.cookies(), []);
    assert.equal((await page.goto(`${own.url}/data`))?.status(), 401);
    await context.close();
  });

  test("is used with the keyboard alone, and shows where it is", async (t) => {
    if (!hasBrowser(t)) return;
    const context = await newContext();
    const page = await comeIn(context, "katherine");
    const focused = () => page.locator(":focus");
    const tabTo = async (name: string): Promise<void> => {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press("Tab");
        if ((await focused().innerText()) === name) return;
      }
      assert.fail(`Tab does not lead to "${name}".`);
    };
    await page.keyboard.press("Tab");
    assert.equal(await focused().innerText(), "Skip to the content");
    assert.ok(await focused().isVisible());
    await page.keyboard.press("Enter");
    await tabTo("No, collect nothing about me");
    assert.notEqual(
      await page.evaluate<string>("getComputedStyle(document.activeElement).outlineStyle"),
      "none",
    );
    await page.keyboard.press("Enter");
    await page.getByRole("status").waitFor();
    assert.match(await status(page), /^You said no\./);
    await context.close();
  });

  test("fits a screen of 320 pixels, in light and dark", async (t) => {
    if (!hasBrowser(t)) return;
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await newContext({ viewport: { width: 320, height: 640 }, colorScheme });
      const page = await comeIn(context, "emmy");
      for (const path of ["/", "/data", "/erase"]) {
        await page.goto(own.url + path);
        for (const summary of await page.locator("summary").all()) await summary.click();
        const width = await page.evaluate<number>("document.documentElement.scrollWidth");
        assert.ok(width <= 320, `${path} is ${width} pixels wide`);
      }
      await context.close();
    }
  });

  test("is reached from a hub of another site", async (t) => {
    if (!hasBrowser(t)) return;
    const context = await newContext();
    const page = await context.newPage();
    await page.goto(own.hubUrl);
    const forms = await page.getByRole("main").innerHTML();
    await page.route("http://hub.example/hub/lms", (route) =>
      route.fulfill({ contentType: "text/html", body: forms }),
    );
    await page.goto("http://hub.example/hub/lms");
    await press(page, "about ada");
    await page.getByText("Signed in as ada").waitFor();
    await page.getByRole("link", { name: "Ask for your data to be erased" }).click();
    await page.getByRole("link", { name: "No, go back" }).click();
    await press(page, "Sign out");
    await context.close();
  });

  test("takes no form of another site, nor of this machine's other ports, whose forms have the cookie with them", async (t) => {
    if (!hasBrowser(t)) return;
    const context = await newContext();
    const page = await comeIn(context, "emmy");
    for (const [elsewhere, wanted] of [
      ["http://elsewhere.example/", 401],
      ["http://127.0.0.1:9/", 403],
    ] as const) {
      const other = await context.newPage();
      const body = `<form method="post" action="${own.url}/choice"><input name="to" value="out"><button>Win</button></form>`;
      await other.route(elsewhere, (route) => route.fulfill({ contentType: "text/html", body }));
      await other.goto(elsewhere);
      const answered = other.waitForResponse(`${own.url}/choice`);
      await press(other, "Win");
      const response = await answered;
      assert.equal(response.status(), wanted);
    }
    await page.reload();
    assert.ok(await page.getByText("You have not chosen yet.").isVisible());
    await context.close();
  });
});

describe("The learner's own page, as axe checks it", () => {
  const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

  for (const colorScheme of ["light", "dark"] as const)
    test(`has nothing in ${colorScheme} that keeps somebody out`, async (t) => {
      if (!hasBrowser(t)) return;
      // The page has no script, and lets none in; axe is one.
      const context = await newContext({ javaScriptEnabled: true, bypassCSP: true, colorScheme });
      const page = await comeIn(context, "ada");
      for (const path of ["/", "/data", "/erase", "/nowhere", own.hubUrl]) {
        await page.goto(new URL(path, own.url).href);
        for (const summary of await page.locator("summary").all()) await summary.click();
        await page.addScriptTag({ path: axe });
        const found = await page.evaluate<string>(
          "axe.run().then(({ violations, passes }) => JSON.stringify({ violations, passes: passes.length }))",
        );
        const { violations, passes } = JSON.parse(found);
        assert.ok(passes > 5);
        assert.deepEqual(
          violations.map(
            ({ id, impact, nodes }: { id: string; impact: string; nodes: { html: string }[] }) =>
              `${impact} ${id} ${nodes[0]?.html}`,
          ),
          [],
          path,
        );
      }
      await context.close();
    });
});
