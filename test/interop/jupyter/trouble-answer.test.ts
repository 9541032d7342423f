/** The shipped sender, and an ingest address whose answer breaks off. It needs no more than Python itself. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { serving } from "../../support/listener.ts";
import { setting } from "./install.ts";
import { runScript } from "./scripts.ts";

const { python, skip } = await setting();

describe("The shipped sender, whose answer breaks off", { skip }, () => {
  it("sends again, as the answer might have said what was not taken", async () => {
    const bodies: string[] = [];
    const whole = JSON.stringify({ taken: 2, refused: [{ index: 0, reason: "json.malformed" }] });
    await using receiver = await serving(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      bodies.push(Buffer.concat(chunks).toString("utf8"));
      response.writeHead(202, { "content-length": whole.length });
      if (bodies.length > 1) response.end(whole);
      else response.write(whole.slice(0, 12), () => response.destroy());
    });
    const { stdout, stderr } = await runScript(python, "answers.py", {
      LMS_INGEST_URL: `${receiver.url}/events`,
    });
    assert.equal(bodies.length, 2);
    assert.equal(bodies[1], bodies[0]);
    assert.deepEqual(JSON.parse(stdout), { taken: 4, sent: 2, dropped: 2 });
    assert.match(stderr, /Events wait, as they could not be sent: the answer broke off\./);
  });
});
