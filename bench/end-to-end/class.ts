import type { LocalHub } from "../../local/hub.ts";
import type { ImportMessage } from "../../src/imports/message.ts";
import { LEARNER_CONTEXT } from "../../src/learner/sender.ts";

/** Learners of the class, and messages that come of one of them before the next has their turn. */
const LEARNERS = 500;
const TURN = 10;

/** What makes the messages of a class: so many, of so many events each, which happen as they are made. */
export type ClassMessages = (messages: number, events: number) => Promise<readonly ImportMessage[]>;

/**
 * A class at work. Of ten messages of a learner one is the hub's, which starts and stops their server; the others are of
 * that server: notebooks are opened and saved, kernels started, cells run. No two events are the same.
 */
export const classOf = (hub: LocalHub): ClassMessages => {
  let messages = 0;
  let events = 0;
  const next = async (size: number): Promise<ImportMessage> => {
    const learner = `learner-${Math.floor(messages / TURN) % LEARNERS}`;
    const isOfHub = messages % TURN === 0;
    messages++;
    const all = Array.from({ length: size }, () =>
      isOfHub ? serverEvent(learner, events++) : learnerEvent(events++),
    );
    const { token } = await hub.sign(all[0]);
    return {
      body: all.map((event) => JSON.stringify(event)).join("\n"),
      attributes: { [LEARNER_CONTEXT]: token },
    };
  };
  return async (count, size) => {
    const all: ImportMessage[] = [];
    while (all.length < count) all.push(await next(size));
    return all;
  };
};

const head = (schema: string, number: number) => ({
  // Events of one millisecond differ by their microseconds.
  __timestamp__: new Date().toISOString().replace("Z", `${String(number % 1000).padStart(3, "0")}+00:00Z`),
  __schema__: schema,
  __schema_version__: "1",
  __metadata_version__: 1,
});

const serverEvent = (username: string, number: number) => ({
  ...head("https://schema.jupyter.org/jupyterhub/events/server-action", number),
  action: number % 2 === 0 ? "start" : "stop",
  username,
  servername: `server-${number}`,
});

/** As learners' servers tell it: gets are most of it, and few endpoints are told of them. */
const learnerEvent = (number: number) => {
  const path = `stat101/exercises/week-${number % 14}/notebook-${number}.ipynb`;
  const contents = head("https://events.jupyter.org/jupyter_server/contents_service/v1", number);
  const cell = {
    ...head("https://events.jupyter.org/jupyter_server_nbmodel/cell_execution/v1", number),
    cell_id: number.toString(16).padStart(8, "0"),
    document_id: `json:notebook:${idOf(number)}`,
  };
  switch (number % 9) {
    case 0:
    case 3:
    case 6:
      return { ...contents, action: "get", path };
    case 1:
    case 4:
    case 7:
      return { ...contents, action: "save", path };
    case 2:
      return {
        ...head("https://events.jupyter.org/jupyter_server/kernel_actions/v1", number),
        action: "start",
        kernel_id: idOf(number),
        kernel_name: "python3",
        status: "success",
        msg: `Kernel ${idOf(number)} was started.`,
      };
    case 5:
      return { ...cell, event_type: "execution_start", timestamp: new Date().toISOString() };
    default:
      return {
        ...cell,
        event_type: "execution_end",
        success: true,
        kernel_error: "",
        timestamp: new Date().toISOString(),
      };
  }
};

const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
