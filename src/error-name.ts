/**
 * The name of what was thrown: a message could tell more than a log may hold. Of several errors, which middy has in a list,
 * the first.
 */
export const errorName = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown";
  const { cause } = error;
  const list = typeof cause === "object" && cause !== null && "data" in cause ? cause.data : undefined;
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  return first instanceof Error ? first.name : error.name;
};
