/** A translator that is measured by turns, over the same events each time. */
export interface Subject extends AsyncDisposable {
  /** Its name and version. */
  readonly name: string;
  /** What it runs on. */
  readonly runtime: string;
  /** Bytes, as a mean: of an event as it comes in, and of a statement that is made of it. */
  readonly bytes: { readonly event: number; readonly statement: number };
  /** The texts of the first statements. */
  readonly shown: readonly string[];
  /** Translates all events, some times over. */
  turn(): Promise<Spent>;
}

/** Nanoseconds for one event: of all threads of the process, and of the clock. */
export interface Spent {
  readonly processor: number;
  readonly elapsed: number;
}

/** Learners, and events of each: fewer than 128 learners, as event-routing-backends remembers no more. */
export const [LEARNERS, EVENTS] = [100, 10];

/** How many of its first statements a subject shows, for them to be checked: all kinds of its events are among them. */
export const SHOWN = 4;

export const meanBytes = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / texts.length;
