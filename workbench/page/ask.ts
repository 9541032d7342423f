import type { Trouble } from "../api/about.ts";
import type { Step } from "../api/steps.ts";
import { ServerTrouble } from "./app.ts";

/** What the server asks to see before it changes something: only this page has it. */
const token = (): string =>
  document.querySelector<HTMLMetaElement>('meta[name="workbench-token"]')?.content ?? "";

/** Asks the server for something. Throws ServerTrouble. */
export const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  (await (await ask(path, { ...(signal && { signal }) })).json()) as T;

/** Has the server change something. Throws ServerTrouble. */
export const put = async <T>(path: string, body: unknown): Promise<T> =>
  (await (await ask(path, changing("PUT", body))).json()) as T;

/** Has the server do something, step by step. Throws ServerTrouble; what breaks off ends with a step that says so. */
export async function* post(path: string, body: unknown): AsyncGenerator<Step> {
  const response = await ask(path, changing("POST", body));
  if (response.body === null) return;
  let open = "";
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let isEnded = false; !isEnded; ) {
    const { value = "", done } = await reader.read().catch(() => {
      // What came of the last line is of no use.
      open = "";
      return { value: BROKEN_OFF, done: true };
    });
    const lines = (open + value).split("\n");
    open = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as Step;
    isEnded = done;
  }
}

const BROKEN_OFF = `${JSON.stringify({ end: "failed", told: "The workbench was ended meanwhile." })}\n`;

const changing = (method: string, body: unknown): RequestInit => ({
  method,
  body: JSON.stringify(body),
  headers: { "content-type": "application/json", "x-workbench-token": token() },
});

const ask = async (path: string, init: RequestInit): Promise<Response> => {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ServerTrouble(0, "The workbench does not answer. Is it still running?");
  });
  if (response.ok) return response;
  const { trouble, problems } = (await response.json().catch(() => ({ trouble: "" }))) as Trouble;
  throw new ServerTrouble(response.status, trouble || `The workbench answered ${response.status}.`, problems);
};
