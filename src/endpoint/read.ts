import { type Document, readDocument } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { bytes, milliseconds } from "../document/quantity.ts";
import { checkShape } from "../document/shape.ts";
import { readAnswers } from "./answers.ts";
import type { Auth, Endpoint, Selection } from "./endpoint.ts";
import { SHAPE, VERSIONS } from "./shape.ts";

/** An endpoint's file, read. */
export interface EndpointFile {
  readonly document: Document;
  readonly endpoint: Endpoint;
  readonly select: Selection;
}

interface Written {
  readonly title: string;
  readonly protocol: Endpoint["protocol"];
  readonly version: string | number;
  readonly url: string;
  readonly auth: Auth;
  readonly learners?: Endpoint["learners"];
  readonly federatedSession?: boolean;
  readonly select: Selection;
  readonly batch?: { readonly events?: number; readonly bytes?: string; readonly wait?: string };
  readonly limits?: { readonly concurrency?: number; readonly timeout?: string };
  readonly answers?: Parameters<typeof readAnswers>[0];
}

/** The most that fits an SQS message (1 MiB) beside what the queue itself needs. */
const LARGEST_BATCH = 1000 * 1024;

/** Lambda gathers messages for at most five minutes. */
const LONGEST_WAIT = 300_000;

/** A request that takes longer holds up its endpoint, and a function ends after fifteen minutes. */
const LONGEST_TIMEOUT = 300_000;

/** Reads an endpoint's file; what it leaves out has its default here. */
export const readEndpoint = (name: string, file: string, text: string): EndpointFile | readonly Problem[] => {
  const document = readDocument(file, text);
  const problems = [...checkShape(document, SHAPE)];
  if (problems.length > 0) return problems;
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    problems.push(
      document.problem(
        [],
        "An endpoint's file is named in lower-case words joined by hyphens, at most 40 letters.",
      ),
    );
  }
  const written = document.value as Written;
  const versions = VERSIONS[written.protocol];
  const version = String(written.version);
  if (!versions.includes(version)) {
    problems.push(
      document.problem(["version"], `The versions of ${written.protocol} are ${versions.join(", ")}.`),
    );
  }
  const endpoint: Endpoint = {
    name,
    title: written.title,
    protocol: written.protocol,
    version,
    url: written.url.replace(/\/$/, ""),
    auth: written.auth,
    learners: written.learners ?? "pseudonym",
    federatedSession: written.federatedSession ?? false,
    batch: {
      events: written.batch?.events ?? 50,
      bytes: bytes(written.batch?.bytes ?? "512KB"),
      wait: milliseconds(written.batch?.wait ?? "20s"),
    },
    limits: {
      concurrency: written.limits?.concurrency ?? 2,
      timeout: milliseconds(written.limits?.timeout ?? "10s"),
    },
    answers: readAnswers(written.answers),
  };
  if (endpoint.federatedSession && endpoint.protocol !== "caliper")
    problems.push(document.problem(["federatedSession"], "Only Caliper has federated sessions."));
  if (endpoint.batch.bytes > LARGEST_BATCH)
    problems.push(document.problem(["batch", "bytes"], "A batch is at most 1000KB."));
  if (endpoint.batch.wait > LONGEST_WAIT)
    problems.push(document.problem(["batch", "wait"], "The wait is at most 5m."));
  if (endpoint.limits.timeout > LONGEST_TIMEOUT)
    problems.push(document.problem(["limits", "timeout"], "The timeout is at most 5m."));
  for (const [name, ranges] of Object.entries(endpoint.answers)) {
    for (const [at, range] of ranges.entries()) {
      if (range !== "network" && range[0] > range[1])
        problems.push(
          document.problem(["answers", name, at], "A range begins with its smaller status code."),
        );
    }
  }
  return problems.length > 0 ? problems : { document, endpoint, select: written.select };
};
