import { existsSync } from "node:fs";
import { after, type TestContext } from "node:test";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";

/** Where a Chromium may be: what CHROMIUM names, or a system's own. */
const PLACES = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const found = PLACES.find((place) => place !== undefined && existsSync(place));

let browser: Promise<Browser> | undefined;
after(async () => {
  await (await browser)?.close();
});

/** Whether there is a browser to test with. Without one the test is skipped, but in CI it fails. */
export const hasBrowser = (t: TestContext): boolean => {
  if (found !== undefined) return true;
  const missing =
    "There is no Chromium here: install one (Debian: apt-get install chromium), or name it in CHROMIUM.";
  if (process.env.CI === "true") throw new Error(missing);
  // Not everybody who runs the tests has a browser; CI always does.
  t.skip(missing);
  return false;
};

/** A browser that nobody has used yet, without JavaScript unless told otherwise. */
export const newContext = async (options: BrowserContextOptions = {}): Promise<BrowserContext> => {
  if (found === undefined) throw new Error("There is no Chromium here.");
  // Root, as whom CI may run, has no sandbox. Nothing is opened but this machine's own pages.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  browser ??= chromium.launch({ executablePath: found, args });
  return (await browser).newContext({ javaScriptEnabled: false, ...options });
};
