import { type AnswerClass, type Answers, classify } from "../endpoint/answers.ts";
import type { Statement } from "./pack.ts";
import type { Answer, Send } from "./send.ts";

/** Where a statement ended, or that it waits. */
export type Outcome =
  | { readonly statement: Statement; readonly end: "delivered"; readonly answer: Answer }
  | {
      readonly statement: Statement;
      readonly end: "setAside";
      readonly class: "setAside" | "split";
      readonly answer: Answer;
    }
  | {
      readonly statement: Statement;
      readonly end: "waiting";
      readonly why: "retry" | "setup";
      readonly answer: Answer;
    };

/**
 * Sends statements and gives every one's outcome. A batch that the endpoint wants split is halved until the
 * statement that it refuses is alone. After an answer that means waiting, no more requests are made: an endpoint
 * in trouble is not helped by them.
 */
export const settle = async (
  statements: readonly Statement[],
  send: Send,
  answers: Answers,
): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  const open: (readonly Statement[])[] = [statements];
  let trouble: { readonly why: "retry" | "setup"; readonly answer: Answer } | undefined;
  for (let batch = open.shift(); batch !== undefined; batch = open.shift()) {
    const known = trouble;
    if (known !== undefined) {
      outcomes.push(...batch.map((statement) => waiting(statement, known)));
      continue;
    }
    const answer = await send(batch.map(({ text }) => text));
    const meaning = classify(answers, answer.status);
    if (meaning === "split" && batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      open.unshift(batch.slice(0, middle), batch.slice(middle));
      continue;
    }
    if (meaning === "retry" || meaning === "setup") trouble = { why: meaning, answer };
    outcomes.push(...batch.map((statement) => outcome(statement, meaning, answer)));
  }
  return outcomes;
};

const outcome = (statement: Statement, meaning: AnswerClass, answer: Answer): Outcome => {
  if (meaning === "done") return { statement, end: "delivered", answer };
  if (meaning === "retry" || meaning === "setup") return waiting(statement, { why: meaning, answer });
  return { statement, end: "setAside", class: meaning, answer };
};

const waiting = (
  statement: Statement,
  { why, answer }: { readonly why: "retry" | "setup"; readonly answer: Answer },
): Outcome => ({ statement, end: "waiting", why, answer });
