import { readFileSync } from "node:fs";
import { alarmsOf } from "../../infra/alarms.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { PROBE_ENDPOINT } from "../../src/probe/endpoint.ts";
import { readSettings, type Settings } from "../../src/settings.ts";

const FILE = "translator.yml";

/** What the shipped translator.yml says: for how long the archive keeps what, and when there is an alarm. */
export const shippedSettings = (): Settings => {
  known ??= read();
  return known;
};

let known: Settings | undefined;

const read = (): Settings => {
  const file = readSettings(FILE, readFileSync(new URL(`../../${FILE}`, import.meta.url), "utf8"));
  if (!("settings" in file)) throw new Error(`${FILE} has problems. See: ./jlt check`);
  return file.settings;
};

/** Metrics that alarms look at, with so many endpoints that are alike, and the probe's: each is paid for. */
export const watchedMetrics = (endpoint: Endpoint, count: number): number => {
  const names = [...Array.from({ length: count }, (_, at) => `endpoint-${at}`), PROBE_ENDPOINT];
  const endpoints = names.map((name) => ({ ...endpoint, name }));
  return alarmsOf({ settings: shippedSettings(), endpoints })
    .map(({ watches }) => ("measure" in watches ? 1 : Object.keys(watches.of).length))
    .reduce((sum, each) => sum + each, 0);
};
