/** A real Jupyter Server with the configuration that is shipped for learners' servers, and what is told of it. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../../build/bundle.ts";
import { EVENTS } from "../../../local/names.ts";
import { readAccounts } from "../../../src/ledger/accounts.ts";
import { toldTo } from "../../service/support.ts";
import { endpointFile, runWhole, type Whole } from "../support/whole.ts";
import { setting } from "./install.ts";
import { queueVariables, shipped, startServer } from "./server.ts";
import { act, EXPECTED, GOTTEN } from "./server-acts.ts";
import { archivedIn, caliperTold, signed, xapiTold } from "./told.ts";

const { python, folder, skip } = await setting();

const KERNELS = ["restarted", "interrupted", "shut-down"].map(
  (each) => `+jupyter-server/kernel-actions:${each}`,
);
const [XAPI, CALIPER, OPENED] = ["tests-xapi", "tests-caliper", "tests-opened"] as const;
const ENDPOINTS = {
  [XAPI]: endpointFile("xapi", ["jupyter-server/*", ...KERNELS]),
  [CALIPER]: endpointFile("caliper", ["jupyter-server/*"]),
  [OPENED]: endpointFile("xapi", ["+jupyter-server/contents:opened"]),
};

/** How events get to the service, each way from the server of a learner of its own. */
const WAYS = [
  {
    way: "through the events queue",
    learner: "ada",
    course: "stat101",
    role: "Learner",
    caliper: "Learner",
    variables: ({ aws }: Whole) => queueVariables(aws.address, aws.queueUrl(EVENTS)),
  },
  {
    way: "by the address that they are posted to",
    learner: "grace",
    course: "data8",
    role: "TeachingAssistant",
    caliper: "Instructor#TeachingAssistant",
    variables: ({ ingestUrl }: Whole) => ({ LMS_INGEST_URL: ingestUrl }),
  },
] as const;

/** Has both learners do everything; gives the service that was told of it, and what their servers have emitted. */
const done = async () => {
  const service = await runWhole({
    files: Object.fromEntries(
      Object.entries(ENDPOINTS).map(([name, text]) => [`endpoints/${name}.yml`, text]),
    ),
  });
  const begun = new Date().toISOString();
  const emitted = await Promise.all(
    WAYS.map(async ({ learner, course, role, variables }) => {
      const claims = { sub: learner, role: "learner", course: { id: course }, membership_roles: [role] };
      const tap = join(folder, `${learner}.ndjson`);
      await using server = await startServer(python, folder, {
        ...variables(service),
        LMS_LEARNER_CONTEXT: await signed(service, claims),
        JUPYTER_CONFIG_PATH: join(project, "test", "interop", "jupyter", "tapped"),
        TEST_SHIPPED: shipped,
        TEST_TAP: tap,
      });
      await act(server);
      // As it ends it sends what it has not sent yet.
      await server.end();
      assert.doesNotMatch(server.log(), /not sent|dropped|could not be sent/);
      return (await readFile(tap, "utf8")).trim().split("\n");
    }),
  );
  for (const endpoint of Object.keys(ENDPOINTS)) await toldTo(service, endpoint);
  return { service, emitted, begun, over: new Date().toISOString() };
};

