import { setTimeout as sleep } from "node:timers/promises";
import { absent } from "../build/files.ts";
import { PROBE } from "../infra/names.ts";
import type { Account } from "../src/aws/administer.ts";
import type { StackResource } from "../src/aws/stack.ts";
import { troubleWithAws } from "../src/aws/trouble.ts";
import { counted } from "../src/counted.ts";
import type { Problem } from "../src/document/problem.ts";

/** An endpoint that is deployed, and the names of its queues. */
export interface DeployedEndpoint {
  readonly name: string;
  readonly queue?: string;
  readonly deadLetters?: string;
}

/** An endpoint that would be removed, and what waits for it. */
export interface RemovedEndpoint {
  readonly name: string;
  /** Messages in its queue, whatever their state; undefined where that cannot be told. */
  readonly waiting?: number;
  readonly deadLetters?: number;
  /** Why it cannot be told. */
  readonly untold?: string;
}

/** The endpoints that a stack has queues for. That of the probe is not among them: nothing of anybody's waits for it. */
export const deployedEndpoints = (resources: readonly StackResource[]): readonly DeployedEndpoint[] => {
  const found = new Map<string, DeployedEndpoint>();
  for (const { id, type, name } of resources) {
    // As infra/names.ts forms it. The ids of event source mappings end in those of queues.
    const [, encoded, dead] = /^DeliverDash((?:[a-z0-9]|Dash)+)Queue(DeadLetters)?$/.exec(id) ?? [];
    const endpoint = type === "AWS::SQS::Queue" ? encoded?.replaceAll("Dash", "-") : undefined;
    if (endpoint === undefined || endpoint === PROBE) continue;
    // CloudFormation knows a queue by its address.
    const queue = name.slice(name.lastIndexOf("/") + 1);
    found.set(endpoint, {
      ...found.get(endpoint),
      name: endpoint,
      [dead === undefined ? "queue" : "deadLetters"]: queue,
    });
  }
  return [...found.values()];
};

/** How often a queue that seems to be empty is looked at: SQS's counts are approximate, and lag. */
const LOOKS = 3;

/** Counts what waits for endpoints that would be removed; where there seems to be nothing, again after `pause` ms. */
export const countWaiting = async (
  removed: readonly DeployedEndpoint[],
  account: Pick<Account, "queueUrl" | "depth">,
  region: string,
  pause: number,
): Promise<readonly RemovedEndpoint[]> => {
  const found = new Map<string, RemovedEndpoint>();
  for (let look = 1; look <= LOOKS; look++) {
    const unsure = removed.filter(({ name }) => {
      const known = found.get(name);
      return known === undefined || isEmpty(known);
    });
    if (unsure.length === 0) break;
    if (look > 1) await sleep(pause);
    for (const each of unsure) found.set(each.name, await countFor(each, account, region));
  }
  return [...found.values()];
};

const countFor = async (
  { name, queue, deadLetters }: DeployedEndpoint,
  account: Pick<Account, "queueUrl" | "depth">,
  region: string,
): Promise<RemovedEndpoint> => {
  const depth = async (of: string | undefined): Promise<number> => {
    if (of === undefined) return 0;
    // Of a queue that one may not see, SQS says that there is none.
    if ((await account.queueUrl(of)) === undefined)
      throw new Untold(`SQS knows no queue ${of}, or does not show it to you.`);
    return account.depth(of);
  };
  try {
    return { name, waiting: await depth(queue), deadLetters: await depth(deadLetters) };
  } catch (error) {
    const untold = error instanceof Untold ? error.message : troubleWithAws(error, region);
    if (untold === undefined) throw error;
    return { name, untold };
  }
};

class Untold extends Error {
  override readonly name = "Untold";
}

const isEmpty = ({ waiting, deadLetters }: RemovedEndpoint): boolean => waiting === 0 && deadLetters === 0;

/** Why an endpoint cannot be removed, where its file was; none where nothing waits for it, or it is abandoned. */
export const removalProblems = (
  removed: readonly RemovedEndpoint[],
  abandoned: readonly string[],
  stage: string,
): readonly Problem[] =>
  removed
    .filter((each) => !isEmpty(each) && !abandoned.includes(each.name))
    .map((each) => {
      const { name, untold } = each;
      const what =
        untold === undefined
          ? `This file is gone, and ${waitingWords(each)}. With the endpoint's queues, they would be dropped.`
          : `This file is gone, and nobody can tell what waits for ${name}: ${untold}`;
      return absent(
        `endpoints/${name}.yml`,
        `${what} Bring the file back until nothing waits (jlt ledger --stage ${stage} counts; docs/deploy.md says how it runs dry), or drop it: --abandon ${name}. What is dropped from the queue stays in the archive under raw/, and can be told again with jlt replay once the endpoint is back.`,
      );
    });

/** `14 messages wait for old-lrs: 12 in its queue, 2 dead letters`. */
export const waitingWords = ({ name, waiting = 0, deadLetters = 0 }: RemovedEndpoint): string => {
  const all = waiting + deadLetters;
  return `${counted(all, "message")} wait${all === 1 ? "s" : ""} for ${name}: ${waiting} in its queue, ${counted(deadLetters, "dead letter")}`;
};
