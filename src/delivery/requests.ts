import type { Batch } from "../endpoint/endpoint.ts";
import type { Statement } from "./pack.ts";

/** How much a request may hold: as the endpoint's file says, or less where the endpoint has shown that it takes less. */
export interface Room {
  readonly events: number;
  readonly bytes: number;
  /** How many bytes a request has besides its statements and the commas between them. */
  readonly around: number;
}

export const roomOf = ({ events, bytes }: Batch, around: number): Room => ({ events, bytes, around });

/** The bytes of a request. */
export const sizeOf = (statements: readonly Statement[], { around }: Room): number =>
  statements.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, around);

/** Fills requests with statements, in their order. One that alone is too large gets a request of its own: it may be taken. */
export const requests = (statements: readonly Statement[], room: Room): readonly (readonly Statement[])[] => {
  if (fitsSurely(statements, room)) return [statements];
  const all: Statement[][] = [];
  let inside: Statement[] = [];
  let size = room.around;
  for (const statement of statements) {
    // With the comma between two of them.
    const bytes = Buffer.byteLength(statement.text) + 1;
    if (inside.length > 0 && (inside.length >= room.events || size + bytes > room.bytes)) {
      all.push(inside);
      inside = [];
      size = room.around;
    }
    inside.push(statement);
    size += bytes;
  }
  if (inside.length > 0) all.push(inside);
  return all;
};

/** Most need not be counted byte by byte: no UTF-16 code unit takes more than three. */
const fitsSurely = (statements: readonly Statement[], { events, bytes, around }: Room): boolean =>
  statements.length > 0 &&
  statements.length <= events &&
  statements.reduce((sum, { text }) => sum + 3 * text.length + 1, around) <= bytes;

/** The room of an endpoint to which a request of so many bytes was too large: half of them beside what is around. */
export const halved = (room: Room, refused: number): Room => ({
  ...room,
  bytes: Math.min(room.bytes, room.around + Math.floor((refused - room.around) / 2)),
});
