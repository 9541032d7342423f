import type { Batch } from "../endpoint/endpoint.ts";

/** A statement on its way to an endpoint. */
export interface Statement {
  readonly id: string;
  readonly event: string;
  readonly translation: string;
  /** The Caliper event or xAPI statement as JSON text. */
  readonly text: string;
}

/** The first line of a delivery message: what the other lines are, and in which form. */
const FORM = "statements/1";

/** Tabs and line breaks cannot stand in JSON text outside of white space, and the compiler writes none. */
const writeLine = ({ id, event, translation, text }: Statement): string =>
  transportable(`${id}\t${event}\t${translation}\t${text}`);

/** SQS refuses U+FFFE and U+FFFF; in JSON, they stand only in strings, where an escape means the same. */
const transportable = (text: string): string =>
  text.replace(/[\uFFFE\uFFFF]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);

/** A message: its body, and the statements in it, which fill one request or a part of one. */
export interface Pack<S extends Statement> {
  readonly body: string;
  readonly statements: readonly S[];
}

/** Packs statements, in their order, into messages of at most `batch.events` statements and `batch.bytes` bytes. */
export const pack = <S extends Statement>(statements: readonly S[], batch: Batch): readonly Pack<S>[] => {
  const packs: Pack<S>[] = [];
  let inside: S[] = [];
  let lines = FORM;
  let size = FORM.length;
  const close = (): void => {
    if (inside.length > 0) packs.push({ body: lines, statements: inside });
    inside = [];
    lines = FORM;
    size = FORM.length;
  };
  for (const statement of statements) {
    const line = writeLine(statement);
    const bytes = 1 + Buffer.byteLength(line);
    if (inside.length >= batch.events || size + bytes > batch.bytes) close();
    inside.push(statement);
    lines += `\n${line}`;
    size += bytes;
  }
  close();
  return packs;
};

/** Whether a statement alone would be too large for a message. */
export const isTooLarge = (statement: Statement, batch: Batch): boolean =>
  // No UTF-16 code unit takes more than three bytes, or six where it is escaped: most need not be counted.
  statement.text.length * 6 + 200 > batch.bytes &&
  Buffer.byteLength(writeLine(statement)) + FORM.length + 1 > batch.bytes;

/** The statements of a message. Throws where the body is not of this form. */
export const unpack = (body: string): readonly Statement[] => {
  const [form, ...lines] = body.split("\n");
  if (form !== FORM) throw new Error(`A delivery message must begin with ${FORM}.`);
  return lines.map((line) => {
    const [id, event, translation, ...rest] = line.split("\t");
    if (id === undefined || event === undefined || translation === undefined || rest.length === 0) {
      throw new Error("A line of a delivery message holds an id, an event, a translation and a statement.");
    }
    return { id, event, translation, text: rest.join("\t") };
  });
};
