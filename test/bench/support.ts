import { readOptions } from "../../bench/simulation/options.ts";
import type { Scenario } from "../../bench/simulation/scenario.ts";

/** What the command would simulate for a line of options. */
export const scenarioOf = (line: string): Scenario =>
  readOptions(line.split(" ").filter((each) => each !== "")).scenario;
