import { Misuse } from "../src/misuse.ts";

/** Port at which the workbench is looked for. */
export const PORT = 4747;

/** The port that somebody named. Throws Misuse where it can be none. */
export const readPort = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new Misuse("--port takes a number from 0 to 65535; 0 is any that is free.");
  return Number(text);
};
