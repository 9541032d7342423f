import type { Answers } from "./answers.ts";

/** An LMS endpoint as its file describes it, without the code that selects for it. */
export interface Endpoint {
  /** The file's name without `.yml`. */
  readonly name: string;
  readonly title: string;
  readonly protocol: "caliper" | "xapi" | "json";
  /** caliper: 1.1, 1.2; xapi: 1.0.3, 2.0.0; json: 1. */
  readonly version: string;
  /** Where it is; or that each learner's launch says where. */
  readonly url: string | FromLaunch;
  /** `public`: its host must have public addresses only, but for this machine itself where the url names it. */
  readonly network: "public" | "private";
  readonly request: RequestForm;
  readonly auth: Auth;
  /** How learners are named to it. */
  readonly learners: "pseudonym" | "username" | "lms" | "anonymous";
  /** What becomes of what events' schemas mark as personal, whichever mapping reads it. */
  readonly personalData: "pseudonymise" | "allow" | "refuse";
  /** Whether Caliper events name the LMS's own session. */
  readonly federatedSession: boolean;
  readonly batch: Batch;
  readonly limits: Limits;
  readonly answers: Answers;
}

/** The Caliper endpoint that the LMS named in a learner's launch (LTI's Caliper endpoint service). */
export interface FromLaunch {
  /** The only hosts that it may be at, as a parsed url has them. */
  readonly hosts: readonly string[];
}

/** An endpoint, or one place of it, whose address is known. */
export interface AddressedEndpoint extends Endpoint {
  readonly url: string;
}

/** How the endpoint knows us. A secret is named, never written: see `secret.ts`. */
export type Auth =
  | { readonly scheme: "basic" | "bearer"; readonly secret: string }
  | { readonly scheme: "header"; readonly name: string; readonly secret: string }
  | ClientCredentials
  | { readonly scheme: "none" };

/** OAuth 2 client credentials (RFC 6749, 4.4). */
export interface ClientCredentials {
  readonly scheme: "oauth2-client-credentials";
  readonly tokenUrl: string;
  readonly clientId: string;
  /** How the client proves who it is (OpenID Connect Core 1.0, 9). */
  readonly method: "client_secret_basic" | "client_secret_post" | "private_key_jwt";
  /** The client's secret, or its private key as PEM (PKCS #8). */
  readonly secret: string;
  /** private_key_jwt: what the key signs with. */
  readonly algorithm: "RS256" | "PS256" | "ES256" | "EdDSA";
  /** private_key_jwt: the name under which the server knows the key. */
  readonly keyId?: string;
  readonly scope?: string;
  /** A parameter that some servers want, as they want it. */
  readonly audience?: string;
}

/** How a request is written. */
export interface RequestForm {
  /** Beside those that the protocol sets. */
  readonly headers: Readonly<Record<string, string>>;
  /** json: a JSON array, or one record on each line. */
  readonly body: "array" | "ndjson";
  /** json: the name under which the array stands in an object, for those who want `{"batch":[…]}`. */
  readonly within?: string;
}

export interface Batch {
  /** The most statements in one request. */
  readonly events: number;
  /** The largest body of a request, in bytes. */
  readonly bytes: number;
  /** How long the queue may gather messages, in milliseconds. */
  readonly wait: number;
}

export interface Limits {
  /** How many requests may be under way at once. */
  readonly concurrency: number;
  /** How many requests may begin in a second, by all functions together; no limit where it is absent. */
  readonly requestsPerSecond?: number;
  /** How long a request may take, in milliseconds. */
  readonly timeout: number;
}

/** Which translations an endpoint takes. */
export interface Selection {
  /** Names with `*` for any text; with a plus before it, a name takes optional translations as well. */
  readonly translations: readonly string[];
  /** A CEL expression over `learner`, `course` and `hub`. */
  readonly where?: string;
}
