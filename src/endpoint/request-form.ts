import type { SchemaObject } from "ajv";
import type { Document } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import type { Endpoint } from "./endpoint.ts";
import { HEADER_NAME } from "./header.ts";

/** What `request` of an endpoint's file may hold. */
export const REQUEST: SchemaObject = {
  type: "object",
  description: "How a request is written.",
  additionalProperties: false,
  properties: {
    headers: {
      type: "object",
      description: "Headers beside those that the protocol sets. A secret is none of them: see auth.",
      propertyNames: {
        pattern: HEADER_NAME,
        "x-message": "must be the name of a header, such as X-Source",
      },
      additionalProperties: {
        type: "string",
        pattern: "^[ -~]*$",
        "x-message": "must be a text on one line, in ASCII",
      },
      examples: [{ "X-Source": "jupyter" }],
    },
    body: {
      enum: ["array", "ndjson"],
      enumDescriptions: ["A JSON array of records.", "A record on each line."],
      default: "array",
      description: "json: what the request's body is.",
    },
    within: {
      type: "string",
      minLength: 1,
      description:
        'json: the name under which the array stands in an object, for those who want {"batch":[…]}.',
      examples: ["batch"],
    },
  },
};

/** What is wrong with `request` of an endpoint's file, whose shape is right. */
export const requestProblems = (
  document: Document,
  { protocol, request }: Pick<Endpoint, "protocol" | "request">,
): readonly Problem[] => {
  const problems: Problem[] = [];
  const complain = (path: readonly string[], message: string): void => {
    problems.push(document.problem(["request", ...path], message, "key"));
  };
  if (protocol !== "json" && (request.body !== "array" || request.within !== undefined))
    complain(
      [request.within === undefined ? "body" : "within"],
      `${protocol} says itself how a body is written.`,
    );
  else if (request.body === "ndjson" && request.within !== undefined)
    complain(["within"], "Only an array can stand in an object.");
  for (const name of Object.keys(request.headers)) {
    if (OURS.test(name)) complain(["headers", name], `The translator itself sets the header "${name}".`);
    else if (SECRET_NAME.test(name))
      complain(
        ["headers", name],
        `"${name}" sounds like a secret, which does not belong in a file. Use auth: { scheme: header, name: ${name}, secret: … }.`,
      );
    else if (protocol !== "json" && /^content-type$/i.test(name))
      complain(["headers", name], `${protocol} says itself what the content is.`);
  }
  return problems;
};

/** Headers that the protocol, the connection or `auth` sets. */
export const OURS =
  /^(host|content-length|content-encoding|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|x-experience-api-version)$/i;

const SECRET_NAME = /auth|key|token|secret|password|passwd|credential|cookie/i;
