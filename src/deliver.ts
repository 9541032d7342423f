/**
 * The story of the second function: messages of one endpoint's delivery queue become requests, and each statement
 * ends delivered, set aside, or waiting in the queue.
 */
import { ComesAgain } from "./again.ts";
import { type Bucket, prefixOf } from "./archive/layout.ts";
import { writeLines } from "./archive/lines.ts";
import { type FailedRecord, failedLine, type Receipt, receiptLine } from "./archive/records.ts";
import { type Configuration, configurationOf } from "./delivery/configuration.ts";
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
  /** Why statements wait, with the answer; `version` where none was asked for. */
  readonly trouble?: { readonly why: Waiting["why"]; readonly status?: Answer["status"] };
}

/** What waits in the queue: `version`, as the endpoint says that it does not know the version that its file names. */
type Waiting =
  | Extract<Outcome, { readonly end: "waiting" }>
  | { readonly statement: Statement; readonly end: "waiting"; readonly why: "version" };

type End = Outcome | Waiting;

/** How long receipts may take to be written, in milliseconds. */
const WRITING = 3000;

/**
 * Makes the deliverer of an endpoint, for batches of message bodies. Receipts and what was set aside are in the
 * archive before a message is acknowledged. Throws where the archive does not take them: then the batch comes
 * again, which a store recognises by the statements' ids.
 */
export const deliverer = (parts: DeliverParts): DeliverBatch => {
  const { endpoint, bucket } = parts;
  const credentials = authorization(endpoint, parts.secret);
  const sender = senderTo(endpoint, credentials, parts.sensor);
  const asItsFileSays = { ...endpoint.batch, speaks: true };
  let configuration: Promise<Configuration> | undefined;
  const limitsOf = async (): Promise<typeof asItsFileSays> => {
    if (!hasConfiguration(endpoint)) return asItsFileSays;
    configuration ??= configurationOf(endpoint, credentials);
    const { speaks = true, bytes = endpoint.batch.bytes } = await configuration;
    // It may have learnt it by the next batch.
    if (!speaks) configuration = undefined;
    return { ...endpoint.batch, bytes: Math.min(endpoint.batch.bytes, bytes), speaks };
  };
  // What was sent must be written down before the function's time is over.
  const needed = endpoint.limits.timeout + WRITING;
  return async (bodies, remaining = () => Number.POSITIVE_INFINITY) => {
    const send: Send = async (texts) =>
      remaining() < needed
        ? { status: "network", excerpt: "The function's time was over." }
        : sender.send(texts);
    const messages = bodies.map(readStatements);
    const outcomes: End[] = [];
    const statements = messages.flatMap((each) => (each instanceof Error ? [] : each));
    const limits = statements.length === 0 ? asItsFileSays : await limitsOf();
    for (const batch of requests(statements, limits, sender.around)) {
      const trouble = outcomes.findLast(({ end }) => end === "waiting");
      if (!limits.speaks)
        outcomes.push(...batch.map((statement): End => ({ statement, end: "waiting", why: "version" })));
      else if (trouble === undefined) outcomes.push(...(await settle(batch, send, endpoint.answers)));
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

/** Caliper 1.2 lets an endpoint say what it takes; 1.1 and xAPI do not. */
const hasConfiguration = ({ protocol, version }: Endpoint): boolean =>
  protocol === "caliper" && version !== "1.1";

/** A message that this version cannot read is not lost: it comes again, and ends in the dead-letter queue. */
const readStatements = (body: string): readonly Statement[] | Error => {
  try {
    return unpack(body);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

const receipts = (outcomes: readonly End[], at: string): readonly Receipt[] =>
  outcomes.flatMap((outcome) => {
    if (outcome.end !== "delivered" || outcome.answer.status === "network") return [];
    const { id, event, translation } = outcome.statement;
    return [{ id, event, translation, at, status: outcome.answer.status }];
  });

const failures = (outcomes: readonly End[], at: string): readonly FailedRecord[] =>
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

const countOutcomes = (endpoint: Endpoint, messages: number, outcomes: readonly End[]): DeliverCounts => {
  const count = (end: End["end"]): number => outcomes.filter((each) => each.end === end).length;
  const trouble = outcomes.find((each) => each.end === "waiting");
  return {
    endpoint: endpoint.name,
    messages,
    delivered: count("delivered"),
    setAside: count("setAside"),
    waiting: count("waiting"),
    ...(trouble?.end === "waiting" && {
      trouble: { why: trouble.why, ...("answer" in trouble && { status: trouble.answer.status }) },
    }),
  };
};
