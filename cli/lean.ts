import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** After so many characters that were read, what is not needed any more is thrown away. */
const OFTEN = 2 * 1024 * 1024;

/** That what is new is not given more and more room. */
const FLAGS = ["--semi-space-growth-factor=1", "--scavenger-max-new-space-capacity-mb=2", "--expose-gc"];

/**
 * For commands that read a large archive, before they read anything else: V8 would sooner take more memory than look for
 * what is not needed any more, several times as much as there ever is at once, and hardly counts what is outside of its
 * heap. Gives what is to be told how many characters were read.
 */
export const leanMemory = (): ((characters: number) => void) => {
  for (const flag of FLAGS) setFlagsFromString(flag);
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") return () => {};
  // What loading has left lies scattered: the first time, it is put together.
  let read = OFTEN;
  let isFirst = true;
  return (characters) => {
    read += characters;
    if (read < OFTEN) return;
    read = 0;
    if (isFirst) collect({ type: "major", execution: "sync", flavor: "last-resort" });
    else collect();
    isFirst = false;
  };
};
