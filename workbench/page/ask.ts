import type { Trouble } from "../api/about.ts";
import type { Step } from "../api/steps.ts";
import { ServerTrouble } from "./app.ts";
import { patiently } from "./patience.ts";
import { token } from "./token.ts";

/** Asks the server for something, until somebody leaves. Throws ServerTrouble. */
export const get = <T>(path: string, leaving?: AbortSignal): Promise<T> =>
  patiently(async (signal) => {
    const response = await ask(path, { signal });
    return (await response.json().catch(brokenOff)) as T;
  }, leaving);

const brokenOff = (error: unknown): never => {
  if (error instanceof DOMException) throw error;
  throw new ServerTrouble(0, "The workbench broke off its answer.");
};

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
  headers: { "content-type": "application/json" },
});

const ask = async (path: string, init: RequestInit): Promise<Response> => {
  const headers = { ...init.headers, "x-workbench-token": token() };
  const response = await fetch(path, { ...init, headers }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ServerTrouble(0, "The workbench does not answer. Is it still running?");
  });
  if (response.ok) return response;
  const { trouble, problems } = (await response.json().catch(() => ({ trouble: "" }))) as Trouble;
  throw new ServerTrouble(response.status, trouble || `The workbench answered ${response.status}.`, problems);
};
