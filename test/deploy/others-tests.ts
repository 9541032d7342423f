import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { project } from "../../build/bundle.ts";
import { dayOf, daysAfter } from "../../src/archive/days.ts";
import { CONTENTS, envelope } from "../support/events.ts";
import { archive, deployment, hub, keysBelow, lambda, nameOf, sent, skip, until } from "./deployed.ts";
import { STAGE } from "./deployment.ts";
import { metricsIn } from "./metrics.ts";
import { CALIPER, REFUSING, XAPI } from "./site.ts";
import { variablesFor } from "./stack.ts";

const run = promisify(execFile);

/** What CloudWatch would know of a metric of a function, each value that was logged. */
const valuesOf = (fn: string, metric: string): readonly number[] =>
  metricsIn(lambda.logged(nameOf(fn))).flatMap(({ name, value }) => (name === metric ? [value] : []));

describe("The other functions of the deployed service", { skip }, () => {
  it("take events that are posted, which are told as all others", async () => {
    const { token } = await hub().sign(undefined);
    const before = deployment.sandbox.statements(XAPI).length;
    const answer = await fetch(`${lambda.addresses.get("IngestApi")}/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(envelope(CONTENTS, { action: "save", path: "posted.ipynb" })),
    });
    assert.deepEqual([answer.status, await answer.json()], [202, { taken: 1, refused: [] }]);
    await until("it is told", () => deployment.sandbox.statements(XAPI).length === before + 1);
  });

  it("show learners their own page", async () => {
    const url = lambda.addresses.get("LearnersPage");
    const body = new URLSearchParams({ token: await hub().signIn("ada") });
    const signedIn = await fetch(`${url}/sign-in`, { method: "POST", body, redirect: "manual" });
    const [cookie = ""] = signedIn.headers.getSetCookie();
    const page = await fetch(`${url}/`, { headers: { cookie: cookie.split(";")[0] ?? "" } });
    assert.equal(page.status, 200);
    assert.match(await page.text(), /Signed in as <strong>ada</);
  });

  it("have lost nothing, as an administrator sees it", async () => {
    const command = ["--disable-warning=ExperimentalWarning", join(project, "cli", "jlt.ts")];
    const args = [...command, "ledger", "--stage", STAGE, "--json"];
    const env = { PATH: process.env.PATH, ...variablesFor(deployment.aws.url) };
    const { stdout } = await run(process.execPath, args, { cwd: deployment.folder, env });
    const { balanced, accepted, withheld, quarantined, endpoints } = JSON.parse(stdout);
    assert.equal(balanced, true, stdout);
    const refused = Object.values<number>(quarantined).reduce((sum, each) => sum + each, 0);
    // With the one that was posted.
    assert.equal(accepted + withheld + refused, sent.size + 1);
    const waiting = endpoints.map(({ endpoint, waiting }: Record<string, unknown>) => [
      endpoint,
      Number(waiting) > 0,
    ]);
    assert.deepEqual(Object.fromEntries(waiting), { [CALIPER]: false, [REFUSING]: true, [XAPI]: false });
  });

  it("send a test event the whole way, and measure its time", async () => {
    await lambda.feed(nameOf("deliver-probe"));
    const probe = await lambda.instance(nameOf("probe"));
    await probe.invoke({ source: "aws.events", "detail-type": "Scheduled Event", detail: {} });
    await until("it has arrived", () => valuesOf("probe", "ProbeTime").length > 0);
    assert.equal(
      valuesOf("translate", "Probes").reduce((sum, each) => sum + each, 0),
      1,
    );
    assert.equal(valuesOf("probe", "ProbeTime").length, 1);
  });

  it("find nothing wrong, where they audit the ledger", async () => {
    const audit = await lambda.instance(nameOf("audit"));
    assert.partialDeepStrictEqual(await audit.invoke({}), { faults: 0, troubles: 0 });
    await audit.stop();
    assert.deepEqual(valuesOf("audit", "Faults"), [0]);
  });

  it("put finished days into tables", async () => {
    const compact = await lambda.instance(nameOf("compact"));
    const today = dayOf(Date.now());
    const earlier = daysAfter(today, -3);
    const moved = await keysBelow(`raw/dt=${today}/`);
    for (const key of moved) await archive().put(key.replace(today, earlier), await archive().get(key));
    const counts = await compact.invoke({});
    assert.partialDeepStrictEqual(counts, { days: 1, objects: moved.length, failed: 0, troubles: 0 });
    const left = await keysBelow(`raw/dt=${earlier}/`);
    assert.ok(left.length > 0 && left.every((key) => key.endsWith(".parquet")));
  });
});
