import type { SchemaObject } from "ajv";
import type { Document } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { literalAddress } from "./address.ts";
import type { Endpoint } from "./endpoint.ts";

/** What stands in the place of an address where each learner's launch says where an endpoint is. */
export const FROM_LAUNCH = "from-launch";

/** What a file says of where its endpoint is. */
export interface WrittenUrl {
  readonly protocol: Endpoint["protocol"];
  readonly url: string;
  readonly hosts?: readonly string[];
}

/** What `hosts` of an endpoint's file may hold. */
export const HOSTS: SchemaObject = {
  type: "array",
  minItems: 1,
  maxItems: 50,
  items: {
    type: "string",
    maxLength: 260,
    pattern: "^[^\\s/?#@\\\\:*]+\\.[^\\s/?#@\\\\:*.]+(:[0-9]{1,5})?$",
    "x-message":
      "must be the whole name of a host, such as lms.example.edu, and with a port only where that is not 443",
  },
  description:
    "url: from-launch: the only hosts to which records, and the secret, are sent. List those of one LMS.",
  examples: [["lms.example.edu"]],
};

/** Which of them go together; and what an address is that is written out. */
export const URL_NEEDS: SchemaObject = {
  if: { required: ["url"], properties: { url: { const: FROM_LAUNCH } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, not a promise.
  then: { required: ["hosts"] },
  else: { properties: { url: { type: "string", format: "https-url" } } },
};

/** Where an endpoint is. */
export const readUrl = ({ protocol, url, hosts = [] }: WrittenUrl): Endpoint["url"] => {
  if (url === FROM_LAUNCH) return { hosts: [...new Set(hosts.flatMap((host) => readHost(host) ?? []))] };
  // Of an xAPI store it is where /statements hangs; elsewhere it is posted to as it stands.
  return protocol === "xapi" ? url.replace(/\/$/, "") : url;
};

/** What is wrong with `url` and `hosts` of an endpoint's file, whose shape is right. */
export const urlProblems = (
  document: Document,
  { protocol, url, hosts = [] }: WrittenUrl,
): readonly Problem[] => {
  const problems = hosts.flatMap((host, at) =>
    readHost(host) === undefined
      ? [document.problem(["hosts", at], "An LMS has a name: this is no name of a host.")]
      : [],
  );
  if (url === FROM_LAUNCH && protocol !== "caliper")
    problems.push(document.problem(["url"], "A launch names an endpoint of Caliper only."));
  if (url !== FROM_LAUNCH && hosts.length > 0)
    problems.push(document.problem(["hosts"], `Hosts are listed for url: ${FROM_LAUNCH} only.`, "key"));
  if (protocol === "xapi" && /[?#]/.test(url))
    problems.push(
      document.problem(["url"], "The address of an xAPI store has no query: /statements is put behind it."),
    );
  return problems;
};

/**
 * A host as a parsed url has it: lower case, ASCII, and with a port only where it is not 443. Undefined where it is
 * none, or the number of one: no certificate would tell whose that is.
 */
export const readHost = (written: string): string | undefined => {
  const url = `https://${written}`;
  if (!URL.canParse(url)) return undefined;
  const { host, hostname } = new URL(url);
  return literalAddress(hostname) === undefined ? host : undefined;
};
