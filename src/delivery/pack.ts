import type { Batch } from "../endpoint/endpoint.ts";
import { wholeText } from "../event/whole.ts";
import { transportable } from "./content.ts";

/** A statement on its way to an endpoint. */
export interface Statement {
  readonly id: string;
  readonly event: string;
  readonly translation: string;
  /** Which version of its mapping made it: see `Site.hashes`. */
  readonly mapping: string;
  /** The Caliper event, xAPI statement or record as JSON text. */
  readonly text: string;
  /** Whose it is, by the archive's own name of the learner; absent where it is nobody's. */
  readonly learner?: string | undefined;
  /** Where it goes, where the learner's launch says so and not the endpoint's file. */
  readonly to?: string | undefined;
}

/** What a message brings with it from earlier messages of the same statements. */
export interface History {
  /** When the statements were first put into the queue: milliseconds since 1970. */
  readonly since: number;
  /** How often they were received. */
  readonly tries: number;
}

/** What the first line of a delivery message begins with: in which form the message is. */
const FORM = "statements/2";

/** Room for a history in the first line, in bytes: a time of 15 digits and a count of nine. */
const HISTORY = 24;

/** The first line: the form, the history and the place, each after a tab, and empty where there is none. */
const writeHead = (to: string | undefined, history: History | undefined): string =>
  [FORM, history?.since ?? "", history?.tries ?? "", to ?? ""].join("\t");

/** How many bytes the first line may come to. */
const headSize = (to: string | undefined): number => Buffer.byteLength(writeHead(to, undefined)) + HISTORY;

/** Tabs and line breaks cannot stand in JSON text outside of white space, and the compiler writes none. */
const writeLine = ({ id, event, translation, mapping, learner, text }: Statement): string =>
  transportable(`${id}\t${event}\t${translation}\t${mapping}\t${learner ?? ""}\t${text}`);

/** A message: its body, and what is remembered of the statements in it, which fill one request or a part of one. */
export interface Pack<Of> {
  readonly body: string;
  readonly statements: readonly Of[];
}

/**
 * Packs statements into messages of at most `batch.events` statements and `batch.bytes` bytes: those of each place in
 * messages of their own, in their order.
 */
export const pack = <S extends Statement>(
  statements: readonly S[],
  batch: Batch,
  history?: History,
): readonly Pack<S>[] => {
  const packs: Pack<S>[] = [];
  for (const [to, inside] of Map.groupBy(statements, (statement) => statement.to)) {
    const place = packingFor<S>(to, batch, history, (full) => packs.push(full));
    for (const statement of inside) place.put(statement, statement);
    place.end();
  }
  return packs;
};

/** Packs statements while they come. */
export interface Packing<Of> {
  /** `of` is what is remembered of the statement, until its message is sent. */
  put(statement: Statement, of: Of): void;
  /** No other comes: hands over the messages that are not full. */
  end(): void;
}

/** The same, of statements that come one by one; `give` takes each message as soon as it is full. */
export const packing = <Of>(batch: Batch, give: (full: Pack<Of>) => void): Packing<Of> => {
  const places = new Map<string | undefined, Packing<Of>>();
  return {
    put: (statement, of) => {
      let place = places.get(statement.to);
      if (place === undefined) {
        place = packingFor(statement.to, batch, undefined, give);
        places.set(statement.to, place);
      }
      place.put(statement, of);
    },
    end: () => {
      for (const place of places.values()) place.end();
    },
  };
};

const packingFor = <Of>(
  to: string | undefined,
  batch: Batch,
  history: History | undefined,
  give: (full: Pack<Of>) => void,
): Packing<Of> => {
  const [head, room] = [writeHead(to, history), headSize(to)];
  let statements: Of[] = [];
  let lines = head;
  let size = room;
  const end = (): void => {
    if (statements.length > 0) give({ body: wholeText(lines), statements });
    statements = [];
    lines = head;
    size = room;
  };
  return {
    put: (statement, of) => {
      const line = wholeText(writeLine(statement));
      const bytes = 1 + Buffer.byteLength(line);
      if (size + bytes > batch.bytes) end();
      statements.push(of);
      lines += `\n${line}`;
      size += bytes;
      if (statements.length >= batch.events) end();
    },
    end,
  };
};

/** Whether a statement alone would be too large for a message. */
export const isTooLarge = (statement: Statement, batch: Batch): boolean =>
  // No UTF-16 code unit takes more than six bytes, escaped or not: most need not be counted.
  units(statement) * 6 + HEAD > batch.bytes &&
  Buffer.byteLength(writeLine(statement)) + headSize(statement.to) + 1 > batch.bytes;

/** Room for the first line without its place, and for what stands between the parts of a line, in bytes. */
const HEAD = 100;

const units = ({ id, event, translation, mapping, learner = "", text, to = "" }: Statement): number =>
  id.length + event.length + translation.length + mapping.length + learner.length + text.length + to.length;

/** What a delivery message holds. */
export interface Unpacked {
  readonly statements: readonly Statement[];
  /** Absent in a message that is the first of its statements. */
  readonly history?: History;
}

/** Reads a message. Throws where the body is not of this form. */
export const unpack = (body: string): Unpacked => {
  const [head = "", ...lines] = body.split("\n");
  const [form, since = "", tries = "", place, ...others] = head.split("\t");
  if (form !== FORM || place === undefined || others.length > 0)
    throw new Error(`The first line of a delivery message holds ${FORM}, a time, a count and a place.`);
  const to = place === "" ? undefined : place;
  return { statements: lines.map((line) => readLine(line, to)), ...readHistory(since, tries) };
};

const readHistory = (since: string, tries: string): Pick<Unpacked, "history"> => {
  if (since === "" && tries === "") return {};
  if (!/^\d{1,15}$/.test(since) || !/^\d{1,9}$/.test(tries))
    throw new Error("The history of a delivery message is a time and a count.");
  return { history: { since: Number(since), tries: Number(tries) } };
};

/** What stands before the text: an id, an event, a translation, its mapping, a learner. */
const PARTS = 5;

const readLine = (line: string, to: string | undefined): Statement => {
  // The text has no tabs but as white space: it need not be looked through.
  const [id = "", event = "", translation = "", mapping = "", learner = ""] = line.split("\t", PARTS);
  const before = id.length + event.length + translation.length + mapping.length + learner.length + PARTS;
  if (line.charAt(before - 1) !== "\t") {
    throw new Error(
      "A line of a delivery message holds an id, an event, a translation, its mapping, a learner and a statement.",
    );
  }
  return {
    id,
    event,
    translation,
    mapping,
    text: line.slice(before),
    ...(learner !== "" && { learner }),
    ...(to !== undefined && { to }),
  };
};
