import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { contents, message, serverAction } from "../support/events.ts";
import { shippedSite } from "../support/site.ts";
import { learnerToken, serviceToken } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";

const shipped = await shippedSite();

/** The course in a line of `raw/`. */
const courseIn = (raw: unknown): unknown => JSON.parse(JSON.stringify(raw)).learner.course?.id;

/** The courses by which events with these paths are told to the first endpoint, and what was sent in all. */
const toldOf = async (path: string, claims: Readonly<Record<string, unknown>> = {}) => {
  const courses = [
    { path: "{course}/*", among: ["bio1", "chem2"] },
    { group: "course::{course}::*" },
    { server: "{course}-lab" },
  ];
  const way = await translating({
    site: { ...shipped, settings: { ...shipped.settings, courses } },
  });
  const token = await learnerToken("ada", { course: undefined, ...claims });
  await way.translate([await message(contents({ path }), { token })]);
  const texts = way.statements("campus-caliper").map(({ text }) => text);
  const [raw] = await way.bucket.records("raw");
  return {
    group: texts.map((text) => JSON.parse(text).group?.id)[0],
    raw: courseIn(raw),
    text: texts.join(""),
  };
};

describe("the course of an event", () => {
  it("is told by the site's rules where the token names none: by its path, the hub's groups, or the server", async () => {
    const course = (id: string) => `https://www.example.edu/courses/${id}`;
    const inFolder = await toldOf("bio1/lab.ipynb");
    assert.deepEqual([inFolder.group, inFolder.raw], [course("bio1"), "bio1"]);
    assert.equal(
      (await toldOf("a.ipynb", { groups: ["x", "course::chem2::student"] })).group,
      course("chem2"),
    );
    assert.equal((await toldOf("a.ipynb", { server: "phys7-lab" })).group, course("phys7"));
    assert.equal((await toldOf("bio1/a.ipynb", { course: { id: "stat101" } })).group, course("stat101"));
  });

  it("is none by a folder of the learner's own naming: no endpoint is told of that", async () => {
    const { group, raw, text } = await toldOf("ada-lovelace-thesis/ch1.ipynb");
    assert.deepEqual([group, raw], [undefined, undefined]);
    assert.ok(!text.includes("thesis"));
  });

  it("is told of what the hub says of a learner as well", async () => {
    const courses = [{ server: "{course}-lab" }];
    const way = await translating({ site: { ...shipped, settings: { ...shipped.settings, courses } } });
    const token = await serviceToken({ course: undefined, server: "phys7-lab" });
    await way.translate([await message(serverAction(), { token })]);
    const [raw] = await way.bucket.records("raw");
    assert.equal(courseIn(raw), "phys7");
  });
});
