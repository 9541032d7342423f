import { Session } from "node:inspector/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { project } from "../../build/bundle.ts";
import type { EventMessage } from "../../src/intake.ts";
import type { Site } from "../../src/site.ts";
import { translating } from "../steps/batches.ts";
import { eventsOf, type Shape } from "./events.ts";
import { nobodyChose, pipelineOf, written } from "./pipeline.ts";

/** Where the time of the process's own thread went: shares of it, by what had it itself. */
export interface Profile {
  readonly files: readonly (readonly [file: string, share: number])[];
  readonly functions: readonly (readonly [name: string, share: number])[];
  readonly samples: number;
}

/** How often the profiler looks, in microseconds. */
const INTERVAL = 200;

/** What is looked at: the whole function, or only what is put against the floor. */
export type Profiled = "whole" | "told";

/** Translates a batch again and again for some seconds, and looks where the time goes. What waits is left out. */
export const profileOf = async (
  site: Site,
  shape: Shape,
  seconds: number,
  of: Profiled,
): Promise<Profile> => {
  const batch = await eventsOf(site, shape);
  const work = WORK[of](site);
  const repeat = async (milliseconds: number): Promise<void> => {
    for (const end = performance.now() + milliseconds; performance.now() < end; ) await work(batch);
  };
  await repeat(2000);
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: INTERVAL });
  await session.post("Profiler.start");
  await repeat(seconds * 1000);
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();

  const times = new Map<number, number>();
  for (const [at, id] of (profile.samples ?? []).entries())
    times.set(id, (times.get(id) ?? 0) + (profile.timeDeltas?.[at] ?? 0));
  const callers = new Map(
    profile.nodes.flatMap(({ callFrame, children = [] }) => children.map((id) => [id, callFrame] as const)),
  );
  const files = new Map<string, number>();
  const functions = new Map<string, number>();
  let total = 0;
  for (const { id, callFrame } of profile.nodes) {
    const time = times.get(id) ?? 0;
    // What waits, and what looks.
    if (callFrame.functionName === "(idle)" || callFrame.url === "node:inspector" || time <= 0) continue;
    total += time;
    const file = fileOf(callFrame, callers.get(id));
    files.set(file, (files.get(file) ?? 0) + time);
    const name = nameOf(callFrame, file);
    functions.set(name, (functions.get(name) ?? 0) + time);
  }
  const shares = (all: ReadonlyMap<string, number>) =>
    [...all].map(([name, time]) => [name, time / total] as const).sort((one, other) => other[1] - one[1]);
  return { files: shares(files), functions: shares(functions), samples: profile.samples?.length ?? 0 };
};

type Work = (batch: readonly EventMessage[]) => Promise<unknown>;

const WORK: Readonly<Record<Profiled, (site: Site) => Work>> = {
  whole: (site) =>
    translating(site, site.endpoints.length, { choices: nobodyChose(site), keeps: false }).translate,
  told: (site) => {
    const pipeline = pipelineOf(site);
    return async (batch) => {
      const intakes = await pipeline.takeIn(batch);
      return written(
        pipeline,
        intakes.flatMap(({ accepted }) => accepted),
      );
    };
  },
};

interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** The project's file that a function is in, or what else it is of. What is native may be known by its caller only. */
const fileOf = ({ functionName, url }: Frame, caller: Frame | undefined): string => {
  if (url === "")
    return (
      NAMES[functionName] ??
      `native: ${functionName || caller?.functionName} (${caller === undefined ? "" : fileOf(caller, undefined)})`
    );
  if (url.startsWith("node:")) return url;
  if (url.endsWith("/site.mjs")) return "the compiled site: mappings and schemas";
  const path = relative(project, fileURLToPath(url));
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path;
};

/** What the profiler calls what is in no file. */
const NAMES: Readonly<Record<string, string>> = {
  "(garbage collector)": "memory is collected",
  "(program)": "the process itself",
};

const nameOf = ({ functionName, lineNumber }: Frame, file: string): string => {
  if (file.startsWith("native: ") || Object.values(NAMES).includes(file)) return file;
  const name = functionName === "" ? `line ${lineNumber + 1}` : functionName;
  return `${name} (${file})`;
};
