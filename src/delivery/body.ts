/** What stands around the statements of a request's body, and between two of them. */
export interface Frame {
  readonly before: string;
  readonly between: string;
  readonly after: string;
}

/** The most bytes of a UTF-16 code unit. */
const WIDEST = 3;

/**
 * A request's body: statements, which are JSON text already, in a frame. Each of them is written once, into its place; one
 * text of all would have to be joined and measured before, which takes several times as long.
 */
export const writeBody = ({ before, between, after }: Frame, texts: readonly string[]): Uint8Array => {
  const around = before.length + after.length;
  const units = texts.reduce((sum, { length }) => sum + between.length + length, around);
  const bytes = Buffer.allocUnsafe(WIDEST * units);
  let at = bytes.write(before);
  for (const [place, text] of texts.entries()) {
    if (place > 0) at += bytes.write(between, at);
    at += bytes.write(text, at);
  }
  at += bytes.write(after, at);
  return bytes.subarray(0, at);
};
