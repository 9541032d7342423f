import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { eventReader } from "../../src/event/catalog.ts";
import { type Intake, type Readers, takeIn } from "../../src/intake.ts";
import { senderReader } from "../../src/learner/sender.ts";
import { message } from "../support/events.ts";
import { shippedSite } from "../support/site.ts";
import { KEY, serviceToken } from "../support/tokens.ts";

const data = fileURLToPath(new URL("../../../shared/data/jupyter", import.meta.url));
const skip = existsSync(data) ? false : "the collected samples are not beside the project";

/** The files of events that the shipped mappings know, each with who sends it. */
const known = [
  ["jupyterhub/samples", /^(server-action|pr2542).*\.jsonl$/, "service", 10],
  ["jupyter_server/samples", /^(contents_service|kernel_actions).*\.jsonl$/, "learner", 20],
  ["jupyter_events/samples", /^envelope_.*\.jsonl$/, "learner", 4],
] as const;

describe("what Jupyter was seen to emit", { skip }, () => {
  let readers: Readers;
  before(async () => {
    const { schemas, settings } = await shippedSite();
    readers = {
      readEvent: eventReader(schemas),
      readSender: senderReader(settings.trust, KEY),
      trust: settings.trust,
    };
  });

  const takeFile = async (path: string, sender: "service" | "learner"): Promise<Intake> => {
    const token = sender === "service" ? { token: await serviceToken() } : {};
    return takeIn(await message(readFileSync(path, "utf8"), token), 0, readers);
  };

  for (const [folder, name, sender, least] of known) {
    it(`is read without quarantine: ${folder}`, async () => {
      let events = 0;
      for (const file of readdirSync(`${data}/${folder}`).filter((each) => name.test(each))) {
        const { accepted, quarantined, crash } = await takeFile(`${data}/${folder}/${file}`, sender);
        assert.equal(crash, undefined);
        assert.deepEqual(quarantined, [], file);
        for (const { time } of accepted) assert.match(time, /^20(19|26)-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        events += accepted.length;
      }
      assert.ok(events >= least, `only ${events} events`);
    });
  }

  it("is quarantined with a reason, and crashes nothing, where no mapping knows it", async () => {
    const files = readdirSync(data, { recursive: true, encoding: "utf8" });
    for (const file of files.filter((each) => /samples\/.*\.jsonl?$/.test(each))) {
      const { accepted, quarantined, crash } = await takeFile(`${data}/${file}`, "learner");
      assert.equal(crash, undefined, file);
      assert.ok(accepted.length + quarantined.length > 0, file);
    }
  });
});
