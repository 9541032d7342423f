import assert from "node:assert/strict";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { IMAGINED_KEY, imaginedPolicy, imaginedSite } from "../../build/imagined.ts";
import { loadSite } from "../../build/load.ts";
import { framesFor } from "../../src/endpoint/frame.ts";
import { EXAMPLES_ARRIVE, exampleParts } from "../../src/example-parts.ts";
import { readExamples } from "../../src/mapping/examples.ts";
import type { Side } from "../../src/mapping/understand.ts";
import { rehearse } from "../../src/rehearsal.ts";
import { batchReteller } from "../../src/retell/retelling.ts";
import type { Site } from "../../src/site.ts";
import type { MappingDetail } from "../../workbench/api/mappings.ts";
import type { Desk } from "../../workbench/desk.ts";
import { type TriedSide, tryMapping } from "../../workbench/page/compiled.ts";
import { NotFound } from "../../workbench/trouble.ts";
import { mappingOf } from "../../workbench/views/mapping.ts";
import { exampleMessages } from "../retell/support.ts";
import { withSiteFolder } from "./site-folder.ts";
import { type Archived, archive, deskOver, type OwnSite, ownSite } from "./support.ts";

const CONTENTS = "jupyter-server/contents";

let shipped: OwnSite;
let imagined: Site;
let filled: Archived;
let desk: Desk;
before(async () => {
  shipped = await ownSite();
  filled = await archive(shipped);
  await filled.translate(await exampleMessages(shipped.site));
  desk = await deskOver(filled, shipped);
  imagined = await imaginedOf(shipped);
});

const imaginedOf = ({ files }: OwnSite): Promise<Site> =>
  loadSite(imaginedSite(files.sources, files.settings, imaginedPolicy(files)));

/** As the page has it. */
const detailOf = async (name: string, of: Desk = desk): Promise<MappingDetail> =>
  JSON.parse(JSON.stringify(await mappingOf(of, name)));

const NONE: TriedSide = { statements: [], repeated: 0 };

/** What is said, whatever ids and pseudonyms there are in it, as long as the same is the same. */
const said = (
  statements: readonly { readonly translation: string; readonly statement: unknown }[],
): string => {
  const names = new Map<string, string>();
  const all = statements.map(({ translation, statement }) => ({ translation, statement }));
  return JSON.stringify(all, undefined, 1).replaceAll(MADE, (name) => {
    const known = names.get(name) ?? `#${names.size}`;
    names.set(name, known);
    return known;
  });
};

const MADE = /\b(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{16})\b/g;

/** Holds what the page makes of every example of every mapping against what a rehearsal makes of it. */
const holdExamples = async (of: Desk, site: Site): Promise<number> => {
  let held = 0;
  for (const { name } of of.site().files.sources) {
    const detail = await detailOf(name, of);
    const text = await readFile(join(project, "mappings", name, "examples.yml"), "utf8").catch(() => "[]");
    const read = readExamples("examples.yml", text);
    assert.ok(!("problems" in read));
    const samples = detail.samples.filter(({ from }) => from === "example");
    for (const example of read) {
      const [own] = (await rehearse(exampleParts(example), site, IMAGINED_KEY, EXAMPLES_ARRIVE)).at(-1) ?? [];
      if (own === undefined || !("event" in own)) continue;
      const tried = tryMapping(detail, detail.text, samples.shift());
      assert.deepEqual(tried.problems, []);
      for (const { endpoint, statements, failed } of own.endpoints) {
        const side = tried.sides[endpoint.name as Side] ?? NONE;
        assert.equal(side.failed, failed);
        assert.equal(said(side.statements), said(statements), `${name}: ${example.title}`);
        assert.deepEqual(
          side.statements.flatMap(({ complaints }) => complaints),
          [],
        );
        held++;
      }
    }
    assert.deepEqual(samples, []);
  }
  return held;
};

