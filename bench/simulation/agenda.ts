/** What is to be done at which time; time passes only as it is done. All times in milliseconds. */
export interface Agenda {
  now(): number;
  /** Does something later, or at once where its time is over; what has the same time in the order in which it was said. */
  at(time: number, act: () => void): void;
  /** Does everything up to a time, and sets the clock to it. */
  until(end: number): void;
}

interface Item {
  readonly time: number;
  readonly order: number;
  readonly act: () => void;
}

export const agenda = (): Agenda => {
  /** A heap: none is before the one at half its place. */
  const heap: Item[] = [];
  let [clock, said] = [0, 0];
  const isBefore = (one: Item, other: Item): boolean =>
    one.time < other.time || (one.time === other.time && one.order < other.order);

  const push = (item: Item): void => {
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = heap[above];
      if (other === undefined || !isBefore(item, other)) break;
      heap[at] = other;
      at = above;
    }
    heap[at] = item;
  };

  const pop = (): void => {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const least = isRight ? right : left;
      if (least === undefined || !isBefore(least, last)) break;
      heap[at] = least;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = last;
  };

  return {
    now: () => clock,
    at: (time, act) => push({ time: Math.max(time, clock), order: said++, act }),
    until: (end) => {
      for (let next = heap[0]; next !== undefined && next.time <= end; next = heap[0]) {
        pop();
        clock = next.time;
        next.act();
      }
      clock = Math.max(clock, end);
    },
  };
};
