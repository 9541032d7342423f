import { writeFile } from "node:fs/promises";
import type { Chance } from "./chance.ts";

/** Many learners at work, as a file of events, and what must come of it. */
export interface Crowd {
  readonly events: number;
  /** Events that no schema knows. */
  readonly unknown: number;
  /** What each endpoint must be told: the statements that stores take, and those that they are to refuse. */
  readonly good: number;
  readonly bad: number;
}

/** In the name of a file, by which a store of statements knows what it is to refuse. */
export const UNWELCOME = "unwelcome";
/** A record has no names of files, but their kinds; only unwelcome files are of this one. */
export const UNWELCOME_KIND = '"image"';
/** In the name of every learner and of every file, by which a log would give them away. */
export const LEARNER = "wilhelmina";
export const FILE = "elegy";

const FIRST = Date.parse("2026-11-20T08:00:00Z");
const SERVER = "https://events.jupyter.org/jupyter_server/";
const CELLS = "https://events.jupyter.org/jupyter_server_nbmodel/cell_execution/v1";

/** How many events a learner's server sends before the next learner's is started. */
const AT_ONCE = 100;

/**
 * Whether a run's end may come in another message than its beginning. Then what is told of it depends on the batch, and
 * a batch that is translated again may be cut elsewhere: stores of statements find a conflict.
 */
const APART = process.env.APART === "1";

/** The most events of one message. */
const MOST = 24;

/** Writes a file of `count` events for the local service to feed: several in a message, all of them one learner's. */
export const writeCrowd = async (file: string, count: number, chance: Chance): Promise<Crowd> => {
  const lines: string[] = [];
  let message: string[] = [];
  let most = MOST;
  let events = 0;
  let [unknown, good, bad] = [0, 0, 0];
  const close = (): void => {
    if (message.length > 0) lines.push(`[${message.join(",")}]`);
    message = [];
    most = 1 + chance.below(MOST);
  };
  const add = (schema: string, data: Readonly<Record<string, unknown>>, isOver = true): void => {
    const time = `${new Date(FIRST + events * 7).toISOString().slice(0, -1)}000+00:00Z`;
    const envelope = {
      __timestamp__: time,
      __schema__: schema,
      __schema_version__: "1",
      __metadata_version__: 1,
    };
    message.push(JSON.stringify({ ...envelope, ...data }));
    events++;
    if (isOver && message.length >= most) close();
  };
  /** Ends of runs that are told later, with APART. */
  let running: (() => void)[] = [];
  const act = (): void => {
    const which = chance.next();
    const name = `${FILE}-${events}`;
    if (which < 0.01) {
      add(`${SERVER}contents_service/v1`, { action: "save", path: `stat101/${name}-${UNWELCOME}.png` });
      bad++;
    } else if (which < 0.015) {
      add("https://hub.example.edu/events/unheard-of/v1", { about: name });
      unknown++;
    } else if (which < 0.1) {
      add(`${SERVER}contents_service/v1`, { action: "get", path: `stat101/${name}.ipynb` });
    } else if (which < 0.15) {
      const kernel = {
        action: "start",
        status: "success",
        kernel_name: "python3",
        kernel_id: name,
        msg: `Kernel ${name}.`,
      };
      add(`${SERVER}kernel_actions/v1`, kernel);
      good++;
    } else if (which < 0.35) {
      const cell = { cell_id: `c-${events}`, document_id: `json:notebook:${name}` };
      const timestamp = new Date(FIRST + events * 7).toISOString();
      add(CELLS, { event_type: "execution_start", ...cell, timestamp }, APART);
      const finish = (): void => {
        const end = { success: chance.next() < 0.8, kernel_error: `NameError in ${name}` };
        const later = new Date(FIRST + events * 7).toISOString();
        add(CELLS, { event_type: "execution_end", ...cell, ...end, timestamp: later });
        good++;
      };
      if (APART) running.push(finish);
      else finish();
    } else {
      add(`${SERVER}contents_service/v1`, { action: "save", path: `stat101/${name}.ipynb` });
      good++;
    }
  };
  for (let learner = 0; events < count; learner++) {
    close();
    const username = `${LEARNER}-${learner}`;
    add("https://schema.jupyter.org/jupyterhub/events/server-action", {
      action: "start",
      username,
      servername: "",
    });
    // The hub signs a message by the first event in it: its own stands alone.
    close();
    lines.push(`${lines.pop()?.slice(1, -1)}`);
    const end = Math.min(count, events + AT_ONCE);
    while (events + running.length < end) {
      act();
      if (running.length > 2) running.shift()?.();
    }
    for (const finish of running) finish();
    running = [];
  }
  close();
  await writeFile(file, lines.map((line) => `${line}\n`).join(""));
  return { events, unknown, good, bad };
};
