import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import type { Desk } from "../../workbench/desk.ts";
import { endpointsOf } from "../../workbench/views/endpoints.ts";
import { flowEndpoints } from "../../workbench/views/flow.ts";
import { type DeskOptions, refusedArchive, testDesk } from "./acts-support.ts";

const NOW = Date.parse("2026-12-01T13:00:00Z");

const rowOf = (desk: Desk, name = "campus-lrs") => {
  const row = endpointsOf(desk, NOW).rows.find((each) => each.name === name);
  assert.ok(row !== undefined);
  return row;
};

/** Where statements of an endpoint go, with another url in its file. */
const placed = async (options: DeskOptions, url: Endpoint["url"]) => {
  const { desk } = await testDesk(options);
  const { files, ...loaded } = desk.site();
  const endpoints = files.endpoints.map((each) => ({
    ...each,
    endpoint: { ...each.endpoint, url },
  }));
  return rowOf({ ...desk, site: () => ({ ...loaded, files: { ...files, endpoints } }) }).url;
};

describe("the view of endpoints", () => {
  it("has a row for each endpoint of the files, in their order, with what the flow says of it", async () => {
    const { desk } = await testDesk({ bucket: (await refusedArchive([422, 400])).bucket });
    const { rows, reading } = endpointsOf(desk, NOW);
    assert.deepEqual(reading, desk.index.reading);
    assert.deepEqual(
      rows.map(({ name }) => name),
      desk.site().files.endpoints.map(({ endpoint }) => endpoint.name),
    );
    for (const flow of flowEndpoints(desk, NOW)) assert.partialDeepStrictEqual(rowOf(desk, flow.name), flow);
    const { learners, personalData, failures, account } = rowOf(desk);
    assert.deepEqual([learners, personalData], ["pseudonym", "pseudonymise"]);
    assert.deepEqual(failures.map(({ endpoint, status, count }) => [endpoint, status, count]).toSorted(), [
      ["campus-lrs", 400, 1],
      ["campus-lrs", 422, 1],
    ]);
    assert.equal(account.setAside, 2);
    assert.deepEqual(rowOf(desk, "campus-caliper").failures, []);
  });

  it("tells its last answers, at most twenty, and since when something waits", async () => {
    const asked: [string, number][] = [];
    const answer = { at: "2026-12-01T12:00:00.000Z", status: 422, statements: 3, end: "setAside" } as const;
    const { desk } = await testDesk({
      index: {
        answers: (endpoint, most) => {
          asked.push([endpoint, most]);
          return [answer];
        },
        oldestWaiting: (endpoint) => (endpoint === "campus-lrs" ? "2026-12-01T11:00:00.000Z" : undefined),
      },
    });
    assert.deepEqual(rowOf(desk).answers, [answer]);
    assert.equal(rowOf(desk).oldest, "2026-12-01T11:00:00.000Z");
    assert.ok(!("oldest" in rowOf(desk, "campus-caliper")));
    assert.ok(asked.every(([, most]) => most === 20));
  });

  it("says where statements go: of a local service to the sandbox, whatever the file says", async () => {
    const sandbox = "http://127.0.0.1:9000";
    const url = "https://lrs.example.edu/xapi";
    const launch = { hosts: ["one.example.edu", "two.example.edu"] };
    assert.equal(await placed({ kind: "deployed" }, url), url);
    assert.equal(
      await placed({ kind: "deployed" }, launch),
      "where each learner's launch says, at one.example.edu or two.example.edu",
    );
    assert.equal(
      await placed({ kind: "running", opened: { sandbox } }, url),
      "the sandbox (http://127.0.0.1:9000/xapi/campus-lrs), in place of https://lrs.example.edu/xapi",
    );
    assert.equal(
      await placed({ kind: "left" }, launch),
      "the sandbox, while the local service runs, in place of where each learner's launch says, at one.example.edu or two.example.edu",
    );
  });
});
