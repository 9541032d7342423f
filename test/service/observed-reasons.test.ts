import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import type { reasons } from "../../src/event/reason.ts";
import type { EventMessage } from "../../src/intake.ts";
import { measuredDelivery, measuredTranslation } from "../../src/measured.ts";
import type { Measured } from "../../src/metrics.ts";
import { body, delivering, statement } from "../support/delivering.ts";
import { messageOf } from "../support/delivery-queue.ts";
import { contents, message, serverAction } from "../support/events.ts";
import { copies, siteThatFails } from "../support/site.ts";
import { learnerToken, signClaims } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";

const DAY = 86_400_000;

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());

const translated = async (...messages: readonly EventMessage[]): Promise<Measured> => {
  const { translate } = await translating({ site: await siteThatFails(copies) });
  return measuredTranslation(await translate(messages));
};

/** What is measured where a store behaves like this when it is sent a statement; `earlier`: after this many milliseconds. */
const delivered = async (
  behaviour: Parameters<Sandbox["behave"]>[1],
  { name = "file", earlier = 0, changes = {} }: { name?: string; earlier?: number; changes?: object } = {},
): Promise<Measured> => {
  const { store, deliverMessages } = delivering(sandbox, "xapi", { changes });
  sandbox.behave(store, behaviour);
  const sent = Date.now() - earlier;
  return measuredDelivery(await deliverMessages([messageOf(body(statement("xapi", name)), { sent })]));
};

const conflicting = async (): Promise<Measured> => {
  const { deliver } = delivering(sandbox, "xapi");
  const first = statement("xapi", "file");
  await deliver([body(first)]);
  return measuredDelivery(await deliver([body({ ...first, text: first.text.replace("saved", "changed") })]));
};

/** For each reason, what ends by it: where an event does, and where a statement does. */
const ends: Readonly<Record<keyof typeof reasons, Readonly<Record<string, () => Promise<Measured>>>>> = {
  "body.empty": { Quarantined: async () => translated(await message("")) },
  "encoding.invalid": {
    Quarantined: async () => translated(await message("{}", { attributes: { "content-encoding": "br" } })),
  },
  "json.malformed": { Quarantined: async () => translated(await message("{")) },
  "size.exceeded": {
    Quarantined: async () => translated(await message(contents({ path: "x".repeat(300_000) }))),
    SetAside: () => delivered({ maxBytes: 3000 }, { name: "x".repeat(3000) }),
  },
  "schema.unknown": { Quarantined: async () => translated(await message({ hello: "world" })) },
  "schema.invalid": { Quarantined: async () => translated(await message(contents({ action: "fly" }))) },
  "time.invalid": {
    Quarantined: async () => translated(await message(contents({ __timestamp__: "2026-11-22" }))),
  },
  "identity.missing": {
    Quarantined: async () => translated(await message(contents(), { token: undefined })),
  },
  "identity.forged": { Quarantined: async () => translated(await message(contents(), { token: "eyJ.a.b" })) },
  "identity.expired": {
    Quarantined: async () => {
      const token = await signClaims({ sub: "ada", role: "learner" }, { expires: -3600 });
      return translated(await message(contents(), { token }));
    },
  },
  "identity.mismatch": {
    Quarantined: async () => translated(await message(serverAction({ username: "grace" }))),
  },
  "mapping.failed": {
    SetAside: async () => {
      const token = await learnerToken("emmy", { course: { id: "phys7" } });
      return translated(await message(contents({ action: "copy" }), { token }));
    },
  },
  "endpoint.refused": { SetAside: () => delivered({ refuseAbout: "file" }) },
  "endpoint.conflict": { SetAside: conflicting },
  "endpoint.unlisted": {
    SetAside: () => delivered({}, { changes: { url: { hosts: ["lms.example.edu"] } } }),
  },
  "endpoint.unavailable": { SetAside: () => delivered({ status: 503 }, { earlier: 13 * DAY + 1000 }) },
};

describe("every reason for which an event or a statement ends", () => {
  for (const [reason, ways] of Object.entries(ends))
    for (const [metric, run] of Object.entries(ways))
      it(`is measured as ${metric}, by its name: ${reason}`, async () => {
        const { totals, parts = [] } = await run();
        const part = parts.find((each) => each.metric === metric);
        assert.deepEqual([part?.dimension, part?.counts], ["Reason", { [reason]: 1 }]);
        assert.equal(totals[metric as "SetAside"], 1);
        const others = parts.filter((each) => each !== part).map(({ counts }) => counts);
        assert.ok(others.every((counts) => Object.keys(counts).length === 0));
      });
});

describe("what waits at an endpoint", () => {
  it("is measured with why it waits, and what arrives or ends waits no more", async () => {
    for (const [why, behaviour] of [
      ["retry", { status: 503 }],
      ["setup", { status: 401 }],
    ] as const) {
      const { totals, parts } = await delivered(behaviour);
      assert.deepEqual([totals.Waiting, totals.Delivered, totals.Messages], [1, 0, 1]);
      assert.deepEqual(parts?.find(({ metric }) => metric === "Waiting")?.counts, { [why]: 1 });
    }
    const { totals, parts } = await delivered({});
    assert.deepEqual([totals.Waiting, totals.Delivered, totals.SetAside], [0, 1, 0]);
    assert.deepEqual(parts?.find(({ metric }) => metric === "Waiting")?.counts, {});
  });
});
