/** Thrown where something has not ended in its time. */
export class TooLong extends Error {
  override readonly name = "TooLong";

  constructor(time: number) {
    super(`No answer came in ${Math.round(time / 1000)} seconds.`);
  }
}

/** Waits for something for so long (milliseconds) at most. Throws TooLong. */
export const within = async <T>(time: number, waiting: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLong(time)), time);
  });
  try {
    return await Promise.race([waiting, late]);
  } finally {
    clearTimeout(timer);
  }
};
