import type { SQSClient } from "@aws-sdk/client-sqs";

/**
 * Tells by how much AWS's clock was ahead of this machine's when it last answered the client, by the answer's own Date
 * header (RFC 9110, 6.6.1): milliseconds, whole seconds apart; undefined before it has answered.
 */
export const clockOf = (client: SQSClient): (() => number | undefined) => {
  let ahead: number | undefined;
  client.middlewareStack.add(
    (next) => async (request) => {
      const answer = await next(request);
      const { headers } = answer.response as { readonly headers?: Readonly<Record<string, string>> };
      const date = Date.parse(headers?.date ?? "");
      if (!Number.isNaN(date)) ahead = date - Date.now();
      return answer;
    },
    { step: "deserialize" },
  );
  return () => ahead;
};