describe("A learner's server with the shipped configuration", { skip }, async () => {
  if (skip !== false) return;
  const { service, emitted, begun, over } = await done();

  for (const [at, { way, learner, course, role, caliper: roleThere }] of WAYS.entries()) {
    it(`has what it emits archived as it is, in the learner's name, ${way}`, async () => {
      const archived = (await archivedIn(service)).filter((each) => each.learner.username === learner);
      assert.deepEqual(
        archived.map(({ event }) => event),
        emitted[at]?.map((line) => JSON.parse(line)),
      );
      for (const { learner: whose } of archived) {
        const { tag, ...rest } = whose;
        const sender = { role: "learner" };
        assert.deepEqual(rest, {
          username: learner,
          course: { id: course },
          roles: [role],
          proven: true,
          sender,
        });
        assert.equal(typeof tag, "string");
      }
    });

    it(`has told in xAPI what was done with files and kernels, and nothing else, ${way}`, () => {
      const who = `https://hub.example.edu ${learner}`;
      const told = xapiTold(service, XAPI).filter((each) => each.who === who);
      assert.deepEqual(
        told.map(({ at: _, ...rest }) => rest),
        EXPECTED.map(({ xapi, id, name, more = {} }) => ({
          who,
          verb: xapi,
          object: {
            id,
            type: typeOf(
              id,
              "http://activitystrea.ms/schema/1.0/file",
              "http://activitystrea.ms/schema/1.0/application",
            ),
            name,
          },
          course: `https://www.example.edu/courses/${course}`,
          more,
        })),
      );
      assert.ok(told.every((each) => begun <= each.at && each.at <= over));
    });

    it(`has told the same in Caliper, but for what no endpoint gets unless it asks, ${way}`, () => {
      const who = `https://hub.example.edu/user/${learner}`;
      const told = caliperTold(service, CALIPER).filter((each) => each.who === who);
      assert.deepEqual(
        told.map(({ at: _, whole: __, ...rest }) => rest),
        EXPECTED.flatMap(({ caliper, id, name, more: { "copied-to": generated, ...more } = {} }) =>
          caliper === undefined
            ? []
            : [
                {
                  who,
                  act: caliper,
                  object: { id, type: typeOf(id, "Document", "SoftwareApplication"), name },
                  generated,
                  course: `https://www.example.edu/courses/${course}`,
                  roles: [roleThere],
                  more,
                },
              ],
        ),
      );
      assert.ok(told.every((each) => begun <= each.at && each.at <= over));
    });
  }

  it("emits a get of all that is saved or listed, which is told as opened where an endpoint asks for it", () => {
    const opened = xapiTold(service, OPENED);
    assert.deepEqual(
      new Set(opened.map(({ verb }) => verb)),
      new Set(["http://activitystrea.ms/schema/1.0/open"]),
    );
    for (const { learner } of WAYS) {
      const own = opened.filter(({ who }) => who.endsWith(` ${learner}`));
      assert.deepEqual(new Set(own.map(({ object }) => object.id)), new Set(GOTTEN));
    }
  });

  it("has all of it in the ledger: told, or filtered as the mappings say", async () => {
    const { endpoints, ...events } = await readAccounts(service.bucket, [XAPI, CALIPER]);
    const accepted = emitted.flat().length;
    assert.deepEqual(events, { accepted, withheld: 0, unaccounted: 0, forgotten: 0, quarantined: {} });
    const asked = EXPECTED.filter(({ caliper }) => caliper !== undefined);
    const told = { [XAPI]: EXPECTED.length * WAYS.length, [CALIPER]: asked.length * WAYS.length };
    assert.deepEqual(
      endpoints.map(({ endpoint, received, delivered, setAside, waiting, unexplained, filtered }) => ({
        endpoint,
        received,
        delivered,
        rest: [setAside, waiting, unexplained],
        filtered: Object.entries(filtered).filter(([, count]) => count > 0),
      })),
      Object.entries(told).map(([endpoint, delivered]) => ({
        endpoint,
        received: accepted,
        delivered,
        rest: [0, 0, 0],
        filtered: [["mapping", accepted - delivered]],
      })),
    );
    const { events: waiting, deadLetters } = await service.depths();
    assert.deepEqual([waiting, deadLetters], [0, 0]);
  });

  it("runs as ever where no hub has told it whom it is for, and where to send to", async () => {
    assert.doesNotMatch(await saidWith({}), /lms_|Traceback|not sent|No events/i);
  });

  it("runs as ever, and says in its log that it sends nothing, where it is told no address to send to", async () => {
    assert.match(
      await saidWith({ LMS_LEARNER_CONTEXT: "a-token" }),
      /No events are sent\. Set LMS_INGEST_URL/,
    );
  });
});

const typeOf = (id: string, file: string, kernel: string): string =>
  id.includes("/kernels/") ? kernel : file;

/** What a server says in which a file is saved. */
const saidWith = async (env: Readonly<Record<string, string>>): Promise<string> => {
  await using server = await startServer(python, folder, env);
  await server.ask("PUT", "/api/contents/hw1.txt", { type: "file", format: "text", content: "" });
  await server.end();
  return server.log();
};
