import { ServerTrouble } from "./app.ts";

/** So long an answer is waited for, in milliseconds. */
const PATIENCE = 15_000;

/**
 * Runs something that ends when its signal is aborted: because somebody leaves, or because it takes too long; then
 * ServerTrouble is thrown.
 */
export const patiently = async <T>(
  run: (signal: AbortSignal) => Promise<T>,
  leaving?: AbortSignal,
  patience = PATIENCE,
): Promise<T> => {
  const tooLong = AbortSignal.timeout(patience);
  try {
    return await run(leaving === undefined ? tooLong : AbortSignal.any([leaving, tooLong]));
  } catch (error) {
    if (!tooLong.aborted || leaving?.aborted === true) throw error;
    const seconds = Math.round(patience / 1000);
    throw new ServerTrouble(
      0,
      `The workbench has not answered for ${seconds} seconds. What is shown may be old.`,
    );
  }
};
