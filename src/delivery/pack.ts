import type { Batch } from "../endpoint/endpoint.ts";

/** A statement on its way to an endpoint. */
export interface Statement {
  readonly id: string;
  readonly event: string;
  readonly translation: string;
  /** Which version of its mapping made it: see `Site.hashes`. */
  readonly mapping: string;
  /** The Caliper event, xAPI statement or record as JSON text. */
  readonly text: string;
}

/** What a message brings with it from earlier messages of the same statements. */
export interface History {
  /** When the statements were first put into the queue: milliseconds since 1970. */
  readonly since: number;
  /** How often they were received. */
  readonly tries: number;
}

/** The first line of a delivery message: what the other lines are, and in which form; and a tab and the history, if any. */
const FORM = "statements/1";

/** Room for the first line, in bytes: a time of 15 digits and a count of nine, each after a tab. */
const HEAD = FORM.length + 26;

/** Tabs and line breaks cannot stand in JSON text outside of white space, and the compiler writes none. */
const writeLine = ({ id, event, translation, mapping, text }: Statement): string =>
  transportable(`${id}\t${event}\t${translation}\t${mapping}\t${text}`);

/** SQS refuses U+FFFE and U+FFFF; in JSON, they stand only in strings, where an escape means the same. */
const transportable = (text: string): string =>
  text.replace(/[\uFFFE\uFFFF]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);

/** A message: its body, and the statements in it, which fill one request or a part of one. */
export interface Pack<S extends Statement> {
  readonly body: string;
  readonly statements: readonly S[];
}

/** Packs statements, in their order, into messages of at most `batch.events` statements and `batch.bytes` bytes. */
export const pack = <S extends Statement>(
  statements: readonly S[],
  batch: Batch,
  history?: History,
): readonly Pack<S>[] => {
  const head = history === undefined ? FORM : `${FORM}\t${history.since}\t${history.tries}`;
  const packs: Pack<S>[] = [];
  let inside: S[] = [];
  let lines = head;
  let size = HEAD;
  const close = (): void => {
    if (inside.length > 0) packs.push({ body: lines, statements: inside });
    inside = [];
    lines = head;
    size = HEAD;
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
  statement.text.length * 6 + 300 > batch.bytes &&
  Buffer.byteLength(writeLine(statement)) + HEAD + 1 > batch.bytes;

/** What a delivery message holds. */
export interface Unpacked {
  readonly statements: readonly Statement[];
  /** Absent in a message that is the first of its statements. */
  readonly history?: History;
}

/** Reads a message. Throws where the body is not of this form. */
export const unpack = (body: string): Unpacked => {
  const [head = "", ...lines] = body.split("\n");
  const [form, since, tries, ...others] = head.split("\t");
  if (form !== FORM || others.length > 0) throw new Error(`A delivery message must begin with ${FORM}.`);
  if (since !== undefined && !(/^\d{1,15}$/.test(since) && /^\d{1,9}$/.test(tries ?? "")))
    throw new Error("The history of a delivery message is a time and a count.");
  const history = since === undefined ? undefined : { since: Number(since), tries: Number(tries) };
  const statements = lines.map((line) => {
    const [id, event, translation, mapping, ...rest] = line.split("\t");
    if (
      id === undefined ||
      event === undefined ||
      translation === undefined ||
      mapping === undefined ||
      rest.length === 0
    ) {
      throw new Error(
        "A line of a delivery message holds an id, an event, a translation, its mapping and a statement.",
      );
    }
    return { id, event, translation, mapping, text: rest.join("\t") };
  });
  return { statements, ...(history !== undefined && { history }) };
};
