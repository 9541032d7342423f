export { scenarioOf } from "../../bench/simulation/options.ts";
