import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "../support/running.ts";
import { type JupyterServer, TOKEN } from "./server.ts";

/** What is told of one act: verb and action, with which file or kernel, and what came of it. */
export interface Expected {
  readonly xapi: string;
  /** Undefined where it is told only to who asks for it. */
  readonly caliper: string | undefined;
  readonly id: string;
  readonly name: string;
  readonly more?: { readonly [name: string]: string };
}

const FILES = "https://hub.example.edu/files/";
const ACTIVITY = "http://activitystrea.ms/schema/1.0/";

const VERBS = {
  saved: { xapi: `${ACTIVITY}save`, caliper: "ResourceManagementEvent Saved" },
  renamed: { xapi: `${ACTIVITY}update`, caliper: "ResourceManagementEvent Modified" },
  copied: {
    xapi: "https://w3id.org/jupyter-lms-translator/verbs/copied",
    caliper: "ResourceManagementEvent Copied",
  },
  deleted: { xapi: `${ACTIVITY}delete`, caliper: "ResourceManagementEvent Deleted" },
} as const;

const file = (verb: keyof typeof VERBS, id: string, name: string, more?: Expected["more"]): Expected => ({
  ...VERBS[verb],
  id: `${FILES}${id}`,
  name,
  ...(more && { more }),
});

const kernel = (action?: string): Expected => ({
  xapi: "http://adlnet.gov/expapi/verbs/interacted",
  caliper: action === undefined ? "ToolUseEvent Used" : undefined,
  id: "https://hub.example.edu/kernels/python3",
  name: "python3",
  ...(action !== undefined && { more: { "kernel-action": action } }),
});

/** A folder that is there before, as something else than Jupyter has put it there, and the learner's file in it. */
const GIVEN = "Übungen 🎓";
const ODD = 'Lösung #1, 100 % – "größer" & mehr 🎓?.ipynb';
const ODD_ID =
  "%C3%9Cbungen%20%F0%9F%8E%93/L%C3%B6sung%20%231%2C%20100%20%25%20%E2%80%93%20%22gr%C3%B6%C3%9Fer%22%20%26%20mehr%20%F0%9F%8E%93%3F.ipynb";

/** Everything that `act` does and that is an act of the learner's, in order. */
export const EXPECTED: readonly Expected[] = [
  file("saved", "hw1.ipynb", "hw1.ipynb"),
  file("saved", "Untitled.ipynb", "Untitled.ipynb"),
  file("saved", "data.csv", "data.csv"),
  // Jupyter tells of each piece of an upload as of a save.
  file("saved", "large.bin", "large.bin"),
  file("saved", "large.bin", "large.bin"),
  file("saved", "hw1.ipynb", "hw1.ipynb"),
  file("saved", "hw1.ipynb", "hw1.ipynb"),
  file("renamed", "hw2.ipynb", "hw2.ipynb", { "renamed-from": `${FILES}hw1.ipynb` }),
  file("saved", "hw2-Copy1.ipynb", "hw2-Copy1.ipynb"),
  file("copied", "hw2.ipynb", "hw2.ipynb", { "copied-to": `${FILES}hw2-Copy1.ipynb` }),
  file("deleted", "hw2.ipynb", "hw2.ipynb"),
  // A folder that is made is one that is saved.
  file("saved", "notes", "notes"),
  file("saved", ODD_ID, ODD),
  kernel(),
  kernel("interrupt"),
  kernel("restart"),
  kernel("shutdown"),
  kernel(),
  kernel("shutdown"),
];

/** Notebooks of which the server tells a get: those above, and one that was listed and never opened. */
export const GOTTEN = [
  "hw1.ipynb",
  "Untitled.ipynb",
  "hw2.ipynb",
  "hw2-Copy1.ipynb",
  ODD_ID,
  "given.ipynb",
].map((id) => `${FILES}${id}`);

const NOTEBOOK = {
  type: "notebook",
  format: "json",
  content: { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 },
};
const piece = (chunk: number) => ({ type: "file", format: "base64", content: "AAAA", chunk });

/** Does what a learner does with files and kernels, over the REST API of the learner's server. */
export const act = async ({ ask, root, url }: JupyterServer): Promise<void> => {
  const contents = (method: string, path = "", body?: unknown): Promise<unknown> =>
    ask(method, `/api/contents/${path}`, body);
  await mkdir(join(root, GIVEN));
  await writeFile(join(root, "given.ipynb"), JSON.stringify(NOTEBOOK.content));

  await contents("PUT", "hw1.ipynb", NOTEBOOK);
  await contents("POST", "", { type: "notebook" });
  await contents("PUT", "data.csv", { type: "file", format: "text", content: "a,b\n1,2\n" });
  await contents("PUT", "large.bin", piece(1));
  await contents("PUT", "large.bin", piece(-1));
  await contents("GET", "hw1.ipynb");
  await contents("PUT", "hw1.ipynb", NOTEBOOK);
  await contents("PUT", "hw1.ipynb", NOTEBOOK);
  await contents("PATCH", "hw1.ipynb", { path: "hw2.ipynb" });
  await contents("POST", "", { copy_from: "hw2.ipynb" });
  await contents("DELETE", "hw2.ipynb");
  await contents("PUT", "notes", { type: "directory" });
  await contents("PUT", [GIVEN, ODD].map(encodeURIComponent).join("/"), NOTEBOOK);
  await contents("GET");

  const id = idIn(await ask("POST", "/api/kernels", { name: "python3" }));
  await ready(url, ask, id);
  await ask("POST", `/api/kernels/${id}/interrupt`);
  await ask("POST", `/api/kernels/${id}/restart`);
  await ask("DELETE", `/api/kernels/${id}`);
  const session = { path: "hw2-Copy1.ipynb", name: "", type: "notebook", kernel: { name: "python3" } };
  const opened = Object(await ask("POST", "/api/sessions", session));
  await ready(url, ask, idIn(opened.kernel));
  await ask("DELETE", `/api/sessions/${idIn(opened)}`);
};

/** A kernel answers whoever is connected with it; one that has not begun yet would be ended in the middle of that. */
const ready = async (url: string, ask: JupyterServer["ask"], kernel: string): Promise<void> => {
  const socket = new WebSocket(`${url.replace("http", "ws")}/api/kernels/${kernel}/channels?token=${TOKEN}`);
  try {
    await eventually("the kernel is ready", async () => {
      const { execution_state: state } = Object(await ask("GET", `/api/kernels/${kernel}`));
      return state === "idle" ? true : undefined;
    });
  } finally {
    socket.close();
  }
};

const idIn = (answer: unknown): string => {
  assert.ok(typeof answer === "object" && answer !== null && "id" in answer && typeof answer.id === "string");
  return answer.id;
};
