import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { project } from "../../build/bundle.ts";
import { readSite, type Source } from "../../build/site.ts";
import { logIncidents } from "../../src/aws/log.ts";
import { logMetrics } from "../../src/aws/metrics.ts";
import { logReturned, settledRecords } from "../../src/aws/records.ts";
import { personalInAny } from "../../src/event/personal.ts";
import type { EventMessage } from "../../src/intake.ts";
import { measuredTranslation } from "../../src/measured.ts";
import type { Site } from "../../src/site.ts";
import { eventsOf } from "../mapping/schema-events.ts";
import { canariesOf, canaryEvents, foundIn } from "../support/canaries.ts";
import { deliverTo, endpointAt } from "../support/delivering.ts";
import { message } from "../support/events.ts";
import { everyEndpoint } from "../support/every-endpoint.ts";
import { listener } from "../support/listener.ts";
import { logging } from "../support/logging.ts";
import { runs } from "../support/runs.ts";
import { siteWith } from "../support/site.ts";
import { learnerToken, serviceToken } from "../support/tokens.ts";
import { type Translating, translating } from "../support/translating.ts";

/** What is said of a batch besides what is archived of its events: logs, metrics, errors, details, names of objects. */
const saidOf = async (
  { bucket, translate }: Translating,
  messages: readonly EventMessage[],
  endpoints: readonly string[],
): Promise<readonly string[]> => {
  const { lines, value } = await logging(async () => {
    const result = await translate(messages);
    const { settled } = result;
    // As the function does.
    console.info({ message: "Translated a batch.", ...result.counts });
    logIncidents(result.incidents);
    logMetrics(measuredTranslation(result));
    for (const record of settledRecords(settled))
      if (record.status === "rejected") logReturned(record.reason, { messageId: "message" });
    return settled;
  });
  const failed = await Promise.all(endpoints.map((name) => bucket.records("failed", name)));
  return [
    ...lines,
    ...value.map((error) => error?.message ?? ""),
    ...(await bucket.records("quarantine")).map(({ detail }) => String(detail)),
    ...(await bucket.records("ledger")).map((record) => JSON.stringify(record)),
    ...failed.flat().map((record) => JSON.stringify(record)),
    ...bucket.puts,
  ];
};

