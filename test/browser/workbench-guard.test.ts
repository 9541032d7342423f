import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { test } from "node:test";
import { startServer } from "../../local/http-api.ts";
import { hasBrowser } from "./browser.ts";
import { innocent, lookAt, open, runWorkbench } from "./workbench.ts";

const running = await runWorkbench();
const token = new URL(running.url).hash.slice("#token=".length);

test("The token of the address is in no address any more once it is opened, and other tabs have it", async (t) => {
  if (!hasBrowser(t)) return;
  const { page, context, offences } = await lookAt(running);
  assert.ok(!page.url().includes(token));
  await page.reload();
  await page.getByText("0 messages wait").waitFor();
  const other = await context.newPage();
  await other.goto(new URL("/endpoints", running.url).href);
  await other.getByText("Campus learning record store").first().waitFor();
  await context.close();
  innocent(offences);
});

test("Other servers on this machine that the same browser visits are sent nothing by which to use it", async (t) => {
  if (!hasBrowser(t)) return;
  const seen: { url: string; headers: IncomingHttpHeaders }[] = [];
  const stranger = await startServer();
  t.after(stranger.stop);
  stranger.answer(async (request, response) => {
    seen.push({ url: request.url ?? "", headers: request.headers });
    response.writeHead(200, { "content-type": "text/html" }).end("<script>fetch('/x')</script>");
  });
  const { page, context } = await lookAt(running);
  await Promise.all([page.waitForRequest(`${stranger.url}/x`), page.goto(stranger.url)]);
  assert.ok(seen.length > 0);
  assert.ok(!JSON.stringify(seen).includes(token));
  // Nor can its page read what the workbench answers.
  const asked = `fetch(${JSON.stringify(new URL("/api/flow", running.url).href)}, { headers: { "x-workbench-token": ${JSON.stringify(token)} } }).then(() => "read", () => "refused")`;
  assert.equal(await page.evaluate<string>(asked), "refused");
  await context.close();
});

test("Whoever comes without the token is told by what address to come, and goes on once they have it", async (t) => {
  if (!hasBrowser(t)) return;
  const { page, context } = await lookAt({ ...running, url: new URL("/", running.url).href });
  await page.getByRole("alert").filter({ hasText: "Open the workbench by the whole address" }).waitFor();
  await page.goto(running.url);
  await page.getByText("0 messages wait").waitFor();
  await open(page, "Privacy");
  await context.close();
});
