import type { Batch } from "../endpoint/endpoint.ts";
import type { Statement } from "./pack.ts";

/**
 * Joins statements into requests that keep to the endpoint's limits as they are now; `around` is how many bytes a
 * request has besides its statements. A statement that comes twice is sent once. A statement that alone is
 * too large gets a request of its own: the endpoint may take it all the same.
 */
export const requests = (
  statements: readonly Statement[],
  batch: Batch,
  around: number,
): readonly (readonly Statement[])[] => {
  const all: Statement[][] = [];
  let inside: Statement[] = [];
  let size = around;
  for (const statement of new Map(statements.map((each) => [each.id, each])).values()) {
    // With the comma between two of them.
    const bytes = Buffer.byteLength(statement.text) + 1;
    if (inside.length > 0 && (inside.length >= batch.events || size + bytes > batch.bytes)) {
      all.push(inside);
      inside = [];
      size = around;
    }
    inside.push(statement);
    size += bytes;
  }
  if (inside.length > 0) all.push(inside);
  return all;
};
