import assert from "node:assert/strict";
import { it } from "node:test";
import { project } from "../../build/bundle.ts";
import { imaginedSettings, imaginedSite } from "../../build/imagined.ts";
import { loadSite } from "../../build/load.ts";
import { readMappings } from "../../build/site.ts";
import { framesFor } from "../../src/endpoint/frame.ts";
import type { StatementId } from "../../src/event/id.ts";

it("A record says of an event that nothing proves whose it is, and of no other", async () => {
  const settings = imaginedSettings();
  const { sources } = await readMappings(project, settings.hub);
  const site = await loadSite(imaginedSite(sources, settings));
  const endpoint = site.endpoints.find(({ protocol }) => protocol === "json");
  assert.ok(endpoint !== undefined);
  const translate = site.routes[endpoint.name]?.translate["jupyter-server/contents"];
  const frames = framesFor(endpoint, settings, { key: "a key of forty bytes, which no site has." });
  for (const proven of [true, false]) {
    const learner = { username: "ada", roles: [], proven, sender: {} };
    const [record] =
      translate?.(
        { action: "save", path: "a.ipynb" },
        {
          ...frames.of(learner, "2026-11-20T09:00:01.000Z"),
          time: "2026-11-20T09:00:00.000Z",
          id: () => "id" as StatementId,
          previous: undefined,
        },
      ) ?? [];
    assert.equal(JSON.parse(record?.text ?? "").proven, proven ? undefined : false);
  }
});
