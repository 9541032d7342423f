/**
 * What one event may take: of whoever writes events nobody knows how much they put into one, and others wait behind it.
 */

/** The most that one event's elements may be told in, in characters: more than a queue's message holds. */
export const ROOM = 1024 * 1024;

/** The most pseudonyms that are made of one event for one endpoint. */
export const PSEUDONYMS = 1000;

/** What is told of an event would be more than anything that can be sent, or take too long. */
export class TooMuch extends Error {
  override readonly name = "TooMuch";
}

/** What is left of the room after a text. Throws TooMuch where nothing is. */
export const spend = (room: number, text: string, place: string): number => {
  if (text.length > room)
    throw new TooMuch(`What ${place} makes of the elements of one event is longer than ${ROOM} characters.`);
  return room - text.length;
};

/** Another name for a text. */
export type Pseudonym = (text: string) => string | undefined;

/** How many pseudonyms an event has come to. */
export interface Counted {
  readonly pseudonym: Pseudonym;
  made: number;
}

/** Counts so many more, of those that were made before as well: what an event comes to must not depend on others. */
export const count = (names: Counted, more: number): void => {
  names.made += more;
  // Each costs as much as all the rest of a short statement.
  if (names.made > PSEUDONYMS)
    throw new TooMuch(
      `One event holds more than ${PSEUDONYMS} personal texts, and this endpoint gets pseudonyms.`,
    );
};

/** The pseudonym of a text, counted. Throws TooMuch. */
export const pseudonymOf = (text: string, names: Counted): string | undefined => {
  count(names, 1);
  return names.pseudonym(text);
};
