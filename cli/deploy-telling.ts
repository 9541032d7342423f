import type { AlarmPolicy } from "../src/alarms/policy.ts";
import { counted } from "../src/counted.ts";
import { formatProblem, type Problem } from "../src/document/problem.ts";
import type { DeployOptions } from "./deploy-options.ts";
import { deployedText, type Found, foundText } from "./deploy-text.ts";

/** Tells what comes of a deployment: in words as it goes on, or with `--json` as one object when it has ended. */
export interface Telling {
  /** What there is to know before anything is deployed. */
  found(found: Found, stack: string): void;
  /** That nothing was deployed, and why; gives the exit code. */
  refused(problems: readonly Problem[], so: string): number;
  /** That all is well, and only that was asked; gives the exit code. */
  fine(): number;
  /** How osls has ended, and what is wrong all the same. */
  ended(code: number, end: Ended): void;
}

interface Ended {
  readonly outputs: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
  readonly alarms: AlarmPolicy;
}

export const tellingOf = (options: DeployOptions, region: string): Telling =>
  options.json ? asObject(options, region) : inText(options, region);

const inText = ({ stage, region: asked, abandon }: DeployOptions, region: string): Telling => ({
  found: (found, stack) => {
    console.log(foundText(found, abandon, stack, region));
  },
  refused: (problems, so) => {
    complain(problems);
    console.error(`${counted(problems.length, "problem")}. ${so}`);
    return 1;
  },
  fine: () => {
    console.log("All is well. Nothing was deployed, as --check only looks; dist/ holds the build.");
    return 0;
  },
  ended: (code, { outputs, alarms, problems }) => {
    if (code === 0) console.log(deployedText(outputs, alarms, { stage, region }, asked));
    else
      console.error(
        `osls ended with ${code}, and says why above. What CloudFormation had begun, it takes back.`,
      );
    complain(problems);
  },
});

const complain = (problems: readonly Problem[]): void => {
  for (const problem of problems) console.error(formatProblem(problem));
};

const asObject = ({ stage }: DeployOptions, region: string): Telling => {
  let known: Pick<Found, "added" | "removed"> = { added: [], removed: [] };
  const print = (problems: readonly Problem[], deployed: boolean, outputs: Ended["outputs"] = {}): void => {
    const { added, removed } = known;
    console.log(JSON.stringify({ stage, region, problems, added, removed, deployed, outputs }, null, 2));
  };
  return {
    found: (found) => {
      known = found;
    },
    refused: (problems) => {
      print(problems, false);
      return 1;
    },
    fine: () => {
      print([], false);
      return 0;
    },
    ended: (code, { outputs, problems }) => {
      print(problems, code === 0, outputs);
      complain(problems);
    },
  };
};
