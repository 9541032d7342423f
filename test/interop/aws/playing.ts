import { it } from "node:test";

/** Tests of what this machine may lack: then they are skipped, and why is said. */
export const playing = <T extends object>(
  found: T | { readonly missing: string },
  tests: (found: T) => void,
): void => {
  if ("missing" in found) it("What is not here is not tested", { skip: found.missing }, () => {});
  else tests(found);
};
