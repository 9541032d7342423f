import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventsFile, saveOf } from "../service/support.ts";
import { hasBrowser } from "./browser.ts";
import { innocent, lookAt, open, runWorkbench } from "./workbench.ts";

const running = await runWorkbench();

const SCRIPT = `<img src=x onerror="globalThis.harmed=true"><script>globalThis.harmed=true</script>`;
const TURNED = "\u202Eipynb.sterces\u202C";
const HOSTILE = [
  SCRIPT,
  "${globalThis.harmed=true}",
  TURNED,
  "\u0000\u0007\u001b[31mred",
  "👩🏽‍🏫 名前 שם Ω̴̡̛",
  "javascript:globalThis.harmed=true",
  `"}]}</script><!--`,
  "x".repeat(100_000),
];

/** JSON as Python writes it, whose producers these events come from: in ASCII only. */
const inAscii = (json: string): string =>
  json.replace(/[\u0080-\uffff]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);

describe("The workbench, of events that somebody made to harm whoever looks at them", () => {
  test("shows all of them as text: in lists, whole, as samples, and in quarantine", async (t) => {
    if (!hasBrowser(t)) return;
    await running.feed(await eventsFile(HOSTILE.map((each) => inAscii(saveOf(`stat101/${each}.ipynb`)))));
    const unknown = HOSTILE.slice(0, -1).map((each) =>
      inAscii(
        JSON.stringify({ ...JSON.parse(saveOf("a")), __schema__: `https://example.edu/${each}`, note: each }),
      ),
    );
    await running.feed(await eventsFile([...unknown, `{"broken": "${SCRIPT.replaceAll('"', "'")}`]));
    const { page, context, offences } = await lookAt(running, { viewport: { width: 1280, height: 900 } });
    const harmless = async (): Promise<void> => {
      assert.equal(await page.evaluate("globalThis.harmed === undefined"), true);
      assert.equal(await page.locator("main img, main script").count(), 0);
      const text = await page.locator("main").innerText();
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
      assert.doesNotMatch(text, /[\u0000-\u0008\u001b\u202a-\u202e\u2066-\u2069]/);
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      assert.ok(width <= 1280, `${page.url()} is ${width} pixels wide`);
    };

    const follow = async (from: string, beginning: string): Promise<number> => {
      await page.goto(new URL(from, running.url).href);
      const links = page.locator(`main a[href^="${beginning}"]`);
      await links.first().waitFor();
      await harmless();
      const all = await links.evaluateAll((found) => found.map((each) => each.getAttribute("href")));
      const paths = new Set(all);
      for (const path of paths) {
        await page.goto(new URL(path ?? "", running.url).href);
        await page.locator("main .json, main pre").first().waitFor();
        await harmless();
      }
      return paths.size;
    };
    assert.equal(await follow("/events", "/events/"), HOSTILE.length);
    assert.equal(await follow("/set-aside", "/quarantine/"), unknown.length + 1);

    for (const place of ["Flow", "Mappings", "Endpoints", "Privacy"]) {
      await open(page, place);
      await harmless();
    }
    await page.goto(new URL("/mappings/jupyter-server/contents", running.url).href);
    const samples = page.getByRole("combobox", { name: "Event" });
    await samples.waitFor();
    for (const option of await samples.locator("option").all()) {
      await samples.selectOption({ value: (await option.getAttribute("value")) ?? "" });
      await page.getByText("No problems").waitFor();
      await harmless();
    }
    await context.close();
    innocent(offences);
  });
});
