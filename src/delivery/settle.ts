import { type Answers, classify } from "../endpoint/answers.ts";
import type { Answer } from "./answer.ts";
import type { Statement } from "./pack.ts";
import { halved, type Room, requests, sizeOf } from "./requests.ts";

/** Where a statement ended, or that it waits. */
export type Outcome =
  | { readonly statement: Statement; readonly end: "delivered"; readonly answer: Answer }
  | {
      readonly statement: Statement;
      readonly end: "setAside";
      readonly class: "setAside" | "split";
      readonly answer: Answer;
    }
  | Waiting;

export interface Waiting extends Trouble {
  readonly statement: Statement;
  readonly end: "waiting";
  /** Whether it was in the request that the answer is to. */
  readonly sent: boolean;
  /** Whether it was in a request that the endpoint refused as a whole, and which was not narrowed to the end. */
  readonly refused: boolean;
}

/** Why statements wait. */
export interface Trouble {
  /**
   * `retry` and `setup`: the class of the endpoint's answer. `version`: the endpoint says that it does not know the
   * version that its file names. `rest`: it is left alone for now. `time`: the function's time was over.
   */
  readonly why: "retry" | "setup" | "version" | "rest" | "time";
  readonly answer?: Answer;
}

export interface Settling {
  /** Sends statements, which are JSON text already, in one request; or says why it does not. */
  readonly send: (texts: readonly string[]) => Promise<Answer | Trouble>;
  readonly answers: Answers;
  /** How much a request may hold. */
  readonly room: Room;
  /** Told where the endpoint has shown that it takes less: for the requests that follow, and for later batches. */
  readonly narrowed: (room: Room) => void;
}

/**
 * Sends statements and gives every one's outcome. A request that the endpoint wants split is halved until the
 * statement that it refuses is alone; where the first half is taken, the second is halved without being tried. Where a
 * request was too large (413), those that follow are no larger than half of it. After an answer that means waiting, no
 * more requests are made: an endpoint in trouble is not helped by them. Of n statements of which the endpoint refuses
 * one, that one is found with at most 2 log2 n + 1 requests.
 */
export const settle = async (
  statements: readonly Statement[],
  { send, answers, room: before, narrowed }: Settling,
): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  let room = before;
  let trouble: Trouble | undefined;
  const refused = new Set<Statement>();

  /** Tells whether the endpoint took all of them at once. */
  const attempt = async (some: readonly Statement[]): Promise<boolean> => {
    const parts = requests(some, room);
    return parts.length > 1 ? attemptEach(parts) : ask(some);
  };

  /** Asks with one request. */
  const ask = async (some: readonly Statement[]): Promise<boolean> => {
    const answer = trouble ?? (await send(some.map(({ text }) => text)));
    if ("why" in answer) {
      trouble = answer;
      outcomes.push(...some.map((statement) => waiting(statement, answer, false)));
      return false;
    }
    const meaning = classify(answers, answer.status);
    if (meaning === "split" && some.length > 1) {
      if (answer.status !== 413) return narrow(some);
      room = halved(room, sizeOf(some, room));
      narrowed(room);
      return attemptEach(requests(some, room));
    }
    if (meaning === "retry" || meaning === "setup") trouble = { why: meaning, answer };
    outcomes.push(
      ...some.map((statement): Outcome => {
        if (trouble !== undefined) return waiting(statement, trouble, true);
        if (meaning === "done") return { statement, end: "delivered", answer };
        return { statement, end: "setAside", class: meaning === "split" ? "split" : "setAside", answer };
      }),
    );
    return meaning === "done";
  };

  const waiting = (statement: Statement, why: Trouble, sent: boolean): Waiting => ({
    statement,
    end: "waiting",
    ...why,
    sent,
    refused: refused.has(statement),
  });

  const attemptEach = async (parts: readonly (readonly Statement[])[]): Promise<boolean> => {
    let all = true;
    const fitting = room;
    for (const part of parts) all = (await (room === fitting ? ask(part) : attempt(part))) && all;
    return all;
  };

  /** Finds what the endpoint refuses among at least two statements, which it has refused together. */
  const narrow = async (some: readonly Statement[]): Promise<false> => {
    for (const statement of some) refused.add(statement);
    const middle = Math.ceil(some.length / 2);
    const [first, second] = [some.slice(0, middle), some.slice(middle)];
    const isInSecond = await attempt(first);
    if (isInSecond && second.length > 1 && trouble === undefined) return narrow(second);
    await attempt(second);
    return false;
  };

  if (statements.length > 0) await attempt(statements);
  return outcomes;
};

/** The outcomes of statements that were not sent. */
export const waitingFor = (statements: readonly Statement[], { why, answer }: Trouble): readonly Waiting[] =>
  statements.map((statement) => ({
    statement,
    end: "waiting",
    why,
    ...(answer && { answer }),
    sent: false,
    refused: false,
  }));
