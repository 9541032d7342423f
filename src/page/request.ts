import { parseJson } from "../event/json.ts";
import { RefusedRequest } from "../refused-request.ts";

/** A request to the learner's page, whoever brought it. */
export interface PageRequest {
  readonly method: string;
  /** As it was asked for, such as `/choice`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Each as `name=value`. */
  readonly cookies: readonly string[];
  readonly body: Uint8Array;
}

/** What is answered, and what may be logged of it: neither says who asked. */
export interface PageResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
  readonly use: Use;
}

/** A use of the page, as it is logged. */
export interface Use {
  readonly event: string;
  readonly outcome: string;
}

/** Thrown where a request is not answered as it was meant. The message is for the learner, and quotes nothing of theirs. */
export class NotAnswered extends RefusedRequest {
  override readonly name = "NotAnswered";
}

/** The largest body, in bytes: a token and a choice are far smaller. */
export const BODY_LIMIT = 16 * 1024;

/** The fields of a form. Throws NotAnswered where the body is none, or too large. */
export const formOf = (request: PageRequest): URLSearchParams => {
  requireType(request, "application/x-www-form-urlencoded");
  return new URLSearchParams(textOf(request));
};

/** A body of JSON. Throws NotAnswered where it is none, or too large. */
export const jsonOf = (request: PageRequest): unknown => {
  requireType(request, "application/json");
  const read = parseJson(textOf(request));
  if ("value" in read) return read.value;
  throw new NotAnswered(400, "json.malformed", "The body is not JSON.");
};

/** The value of a cookie. */
export const cookieOf = ({ cookies }: PageRequest, name: string): string | undefined =>
  cookies.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);

const requireType = ({ headers }: PageRequest, type: string): void => {
  const [given = ""] = (headers["content-type"] ?? "").split(";");
  if (given.trim().toLowerCase() !== type)
    throw new NotAnswered(415, "type.wrong", `The body must be of the type ${type}.`);
};

const textOf = ({ body }: PageRequest): string => {
  if (body.length > BODY_LIMIT)
    throw new NotAnswered(413, "body.large", `The body may have at most ${BODY_LIMIT / 1024} KB.`);
  return new TextDecoder().decode(body);
};
