import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after } from "node:test";
import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { settled } from "../../local/service.ts";
import { openWorkbench } from "../../local/workbench.ts";
import type { RunningService } from "../service/support.ts";
import { type EditedSite, editedSite, serviceOf } from "../service/taking-support.ts";
import { newContext } from "./browser.ts";

/** A local service of a site's own copy, with its workbench, as `npm start` runs them. */
export interface Running {
  readonly service: RunningService;
  readonly site: EditedSite;
  /** The workbench's address, with its token. */
  readonly url: string;
  /** Feeds a file of events, and waits until all of them have settled. */
  feed(file: string): Promise<void>;
}

/** What a page did that it must not do. */
export interface Offences {
  readonly requests: string[];
  readonly complaints: string[];
}

/** Starts a service, and its workbench; both end with the tests of the file. Its site may be made another before. */
export const runWorkbench = async (
  prepare: (site: EditedSite) => Promise<void> = async () => {},
): Promise<Running> => {
  const site = await editedSite();
  await prepare(site);
  const { service, state } = await serviceOf(site, 2);
  const workbench = await openWorkbench({
    folder: site.folder,
    state,
    port: 0,
    service,
    starting: new AbortController().signal,
    onEnd: (why) => assert.fail(why),
  });
  after(workbench.stop);
  return {
    service,
    site,
    url: workbench.url,
    feed: async (file) => {
      await service.feed(file);
      assert.ok(await settled(service, 60_000));
    },
  };
};

/** A browser's window on the workbench, and what it did that it must not. */
export const lookAt = async (
  { url }: Running,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly context: BrowserContext; readonly offences: Offences }> => {
  const context = await newContext({ javaScriptEnabled: true, ...options });
  const page = await context.newPage();
  const { origin } = new URL(url);
  const offences: Offences = { requests: [], complaints: [] };
  context.on("request", (request) => {
    if (!request.url().startsWith(origin)) offences.requests.push(request.url());
  });
  // A policy that is broken is told on the console, and so is a script that fails.
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) offences.complaints.push(message.text());
  });
  page.on("pageerror", (error) => offences.complaints.push(String(error)));
  await page.goto(url);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return { page, context, offences };
};

/** Goes to a page by its name in the navigation. */
export const open = async (page: Page, name: string): Promise<void> => {
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
};

/** Pastes a text into the editor of a mapping, in place of what is there. */
export const paste = async (page: Page, text: string): Promise<void> => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.getByRole("textbox", { name: /mapping/i }).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("ControlOrMeta+v");
};

/** What it did is nothing that it must not. */
export const innocent = ({ requests, complaints }: Offences): void =>
  assert.deepEqual({ requests, complaints }, { requests: [], complaints: [] });

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe finds on a page as it is, whatever its impact. The context must be one that bypasses the page's policy. */
export const barriers = async (page: Page): Promise<readonly string[]> => {
  await page.addScriptTag({ path: axe });
  const found = await page.evaluate<string>(
    "axe.run().then(({ violations, passes }) => JSON.stringify({ violations, passes: passes.length }))",
  );
  const { violations, passes } = JSON.parse(found);
  assert.ok(passes > 5);
  return violations.map(
    ({ id, impact, nodes }: { id: string; impact: string; nodes: { html: string }[] }) =>
      `${impact} ${id} ${nodes.map(({ html }) => html).join(" ")}`,
  );
};

/** Keeps a picture of a page, where SCREENSHOTS names a folder for them. */
export const picture = async (page: Page, name: string): Promise<void> => {
  const { SCREENSHOTS: folder } = process.env;
  if (folder === undefined || folder === "") return;
  await mkdir(folder, { recursive: true });
  // To hide the caret, it would add a style of its own to the page, whose policy forbids it.
  await page.screenshot({ path: join(folder, `${name}.png`), caret: "initial" });
};
