import type { TemplateResult } from "lit-html";
import type { About } from "../api/about.ts";
import type { Step } from "../api/steps.ts";

/** What a view is given by the page around it. */
export interface App {
  readonly about: About;
  /** Asks the server: `get("/api/flow")`. Throws ServerTrouble. */
  get<T>(path: string): Promise<T>;
  /** Has the server change something. Throws ServerTrouble. */
  put<T>(path: string, body: unknown): Promise<T>;
  /** Has the server do something that takes long, step by step. Throws ServerTrouble. */
  post(path: string, body: unknown): AsyncGenerator<Step>;
  /** Draws the view again, soon. */
  draw(): void;
  /** Tells those who hear the page what has changed, politely. */
  say(text: string): void;
  /** Goes to a path of the page: `go("/events?source=…")`. */
  go(path: string): void;
  /**
   * Runs something at once, and again and again while the page is seen and the view is shown, so many milliseconds after it
   * ended. What it throws is shown above the view, until it goes well.
   */
  every(milliseconds: number, run: () => Promise<void>): void;
  /** Runs something once; what it throws is shown above the view. */
  once(run: () => Promise<void>): void;
  /** Aborted when the view is left. */
  readonly leaving: AbortSignal;
}

/** A view: what it is called, and what it looks like now. */
export interface View {
  readonly title: string;
  draw(): TemplateResult;
}

/** Makes the view of a path; `name` is the last part of the path, where it has one. */
export type MakeView = (app: App, name: string, query: URLSearchParams) => View;

/** What the server says is wrong. */
export class ServerTrouble extends Error {
  override readonly name = "ServerTrouble";
  readonly status: number;
  readonly problems: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly message: string;
  }[];

  constructor(status: number, message: string, problems: ServerTrouble["problems"] = []) {
    super(message);
    this.status = status;
    this.problems = problems;
  }
}
