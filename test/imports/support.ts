import { eventReader } from "../../src/event/catalog.ts";
import { readBody } from "../../src/event/message.ts";
import { type Judge, judgeWith } from "../../src/imports/judge.ts";
import { linesIn } from "../../src/imports/lines.ts";
import type { ImportMessage } from "../../src/imports/message.ts";
import { type Shipment, shipmentsOf } from "../../src/imports/pack.ts";
import {
  BEGINNING,
  type OnLine,
  type PiecesOptions,
  type Place,
  piecesOf,
} from "../../src/imports/pieces.ts";
import { unpacked } from "../../src/imports/unpack.ts";
import type { EventMessage } from "../../src/intake.ts";
import type { LearnerContext } from "../../src/learner/context.ts";
import { shippedSite } from "../support/site.ts";

/** A file's bytes, in chunks of so many. */
export async function* chunksOf(bytes: Uint8Array | string, size = 64): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(bytes);
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

export const collected = async <T>(all: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const each of all) found.push(each);
  return found;
};

/** Who sends, where nothing else is said: a learner of a course that both shipped endpoints take. */
export const ADA: LearnerContext = {
  subject: "ada",
  role: "learner",
  roles: [],
  groups: [],
  course: { id: "stat101" },
  proven: true,
};

export const HUB: LearnerContext = { ...ADA, subject: "jupyterhub", role: "service" };

/** What the shipped site says of a line. */
export const shippedJudge = async (sender: LearnerContext = ADA): Promise<Judge> => {
  const { schemas, settings } = await shippedSite();
  return judgeWith({ readEvent: eventReader(schemas), trust: settings.trust, sender });
};

export interface PackedOptions {
  readonly all?: boolean;
  readonly from?: Place;
  readonly most?: number;
  readonly onLine?: OnLine;
  readonly isArchived?: PiecesOptions["isArchived"];
  readonly chunk?: number;
}

/** The requests that a file becomes. */
export const shipped = (
  bytes: Uint8Array | string,
  judge: Judge,
  { all = false, from = BEGINNING, most, onLine = () => {}, isArchived, chunk }: PackedOptions = {},
): AsyncGenerator<Shipment> => {
  const pieces = piecesOf(linesIn(unpacked(chunksOf(bytes, chunk))), {
    judge,
    from,
    all,
    onLine,
    ...(isArchived && { isArchived }),
  });
  return shipmentsOf(pieces, { attributes: 500, ...(most !== undefined && { most }) });
};

/** The texts of the events that a translator finds in messages. */
export const textsIn = (messages: readonly Pick<ImportMessage, "body" | "attributes">[]): readonly string[] =>
  messages.flatMap(({ body, attributes }) =>
    readBody(body, attributes["content-encoding"]).map(({ text }) => text),
  );

/** The same of a request. */
export const textsOf = ({ parcels }: Shipment): readonly string[] =>
  textsIn(
    parcels.map(({ body, encoding }) => ({
      body,
      attributes: encoding === undefined ? {} : { "content-encoding": encoding },
    })),
  );

/** A line as a message of its own. */
export const alone = (line: string, arrived: number): EventMessage => ({
  id: "one",
  body: line,
  attributes: {},
  arrived,
});
