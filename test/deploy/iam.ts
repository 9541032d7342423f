/**
 * IAM for the AWS that moto plays, which asks nobody for their rights: between each function and moto, somebody looks
 * whether the function's own role may do what it asks for.
 */
import assert from "node:assert/strict";
import { request as ask, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { startServer } from "../../local/http-api.ts";
import type { Template } from "../package/support.ts";
import type { Endings } from "./deployment.ts";
import { denialOf } from "./iam-denial.ts";
import { type Asked, type AwsRequest, askedBy } from "./iam-needs.ts";
import { decide, isFor, type Need, type Right } from "./iam-policy.ts";
import { policiesOf, type Role, type StackPolicies } from "./iam-stack.ts";
import type { Stack } from "./stack.ts";

/** What a function asked for and was not allowed. */
export interface Denial {
  readonly functionName: string;
  readonly need: Need;
  readonly why: string;
}

/** AWS as one function meets it. */
export interface Guard {
  readonly url: string;
  readonly denied: readonly Denial[];
}

export interface Iam {
  readonly policies: StackPolicies;
  /** What functions asked for and were not allowed; what a guard of `without` denied is not among it. */
  readonly denied: readonly Denial[];
  /** The rights of a function's role. */
  rightsOf(functionName: string): readonly Right[];
  /** The rights by which a function's role was allowed anything. */
  usedBy(functionName: string): ReadonlySet<Right>;
  /** AWS for a function; always the same. */
  guard(functionName: string): Promise<Guard>;
  /** AWS for a function whose role lacks some rights. */
  without(functionName: string, rights: readonly Right[]): Promise<Guard>;
  /** Has the role of a function do something that nobody sends over the wire here: what Lambda itself does with it. */
  play(functionName: string, needs: readonly Need[]): void;
}

export const startIam = (template: Template, stack: Stack, aws: string, endings: Endings): Iam => {
  const policies = policiesOf(template, stack);
  const denied: Denial[] = [];
  const used = new Map<string, Set<Right>>();
  const guards = new Map<string, Promise<Guard>>();

  const roleOf = (functionName: string): Role => {
    const role = policies.roles.get(functionName);
    assert.ok(role, `${functionName} has no role.`);
    return role;
  };
  const usedBy = (functionName: string): Set<Right> => {
    const known = used.get(functionName) ?? new Set();
    used.set(functionName, known);
    return known;
  };

  /** The first thing of what is needed that a role may not do. */
  const firstDenied = (
    functionName: string,
    needs: readonly Need[],
    rights: readonly Right[],
    use: (right: Right) => void,
  ): Denial | undefined => {
    const { arn } = roleOf(functionName);
    for (const need of needs) {
      const decided = decide(need, { role: arn, own: rights, ofResources: policies.ofResources });
      if (typeof decided === "string") return { functionName, need, why: decided };
      for (const right of decided) if (isFor(right, need)) use(right);
    }
    return undefined;
  };

  const start = async (
    functionName: string,
    rights: readonly Right[],
    use: (right: Right) => void,
    told: Denial[],
  ): Promise<Guard> => {
    const server = await startServer();
    endings.push(server.stop);
    const denies = (needs: readonly Need[]): Need | undefined => {
      const denial = firstDenied(functionName, needs, rights, use);
      if (denial !== undefined) told.push(denial);
      return denial?.need;
    };
    const answerTo = async (request: AwsRequest, asked: Asked): Promise<Answer> => {
      const { service, needs, afterwards } = asked;
      const refuse = (need: Need): Answer => denialOf(service, request, need, roleOf(functionName).arn);
      const before = denies(needs);
      if (before !== undefined) return refuse(before);
      const answer = await forward(aws, request);
      const after = denies(afterwards?.(answer.status, answer.body) ?? []);
      return after === undefined ? answer : refuse(after);
    };
    server.answer(async (incoming, response) => {
      const request = await readRequest(incoming);
      const { status, headers, body } = await answerTo(request, askedOf(request, policies));
      response.writeHead(status, headers).end(body);
    });
    return { url: server.url, denied: told };
  };

  return {
    policies,
    denied,
    rightsOf: (functionName) => roleOf(functionName).rights,
    usedBy,
    guard: (functionName) => {
      const known =
        guards.get(functionName) ??
        start(functionName, roleOf(functionName).rights, (right) => usedBy(functionName).add(right), denied);
      guards.set(functionName, known);
      return known;
    },
    without: (functionName, rights) => {
      const left = roleOf(functionName).rights.filter((right) => !rights.includes(right));
      return start(functionName, left, () => {}, []);
    },
    play: (functionName, needs) => {
      const add = (right: Right): unknown => usedBy(functionName).add(right);
      for (const need of needs) {
        const denial = firstDenied(functionName, [need], roleOf(functionName).rights, add);
        if (denial !== undefined) denied.push(denial);
      }
    },
  };
};

/** What is not understood needs a right that nobody has. */
const askedOf = (request: AwsRequest, { keys }: StackPolicies): Asked => {
  try {
    return askedBy(request, keys);
  } catch {
    const action = `something that is not understood: ${request.method} ${request.path}`;
    return { service: "s3", needs: [{ action, resource: "nothing" }] };
  }
};

const readRequest = async (incoming: IncomingMessage): Promise<AwsRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = "GET", url: path = "/", headers } = incoming;
  return { method, path, headers, body: Buffer.concat(chunks) };
};

interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | string;
}

const forward = async (
  aws: string,
  { method, path, headers, body }: AwsRequest,
): Promise<Answer & { readonly body: Buffer }> => {
  const { host, connection, expect, ...others } = headers;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = ask(aws + path, { method, headers: others }, resolve);
    sent.on("error", reject).end(body);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  const { connection: _, "keep-alive": __, "transfer-encoding": ___, ...told } = answer.headers;
  return { status: answer.statusCode ?? 502, headers: told, body: Buffer.concat(chunks) };
};
