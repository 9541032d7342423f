import assert from "node:assert/strict";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite, type SiteFiles } from "../../build/site.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { framesFor } from "../../src/endpoint/frame.ts";
import type { StatementId } from "../../src/event/id.ts";
import type { JsonObject } from "../../src/event/json.ts";
import type { Learner } from "../../src/learner/identify.ts";
import type { Scope, Site } from "../../src/site.ts";
import { measure, type Work } from "../support/measure.ts";
import type { Bench } from "../support/result.ts";
import { rounded } from "../support/spread.ts";
import { assemble, type Frames, handwritten } from "./handwritten.ts";
import { interpreter } from "./interpreted.ts";

/** Rounds of 20 ms for each subject. */
const ROUNDS = 31;

const SOURCE = "jupyter-server/contents";

const learner: Learner = {
  username: "ada",
  course: { id: "stat101", label: "STAT 101", title: "Introduction to statistics" },
  roles: ["Learner"],
  proven: true,
  sender: { role: "learner" },
};

const event: JsonObject = { action: "save", path: "stat101/hw1/hw1.ipynb" };

/** The event as it arrives: what a translator must at least parse. */
const input = JSON.stringify({
  __timestamp__: "2026-11-20T09:00:00.000001+00:00Z",
  __schema__: "https://events.jupyter.org/jupyter_server/contents_service/v1",
  __schema_version__: "1",
  __metadata_version__: 1,
  ...event,
});

/**
 * A saved file's event → JSON text, five ways: compiled; built and stringified by hand; interpreted by cel-js; the
 * floor, JSON.parse of the event and JSON.stringify of the result; and compiled with pseudonyms in the place of the path,
 * which the others write as it is. Ids and the learner's frames are given to all.
 */
export const benchMapping: Bench = async () => {
  const files = await readSite(project);
  const site = await loadSite(policed(files, "allow"));
  const shown = await loadSite(policed(files, "pseudonymise"));
  const figures: Record<string, number> = {};
  const rows: string[][] = [
    [
      "",
      "bytes",
      "compiled",
      "by hand",
      "interpreted",
      "floor",
      "pseudonyms",
      "by hand ÷ compiled",
      "floor ÷ compiled",
      "pseudonyms ÷ compiled",
    ],
  ];
  const ratios: Readonly<Record<"byHand" | "interpreted" | "floor" | "pseudonyms", number>>[] = [];
  for (const endpoint of site.endpoints.filter(isLearningStore)) {
    const { subjects, bytes } = prepare(endpoint, { site, shown, files });
    const { compiled, byHand, interpreted, floor, pseudonyms } = measure(subjects, ROUNDS);
    ratios.push({
      byHand: byHand.median / compiled.median,
      interpreted: interpreted.median / compiled.median,
      floor: compiled.median / floor.median,
      pseudonyms: pseudonyms.median / compiled.median,
    });
    const times = [compiled, byHand, interpreted, floor, pseudonyms].map(
      ({ median }) => `${median.toFixed(0)} ns`,
    );
    rows.push([
      endpoint.protocol,
      String(bytes),
      ...times,
      `${(byHand.median / compiled.median).toFixed(2)} ×`,
      `${(floor.median / compiled.median).toFixed(2)} ×`,
      `${(pseudonyms.median / compiled.median).toFixed(2)} ×`,
    ]);
  }
  const least = (of: "byHand" | "interpreted"): number => Math.min(...ratios.map((each) => each[of]));
  figures["mapping.vs_handwritten"] = rounded(least("byHand"));
  figures["mapping.vs_interpreted"] = rounded(least("interpreted"));
  figures["mapping.vs_floor"] = rounded(Math.max(...ratios.map(({ floor }) => floor)));
  figures["mapping.pseudonyms"] = rounded(Math.max(...ratios.map(({ pseudonyms }) => pseudonyms)));
  return {
    title: `a saved file → JSON text; medians of ${ROUNDS} interleaved rounds`,
    how: HOW,
    tables: [rows],
    notes: [
      `The least of both standards: ${figures["mapping.vs_handwritten"]} times as fast as by hand (budget: 3), ${figures["mapping.vs_interpreted"]} times as fast as interpreted.`,
    ],
    figures,
  };
};