describe("a mapping, as it is edited", () => {
  it("becomes in the page what the service makes of it: for each example of each shipped mapping", async () => {
    assert.equal((await detailOf(CONTENTS)).isPseudonymised, true);
    assert.ok((await holdExamples(desk, imagined)) > 300);
  });

  it("becomes the same where all endpoints get what is personal as it is", async () => {
    const endpoint = `title: Store
protocol: xapi
version: 1.0.3
url: https://store.example.edu
auth: { scheme: none }
personalData: allow
select: { translations: ["*"] }
`;
    const files = Object.fromEntries(
      shipped.files.endpoints.map(({ document }) => [document.file, undefined]),
    );
    const open = await ownSite({ ...files, "endpoints/store.yml": endpoint });
    const openDesk = await deskOver(filled, open);
    assert.equal((await detailOf(CONTENTS, openDesk)).isPseudonymised, false);
    assert.ok((await holdExamples(openDesk, await imaginedOf(open))) > 300);
  });

  it("becomes the same for its latest archived events, in the batch in which they came", async () => {
    let held = 0;
    const retellers = imagined.endpoints.map((endpoint) => {
      const frames = framesFor(endpoint, imagined.settings, { key: IMAGINED_KEY });
      return [
        endpoint.name as Side,
        batchReteller(imagined, endpoint, frames, async () => new Map()),
      ] as const;
    });
    for (const { name } of shipped.files.sources) {
      const detail = await detailOf(name);
      const events = desk.index.events({ source: name }, 0, 10).events;
      const samples = detail.samples.filter(({ from }) => from === "archive");
      assert.deepEqual(
        samples.map(({ id, name: arrived }) => [id, arrived]),
        events.map(({ id, arrived }) => [id, arrived]),
      );
      const [first] = events;
      const lines = first === undefined ? [] : ((await desk.index.batchOf(first))?.batch ?? []);
      for (const [endpoint, retell] of retellers)
        for await (const told of retell(lines, (id) => events.some((each) => each.id === id))) {
          assert.ok("made" in told);
          const sample = samples.find(({ id }) => id === told.event.id);
          const side = tryMapping(detail, detail.text, sample).sides[endpoint] ?? NONE;
          const statements = told.statements.map(({ translation, text }) => ({
            translation,
            statement: JSON.parse(text),
          }));
          assert.equal(said(side.statements), said(statements));
          held++;
        }
    }
    assert.ok(held > 100);
  });

  it("tells nothing of the service's own names: no pseudonym, id or tag that only its secrets give", async () => {
    const names = shipped.site.endpoints.flatMap(({ name }) =>
      filled.statements(name).flatMap(({ text, id, learner }) => [...(text.match(MADE) ?? []), id, learner]),
    );
    const secret = new Set(names);
    assert.ok(secret.size > 100);
    for (const { name } of shipped.files.sources) {
      const { schemas: _, text: __, ...detail } = await detailOf(name);
      const events = new Set(detail.samples.map(({ id }) => id));
      const known = JSON.stringify(detail.samples.map(({ data, before }) => [data, before]));
      const told = JSON.stringify(detail).match(MADE) ?? [];
      assert.deepEqual(
        told.filter((each) => secret.has(each) && !events.has(each) && !known.includes(each)),
        [],
      );
      assert.ok(!JSON.stringify(detail).includes('"pseudonym"'));
    }
  });

  it("is its file's text on disk, whatever mistakes it has, and no sample of examples that have some", async () => {
    await withSiteFolder(async (folder) => {
      const here = { ...desk, folder };
      const first = await detailOf(CONTENTS, here);
      const file = join(folder, "mappings", CONTENTS, "mapping.yml");
      assert.equal(first.text, await readFile(file, "utf8"));
      assert.match(first.hash, /^[0-9a-f]{16}$/);
      await appendFile(file, "  - { name: [");
      await appendFile(join(folder, "mappings", CONTENTS, "examples.yml"), "- {");
      const broken = await detailOf(CONTENTS, here);
      assert.equal(broken.text, `${first.text}  - { name: [`);
      assert.notEqual(broken.hash, first.hash);
      assert.deepEqual(new Set(broken.samples.map(({ from }) => from)), new Set(["archive"]));
    });
  });

  it("is one of the site: no other file is ever looked for", async () => {
    const names = [
      "",
      ".",
      "..",
      "jupyter-server",
      `${CONTENTS}/`,
      `../mappings/${CONTENTS}`,
      "../endpoints",
    ];
    for (const name of names) await assert.rejects(mappingOf(desk, name), NotFound);
    await withSiteFolder(async (folder) => {
      const gone = { ...desk, folder: join(folder, "endpoints") };
      await assert.rejects(mappingOf(gone, CONTENTS), NotFound);
    });
  });
});

describe("a mapping of a service that does not answer", () => {
  it("can be edited where the archive does not answer: there are the examples to try it on", async () => {
    const away = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", $metadata: {} });
    const index = { ...desk.index, batchOf: () => Promise.reject(away) };
    const { samples } = await mappingOf({ ...desk, index }, CONTENTS);
    assert.deepEqual(new Set(samples.map(({ from }) => from)), new Set(["example"]));
    const broken = { ...desk.index, batchOf: () => Promise.reject(new TypeError("A mistake.")) };
    await assert.rejects(mappingOf({ ...desk, index: broken }, CONTENTS), TypeError);
  });
});
