import { join } from "node:path";
import { project } from "../../build/bundle.ts";
import { openState } from "../../local/state.ts";
import { runService, saveOf, temporaryFolder } from "../service/support.ts";
import { jlt } from "./support.ts";

/** A service that runs, and `jlt failures` of it. */
export const running = async () => {
  const state = await openState(join(await temporaryFolder(), "state"), true);
  const service = await runService({ state });
  const failures = (...args: readonly string[]) =>
    jlt(project, ["failures", ...args, "--state", state.folder]);
  const groups = async (...args: readonly string[]) =>
    JSON.parse((await failures("list", "--json", ...args)).stdout).groups;
  return { state, service, failures, groups };
};

/** Saves of so many files in a folder. Of a path, a store gets pseudonyms and the ending. */
export const saves = (folder: string, count: number, ending = ".ipynb"): readonly string[] =>
  Array.from({ length: count }, (_, at) => saveOf(`${folder}/hw${at}${ending}`));