describe("Personal data of whatever event a shipped schema accepts", () => {
  let sources: readonly Source[];
  let site: Site;
  let names: readonly string[];
  before(async () => {
    ({ sources } = await readSite(project));
    site = await siteWith(everyEndpoint(sources));
    names = site.endpoints.map(({ name }) => name);
  });

  const isProtected = (name: string): boolean => /^(pseudonymise|refuse)-/.test(name);

  const sent = (run: Translating, which: (name: string) => boolean): readonly string[] =>
    names.filter(which).flatMap((name) => run.bodies(name));

  it("never comes to an endpoint that gets pseudonyms or refuses it, nor into logs, errors and metrics", async () => {
    const seen = { allowed: 0, statements: 0, refusing: 0, said: 0 };
    for (const source of sources) {
      const before = seen.statements;
      for (const { schema, learner, version, anonymous } of source.schemas) {
        const personal = personalInAny(source.schemas);
        const events = canaryEvents(eventsOf(schema), personal);
        await fc.assert(
          fc.asyncProperty(
            fc.array(events, { minLength: 1, maxLength: 4 }),
            fc.nat(),
            async (batch, seed) => {
              const user = canariesOf(seed + 7);
              const username = user.text();
              const token = await (learner === undefined && !anonymous
                ? learnerToken(username)
                : serviceToken());
              const id = source.ids[seed % source.ids.length] ?? "";
              const messages = await Promise.all(
                batch.map(({ event }) =>
                  message(
                    {
                      __timestamp__: "2026-11-22T01:07:49.726071+00:00Z",
                      __schema__: id,
                      __schema_version__: version,
                      ...event,
                    },
                    { token },
                  ),
                ),
              );
              const run = await translating({ site });
              const said = await saidOf(run, messages, names);
              const canaries = [...user.made, ...batch.flatMap((each) => each.canaries.made)];
              const out = sent(run, isProtected);
              assert.deepEqual(foundIn(out, canaries), [], `${source.name}, sent`);
              assert.deepEqual(foundIn(said, canaries), [], `${source.name}, said`);
              seen.said += said.length;
              seen.statements += out.length;
              seen.refusing += sent(run, (name) => name.startsWith("refuse-")).length;
              seen.allowed += foundIn(
                sent(run, (name) => name.startsWith("allow-")),
                canaries,
              ).length;
            },
          ),
          { numRuns: runs(15) },
        );
      }
      assert.ok(seen.statements > before, source.name);
    }
    // It would be found if it were there.
    assert.ok(seen.allowed > 100 && seen.statements > 500, JSON.stringify(seen));
    assert.ok(seen.refusing > 100 && seen.said > 1000, JSON.stringify(seen));
  });

  it("is not told of events that cannot be taken, by its schema, its time, its sender, or its version", async () => {
    for (const source of sources) {
      const [file] = source.schemas;
      if (file === undefined) continue;
      const events = canaryEvents(eventsOf(file.schema), personalInAny(source.schemas));
      await fc.assert(
        fc.asyncProperty(events, fc.nat(), async ({ event, canaries }, seed) => {
          const odd = canariesOf(seed);
          const whole = {
            __timestamp__: odd.text(),
            __schema__: source.ids[0],
            __schema_version__: file.version,
          };
          const time = { __timestamp__: "2026-11-22T01:07:49.726071+00:00Z" };
          const bodies = [
            { ...whole, ...event },
            { ...whole, ...time, ...event, __schema_version__: odd.text() },
            { ...whole, ...time, ...event, __schema__: odd.text() },
            {
              ...whole,
              ...time,
              ...event,
              ...Object.fromEntries(Object.keys(event).map((key) => [key, [odd.text()]])),
            },
            `${JSON.stringify({ ...whole, ...event }).slice(0, -5)}`,
          ];
          const token = await learnerToken(odd.text());
          const messages = await Promise.all([
            ...bodies.map((body) => message(body, { token })),
            message({ ...whole, ...time, ...event }, { token: odd.text() }),
            message({ ...whole, ...time, ...event }, { token: undefined, attributes: { user: odd.text() } }),
          ]);
          // And no queue takes anything.
          const said = await saidOf(await translating({ site, takes: () => false }), messages, names);
          assert.ok(said.length > 5);
          assert.deepEqual(foundIn(said, [...canaries.made, ...odd.made]), [], source.name);
        }),
        { numRuns: runs(5) },
      );
    }
  });

  it("is not in what is logged and kept of an endpoint that sends back what it got", async () => {
    await using store = await listener((_, body) => ({ status: 400, text: `This cannot be taken: ${body}` }));
    for (const source of sources) {
      const [file] = source.schemas;
      if (file === undefined) continue;
      const personal = personalInAny(source.schemas);
      const [one] = fc.sample(fc.array(canaryEvents(eventsOf(file.schema), personal), { minLength: 8 }), 1);
      const token = await (file.learner === undefined ? learnerToken("ada") : serviceToken());
      const messages = await Promise.all(
        (one ?? []).map(({ event }) =>
          message(
            {
              __timestamp__: "2026-11-22T01:07:49.726071+00:00Z",
              __schema__: source.ids[0],
              __schema_version__: file.version,
              ...event,
            },
            { token },
          ),
        ),
      );
      const run = await translating({ site });
      await run.translate(messages);
      const canaries = (one ?? []).flatMap((each) => each.canaries.made);
      for (const endpoint of site.endpoints.filter(({ name }) => isProtected(name))) {
        const bodies = run.bodies(endpoint.name);
        if (bodies.length === 0) continue;
        const { bucket } = run;
        const deliver = deliverTo(
          { ...endpointAt(store.url, endpoint.protocol), name: endpoint.name },
          { bucket },
        );
        const { lines } = await logging(async () => {
          const { settled, counts } = await deliver(bodies);
          console.info({ message: "Delivered a batch.", ...counts });
          for (const record of settledRecords(settled))
            if (record.status === "rejected") logReturned(record.reason, { messageId: "message" });
        });
        const kept = (await bucket.records("failed", endpoint.name)).map((record) => JSON.stringify(record));
        assert.ok(kept.length > 0);
        assert.deepEqual(foundIn([...lines, ...kept], canaries), [], `${source.name}, ${endpoint.name}`);
      }
    }
    assert.ok(store.requests.length > 20);
  });
});
