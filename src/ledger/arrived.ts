import { notes } from "../archive/uuid-numbers.ts";
import { type IdNumbers, idNumbers } from "./ids.ts";

/** The events that were accepted, and which of them the ledger knows: some 25 bytes for each. */
export interface Arrived {
  /** Of all events that were ever named here. */
  readonly numbers: IdNumbers;
  /** One that is in `raw/`, and the day on which it arrived. */
  accept(id: string, day: string): void;
  /** One that the ledger knows. */
  book(id: string): void;
  accepted(): number;
  /** How many of these the ledger does not know; with `isMeant`, of those that arrived on such a day. */
  unaccounted(isMeant?: (day: string) => boolean): number;
}

/** What is noted of an event: that it was accepted, that it is in the ledger, and above that its day's place in a list. */
const [ACCEPTED, BOOKED] = [1, 2];
const BITS = 2;

export const arrived = (): Arrived => {
  const numbers = idNumbers();
  const noted = notes();
  const days: string[] = [];
  const places = new Map<string, number>();
  const placeOf = (day: string): number => {
    const place = places.get(day) ?? days.push(day) - 1;
    places.set(day, place);
    return place;
  };
  /** The days of those of which just these things are noted. */
  function* daysOf(isMeant: (bits: number) => boolean): Generator<string> {
    for (let number = 0; number < numbers.size(); number++) {
      const value = noted.get(number);
      if (isMeant(value % (1 << BITS))) yield days[value >>> BITS] ?? "";
    }
  }
  const count = (found: Iterable<string>, isMeant: (day: string) => boolean): number => {
    let all = 0;
    for (const day of found) if (isMeant(day)) all++;
    return all;
  };
  return {
    numbers,
    accept: (id, day) => {
      const number = numbers.add(id);
      noted.set(number, (noted.get(number) & BOOKED) | ACCEPTED | (placeOf(day) << BITS));
    },
    book: (id) => {
      const number = numbers.find(id);
      if (number >= 0) noted.set(number, noted.get(number) | BOOKED);
    },
    accepted: () =>
      count(
        daysOf((bits) => (bits & ACCEPTED) !== 0),
        () => true,
      ),
    unaccounted: (isMeant = () => true) =>
      count(
        daysOf((bits) => bits === ACCEPTED),
        isMeant,
      ),
  };
};
