import assert from "node:assert/strict";
import { isObject, type JsonObject } from "../../../src/event/json.ts";
import { eventually } from "../support/running.ts";
import { asking, type JupyterServer } from "./server.ts";

/** A learner's own server behind the hub, as JupyterLab would use it. */
export interface OwnServer {
  readonly ask: JupyterServer["ask"];
  /** Runs a cell through jupyter-server-nbmodel, as the room of its notebook has it; gives whether it went well. */
  readonly run: (kernel: string, cell: Cell, code: string) => Promise<boolean>;
  /** Enters the room of a notebook, over a WebSocket. */
  readonly enter: (path: string) => Promise<Room>;
}

export interface Cell {
  readonly room: string;
  readonly path: string;
  readonly id: string;
}

/** The room of a notebook that is edited with jupyter-collaboration, and somebody in it. */
export interface Room {
  /** Its name: format, type and file id, with colons between them. */
  readonly id: string;
  /** Has the notebook saved as it is in the room; what is not saved fails the test. */
  readonly save: () => Promise<void>;
  readonly leave: () => Promise<void>;
}

/** The server at an address below the hub's, asked under a token. */
export const ownServer = (url: string, token: string): OwnServer => {
  const ask = asking(url, token);
  const headers = { authorization: `token ${token}` };
  return {
    ask,
    run: async (kernel, { room, path, id }, code) => {
      const metadata = { cell_id: id, document_id: room, document_path: path };
      const { request_url: at } = objectIn(
        await ask("POST", `/api/kernels/${kernel}/execute`, { code, metadata }),
      );
      const { status } = await eventually("a cell has run", async () => {
        const answer = await fetch(`${url}${String(at)}`, { headers });
        const body: unknown = await answer.json();
        assert.ok(answer.ok, `A cell could not be run: ${answer.status} ${JSON.stringify(body)}`);
        return answer.status === 202 ? undefined : objectIn(body);
      });
      return status === "ok";
    },
    enter: async (path) => {
      const session = await ask("PUT", `/api/collaboration/session/${inUrl(path)}`, {
        format: "json",
        type: "notebook",
      });
      const { fileId, sessionId } = objectIn(session);
      const id = `json:notebook:${String(fileId)}`;
      const at = new URL(`${url}/api/collaboration/room/${id}?sessionId=${String(sessionId)}`);
      at.protocol = "ws:";
      return roomAt(at, headers, id);
    },
  };
};

/** A path as it stands in a URL. */
export const inUrl = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

export const objectIn = (value: unknown): JsonObject => {
  assert.ok(isObject(value));
  return value;
};

/** The kind of message that is no part of the document's own protocol (jupyter_server_ydoc, `MessageType.RAW`). */
const RAW = 2;
const SAVE = Buffer.from("save");

const roomAt = async (at: URL, headers: Readonly<Record<string, string>>, id: string): Promise<Room> => {
  const socket = new WebSocket(at, { headers });
  socket.binaryType = "arraybuffer";
  const heard: Buffer[] = [];
  let over: string | undefined;
  socket.addEventListener("message", ({ data }) => heard.push(Buffer.from(data)));
  socket.addEventListener("close", ({ code, reason }) => {
    over = `The room was closed: ${code} ${reason}`;
  });
  const hear = <T>(what: string, find: (message: Buffer) => T | undefined): Promise<T> =>
    eventually(what, async () => {
      for (const message of heard) {
        const found = find(message);
        if (found !== undefined) return found;
      }
      assert.equal(over, undefined, over);
      return undefined;
    });
  // The server begins, by saying what it has.
  await hear("the room is entered", () => true);
  let saves = 0;
  return {
    id,
    save: async () => {
      saves = (saves + 1) % 100;
      const save = saves;
      heard.length = 0;
      socket.send(Uint8Array.from([RAW, SAVE.length, ...SAVE, save]));
      const status = await hear("the room is saved", (message) => {
        const answer = message[0] === RAW ? answerIn(message) : {};
        return answer.responseTo === save ? answer.status : undefined;
      });
      assert.equal(status, "success");
    },
    leave: async () => {
      socket.close();
      await eventually("the room is left", async () => over);
    },
  };
};

/** The JSON in a raw message: a kind, a length in one or more bytes, and the text. */
const answerIn = (message: Buffer): JsonObject =>
  objectIn(JSON.parse(message.subarray(message.indexOf("{")).toString()));
