import { type Document, readDocument } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { bytes, milliseconds } from "../document/quantity.ts";
import { checkShape } from "../document/shape.ts";
import { isNeverAllowed, literalAddress, mayReach } from "./address.ts";
import { answerProblems, readAnswers } from "./answers.ts";
import type { Auth, ClientCredentials, Endpoint, RequestForm, Selection } from "./endpoint.ts";
import { readUrl, urlProblems } from "./from-launch.ts";
import { OURS, requestProblems } from "./request-form.ts";
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
  readonly version?: string | number;
  readonly url: string;
  readonly hosts?: readonly string[];
  readonly network?: Endpoint["network"];
  readonly auth: WrittenAuth;
  readonly request?: Partial<RequestForm>;
  readonly learners?: Endpoint["learners"];
  readonly personalData?: Endpoint["personalData"];
  readonly federatedSession?: boolean;
  readonly select: Selection;
  readonly batch?: { readonly events?: number; readonly bytes?: string; readonly wait?: string };
  readonly limits?: {
    readonly concurrency?: number;
    readonly requestsPerSecond?: number;
    readonly timeout?: string;
  };
  readonly answers?: Parameters<typeof readAnswers>[0];
}

type WrittenAuth =
  | Exclude<Auth, ClientCredentials>
  | (Omit<ClientCredentials, "method" | "algorithm"> & Partial<ClientCredentials>);

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
  // The queue of its name with this at its end is that of another's dead letters.
  if (name.endsWith("-dead-letters"))
    problems.push(document.problem([], 'The name of an endpoint\'s file cannot end in "-dead-letters".'));
  const written = document.value as Written;
  const versions = VERSIONS[written.protocol];
  const version = String(written.version ?? versions[0]);
  if (!versions.includes(version)) {
    problems.push(
      document.problem(
        ["version"],
        versions.length === 1
          ? `${written.protocol} has the version ${versions.join()} only, and need not say it.`
          : `The versions of ${written.protocol} are ${versions.join(", ")}.`,
      ),
    );
  }
  const endpoint: Endpoint = {
    name,
    title: written.title,
    protocol: written.protocol,
    version,
    url: readUrl(written),
    network: written.network ?? "public",
    auth: readAuth(written.auth),
    request: {
      ...written.request,
      headers: written.request?.headers ?? {},
      body: written.request?.body ?? "array",
    },
    learners: written.learners ?? "pseudonym",
    personalData: written.personalData ?? "pseudonymise",
    federatedSession: written.federatedSession ?? false,
    batch: {
      events: written.batch?.events ?? 50,
      bytes: bytes(written.batch?.bytes ?? "512KB"),
      wait: milliseconds(written.batch?.wait ?? "20s"),
    },
    limits: {
      concurrency: written.limits?.concurrency ?? 2,
      ...(written.limits?.requestsPerSecond !== undefined && {
        requestsPerSecond: written.limits.requestsPerSecond,
      }),
      timeout: milliseconds(written.limits?.timeout ?? "10s"),
    },
    answers: readAnswers(written.answers),
  };
  problems.push(
    ...urlProblems(document, written),
    ...requestProblems(document, endpoint),
    ...addressProblems(document, endpoint),
  );
  if (endpoint.auth.scheme === "header" && OURS.test(endpoint.auth.name))
    problems.push(document.problem(["auth", "name"], "The translator itself sets this header."));
  if (endpoint.federatedSession && endpoint.protocol !== "caliper")
    problems.push(document.problem(["federatedSession"], "Only Caliper has federated sessions."));
  if (endpoint.batch.bytes > LARGEST_BATCH)
    problems.push(document.problem(["batch", "bytes"], "A batch is at most 1000KB."));
  if (endpoint.batch.wait > LONGEST_WAIT)
    problems.push(document.problem(["batch", "wait"], "The wait is at most 5m."));
  if (endpoint.limits.timeout > LONGEST_TIMEOUT)
    problems.push(document.problem(["limits", "timeout"], "The timeout is at most 5m."));
  problems.push(...answerProblems(document, written.answers));
  return problems.length > 0 ? problems : { document, endpoint, select: written.select };
};

const readAuth = (written: WrittenAuth): Auth =>
  written.scheme === "oauth2-client-credentials"
    ? { method: "client_secret_basic", algorithm: "RS256", ...written }
    : written;

/** What is wrong with addresses that are written as numbers; those of names are looked at when they are used. */
const addressProblems = (document: Document, { url, auth, network }: Endpoint): readonly Problem[] => {
  const written: readonly (readonly [path: readonly string[], url: string])[] = [
    ...(typeof url === "string" ? ([[["url"], url]] as const) : []),
    ...(auth.scheme === "oauth2-client-credentials"
      ? ([[["auth", "tokenUrl"], auth.tokenUrl]] as const)
      : []),
  ];
  return written.flatMap(([path, url]) => {
    const { hostname } = new URL(url);
    const address = literalAddress(hostname);
    if (address === undefined || mayReach(address, hostname, network)) return [];
    const message = isNeverAllowed(address)
      ? "leads to where no endpoint can be: it is link-local, or a cloud's metadata service."
      : "leads into a private network; write network: private if that is meant.";
    return [document.problem(path, `"${path.join(".")}" ${message}`)];
  });
};