const HOW =
  "the event of a saved file is made into the same statement five ways: by the compiled mapping of the shipped site; by TypeScript written by hand that builds the object and calls JSON.stringify; by cel-js, which interprets the mapping's expressions; by the floor, JSON.parse of the event and JSON.stringify of the statement; and compiled with pseudonyms in the place of the path, as it is shipped, which the others write as it is: those of a path that was told before, which is remembered. Ids are given to all, and the learner's frame: to the compiled mapping as text, which is written once for each learner, to the others as objects, as code by hand would have them. Rounds of 20 ms of each by turns, in an order that changes.";

/** The site with the same policy for personal data at each endpoint. */
const policed = (files: SiteFiles, personalData: Endpoint["personalData"]): SiteFiles => ({
  ...files,
  endpoints: files.endpoints.map((each) => ({ ...each, endpoint: { ...each.endpoint, personalData } })),
});

/** Records for what is no learning store are not written by hand. */
type LearningStore = Endpoint & { readonly protocol: "caliper" | "xapi" };
const isLearningStore = (endpoint: Endpoint): endpoint is LearningStore => endpoint.protocol !== "json";

const ARRIVED = "2026-11-20T09:00:01.000Z";

interface Given {
  readonly site: Site;
  /** The same, with pseudonyms. */
  readonly shown: Site;
  readonly files: SiteFiles;
}

const prepare = (endpoint: LearningStore, { site, shown, files }: Given) => {
  const scope: Scope = {
    ...framesFor(endpoint, site.settings, { key: "a key that only the benchmark has, 40 bytes." }).of(
      learner,
      ARRIVED,
    ),
    time: "2026-11-20T09:00:00.000Z",
    id: () => "0c2b0c92-5d3c-5b7e-8f5e-1a2b3c4d5e6f" as StatementId,
    previous: undefined,
  };
  const translate = site.routes[endpoint.name]?.translate[SOURCE];
  const source = files.sources.find(({ name }) => name === SOURCE);
  const side = source?.mapping.translations.find(({ name }) => name === `${SOURCE}:saved`)?.sides[
    endpoint.protocol
  ];
  const schema = source?.schemas[0]?.schema;
  const other = shown.routes[endpoint.name]?.translate[SOURCE];
  if (
    translate === undefined ||
    other === undefined ||
    source === undefined ||
    side === undefined ||
    schema === undefined
  ) {
    throw new Error(`The endpoint ${endpoint.name} takes no ${SOURCE}:saved.`);
  }
  const frames: Frames = {
    ...JSON.parse(
      `{"actor":${scope.actor}${scope.group}${scope.membership}${scope.grouping}${scope.registration}}`,
    ),
  };
  const { hub } = site.settings;
  const interpret = interpreter(source.mapping, side, schema, { ...hub, files: `${hub.id}/files` });
  const compiled = (): string => translate(event, scope)[0]?.text ?? "";
  const byHand = (): string => handwritten[endpoint.protocol](event, scope, frames);
  const interpreted = (): string =>
    JSON.stringify(assemble[endpoint.protocol](interpret(event), scope, frames));
  const output: unknown = JSON.parse(compiled());
  assert.deepEqual(JSON.parse(byHand()), output, "The peers make the same statement.");
  assert.deepEqual(JSON.parse(interpreted()), output, "The peers make the same statement.");
  const floor = (): string => {
    JSON.parse(input);
    return JSON.stringify(output);
  };
  const subjects = {
    compiled: work(compiled),
    byHand: work(byHand),
    interpreted: work(interpreted),
    floor: work(floor),
    pseudonyms: work(() => other(event, scope)[0]?.text ?? ""),
  };
  return { subjects, bytes: Buffer.byteLength(compiled()) };
};

const work =
  (make: () => string): Work =>
  (times) => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      const text = make();
      // Reading a character makes the engine write out the text, which until then may be a list of its parts.
      sum += text.charCodeAt(text.length >> 1);
    }
    return sum;
  };
