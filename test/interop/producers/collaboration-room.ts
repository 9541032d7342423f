import { createRequire } from "node:module";
import { join } from "node:path";
import type { JupyterServer } from "../jupyter/server.ts";
import { asking } from "../jupyter/server.ts";
import { eventually } from "../support/running.ts";
import { textIn } from "./server.ts";

/** What is used of Yjs, as far as it is used. */
interface Yjs {
  readonly Doc: new () => Doc;
}
interface Doc {
  readonly clientID: number;
  getArray(name: string): { readonly length: number; get(at: number): YMap };
  destroy(): void;
}
interface YMap {
  get(key: "source"): YText;
  get(key: "outputs"): { readonly length: number };
}
interface YText {
  insert(at: number, text: string): void;
  toString(): string;
}
/** What is used of y-websocket: the client that jupyter-collaboration has in the browser. */
interface YWebsocket {
  readonly WebsocketProvider: new (
    url: string,
    room: string,
    doc: Doc,
    options: {
      readonly disableBc: boolean;
      readonly params: Readonly<Record<string, string>>;
    },
  ) => Provider;
}
interface Provider {
  readonly synced: boolean;
  readonly awareness: {
    setLocalStateField(name: string, value: unknown): void;
    getStates(): ReadonlyMap<number, { readonly user?: { readonly name: string } }>;
    destroy(): void;
  };
  destroy(): void;
}

/** Somebody in the room of a notebook. */
export interface Visitor extends Disposable {
  /** The room's name. */
  readonly room: string;
  /** What a cell says, as this visitor sees it. */
  readonly cell: (at: number) => string;
  /** How many outputs a cell has. */
  readonly outputs: (at: number) => number;
  /** Types into a cell. */
  readonly type: (at: number, text: string) => void;
  /** Whom this visitor sees in the room. */
  readonly others: () => readonly string[];
}

/** Goes into a notebook's room with this token, calls itself so there, and waits until it has the notebook. */
export const visit = async (
  yjs: string,
  server: JupyterServer,
  path: string,
  token: string,
  name: string,
): Promise<Visitor> => {
  const require = createRequire(join(yjs, "package.json"));
  const { Doc }: Yjs = require("yjs");
  const { WebsocketProvider }: YWebsocket = require("y-websocket");

  const session = await asking(server.url, token)("PUT", `/api/collaboration/session/${path}`, {
    format: "json",
    type: "notebook",
  });
  const room = `json:notebook:${textIn(session, "fileId")}`;
  const doc = new Doc();
  const provider = new WebsocketProvider(
    `${server.url.replace(/^http/, "ws")}/api/collaboration/room`,
    room,
    doc,
    {
      disableBc: true,
      params: { sessionId: textIn(session, "sessionId"), token },
    },
  );
  provider.awareness.setLocalStateField("user", { name });
  const cells = doc.getArray("cells");
  const sourceOf = (at: number): YText => cells.get(at).get("source");
  const visitor: Visitor = {
    room,
    outputs: (at) => cells.get(at).get("outputs").length,
    cell: (at) => sourceOf(at).toString(),
    type: (at, text) => sourceOf(at).insert(0, text),
    others: () =>
      [...provider.awareness.getStates().values()].flatMap(({ user }) => (user ? [user.name] : [])).sort(),
    [Symbol.dispose]: () => {
      provider.destroy();
      provider.awareness.destroy();
      doc.destroy();
    },
  };
  try {
    await eventually(
      "a visitor has the notebook",
      async () => (provider.synced && cells.length > 0 ? true : undefined),
      server,
    );
  } catch (error) {
    visitor[Symbol.dispose]();
    throw error;
  }
  return visitor;
};

/** A notebook with these cells of code, whose ids are `cell-0`, `cell-1` and so on. */
export const notebook = (...sources: readonly string[]): unknown => ({
  type: "notebook",
  content: {
    cells: sources.map((source, at) => ({
      cell_type: "code",
      execution_count: null,
      id: `cell-${at}`,
      metadata: {},
      outputs: [],
      source,
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  },
});
