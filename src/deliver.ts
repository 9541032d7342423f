/**
 * The story of the second function: messages of one endpoint's delivery queue become requests, and each statement
 * ends delivered, set aside, or waiting in the queue.
 */
import { ComesAgain } from "./again.ts";
import { type Bucket, prefixOf } from "./archive/layout.ts";
import { writeLines } from "./archive/lines.ts";
import { type FailedRecord, failedLine, type Receipt, receiptLine } from "./archive/records.ts";
import { type Statement, unpack } from "./delivery/pack.ts";
import { requests } from "./delivery/requests.ts";
import { type Answer, type Send, senderTo } from "./delivery/send.ts";
import { type Outcome, settle } from "./delivery/settle.ts";
import { authorization } from "./endpoint/authorization.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import { parseJson } from "./event/json.ts";
import type { Reason } from "./event/reason.ts";

export interface DeliverParts {
  readonly endpoint: Endpoint;
  /** The value of the secret that the endpoint's file names, if it names one. */
  readonly secret: string | undefined;
  /** The IRI that stands as the sensor in Caliper's envelopes. */
  readonly sensor: string;
  readonly bucket: Bucket;
}

/** Delivers a batch; `remaining` tells how many milliseconds the function still has. */
export type DeliverBatch = (bodies: readonly string[], remaining?: () => number) => Promise<DeliverResult>;

export interface DeliverResult {
  /** For each message: undefined where it may be acknowledged, or why it must come again. */
  readonly settled: readonly (Error | undefined)[];
  readonly counts: DeliverCounts;
}

/** What a batch came to, for the log: numbers and the last answer that meant waiting. */
export interface DeliverCounts {
  readonly endpoint: string;
  readonly messages: number;
  readonly delivered: number;
  readonly setAside: number;
  readonly waiting: number;
  readonly trouble?: { readonly why: "retry" | "setup"; readonly status: Answer["status"] };
}

/** How long receipts may take to be written, in milliseconds. */
const WRITING = 3000;

/**
 * Makes the deliverer of an endpoint, for batches of message bodies. Receipts and what was set aside are in the
 * archive before a message is acknowledged. Throws where the archive does not take them: then the batch comes
 * again, which a store recognises by the statements' ids.
 */
export const deliverer = (parts: DeliverParts): DeliverBatch => {
  const { endpoint, bucket } = parts;
  const sender = senderTo(endpoint, authorization(endpoint, parts.secret), parts.sensor);
  // What was sent must be written down before the function's time is over.
  const needed = endpoint.limits.timeout + WRITING;
  return async (bodies, remaining = () => Number.POSITIVE_INFINITY) => {
    const send: Send = async (texts) =>
      remaining() < needed
        ? { status: "network", excerpt: "The function's time was over." }
        : sender.send(texts);
    const messages = bodies.map(readStatements);
    const outcomes: Outcome[] = [];
    const statements = messages.flatMap((each) => (each instanceof Error ? [] : each));
    for (const batch of requests(statements, endpoint.batch, sender.around)) {
      const trouble = outcomes.findLast(({ end }) => end === "waiting");
      if (trouble === undefined) outcomes.push(...(await settle(batch, send, endpoint.answers)));
      else outcomes.push(...batch.map((statement) => ({ ...trouble, statement })));
    }

    const now = new Date().toISOString();
    await Promise.all([
      writeLines(bucket, prefixOf("receipts", endpoint.name), receipts(outcomes, now).map(receiptLine)),
      writeLines(bucket, prefixOf("failed", endpoint.name), failures(outcomes, now).map(failedLine)),
    ]);

    const waiting = new Set(
      outcomes.flatMap(({ statement, end }) => (end === "waiting" ? [statement.id] : [])),
    );
    return {
      settled: messages.map((statements) => {
        if (statements instanceof Error) return statements;
        return statements.some(({ id }) => waiting.has(id))
          ? new ComesAgain(`${endpoint.name} does not take it now.`)
          : undefined;
      }),
      counts: countOutcomes(endpoint, messages.length, outcomes),
    };
  };
};

/** A message that this version cannot read is not lost: it comes again, and ends in the dead-letter queue. */
const readStatements = (body: string): readonly Statement[] | Error => {
  try {
    return unpack(body);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

const receipts = (outcomes: readonly Outcome[], at: string): readonly Receipt[] =>
  outcomes.flatMap(({ statement, end, answer }) =>
    end === "delivered" && answer.status !== "network"
      ? [
          {
            id: statement.id,
            event: statement.event,
            translation: statement.translation,
            at,
            status: answer.status,
          },
        ]
      : [],
  );

const failures = (outcomes: readonly Outcome[], at: string): readonly FailedRecord[] =>
  outcomes.flatMap((outcome) => {
    if (outcome.end !== "setAside") return [];
    const { statement, answer } = outcome;
    const reason: Reason = answer.status === 413 ? "size.exceeded" : "endpoint.refused";
    return [
      {
        id: statement.id,
        event: statement.event,
        translation: statement.translation,
        at,
        class: outcome.class,
        reason,
        detail: `The endpoint answered ${answer.status}.`,
        ...(answer.status !== "network" && { status: answer.status }),
        answer: answer.excerpt,
        statement: parsed(statement.text),
      },
    ];
  });

/** Whatever was refused is kept, even where it is no JSON. */
const parsed = (text: string): unknown => {
  const json = parseJson(text);
  return "value" in json ? json.value : text;
};

const countOutcomes = (endpoint: Endpoint, messages: number, outcomes: readonly Outcome[]): DeliverCounts => {
  const count = (end: Outcome["end"]): number => outcomes.filter((each) => each.end === end).length;
  const trouble = outcomes.find((each) => each.end === "waiting");
  return {
    endpoint: endpoint.name,
    messages,
    delivered: count("delivered"),
    setAside: count("setAside"),
    waiting: count("waiting"),
    ...(trouble?.end === "waiting" && { trouble: { why: trouble.why, status: trouble.answer.status } }),
  };
};
